/** The decoder: the shape draws on a canvas, in a style, and the pose warps the canvas. */
import * as tf from '@tensorflow/tfjs-core'
import type { ImageShape } from '@partition-vae/models'
import type { Activation } from '../../config/block-schema.js'
import type { PosedModelConfig } from '../../config/posed-schema.js'
import { inLayer } from '../../onnx/layer.js'
import { drawBlock, drawOutput } from '../convolutional.js'
import { splitUnits } from '../heads.js'
import { activate, linear, unflatten } from '../layers.js'
import { scope, uniform, type Parameters } from '../parameters.js'
import { decoderBaseSize } from '../sizes.js'
import type { Part } from './partitions.js'
import type { PosedPlan } from './plan.js'
import { poseOf } from './pose.js'
import { warp } from './warp.js'

/** Logit of the empty canvas, which surrounds it: a brightness of .0025. */
const EMPTY = -6
/**
 * Largest initial weight of a style's modulation. A style that begins strong tells digits apart before the shape does,
 * and keeps at it.
 */
const FAINT = 0.02

/**
 * latent [N, D] → logits [N, H, W, C].
 * @param open [1, P], 0 for units of the pose that rest, else 1; undefined where none does
 */
export function decodeLogits (
  latent: tf.Tensor,
  plan: PosedPlan,
  config: PosedModelConfig,
  image: ImageShape,
  parameters: Parameters,
  open?: tf.Tensor
): tf.Tensor {
  const slices = splitUnits(
    latent,
    config.partitions.map(({ size }) => size)
  ) // each [N, size]
  const units = (part: Part) => slices[config.partitions.findIndex(({ kind }) => kind === part)]! // [N, size]
  const canvas = draw(units('shape'), units('style'), config, image, scope(parameters, 'decoder')) // [N, H, W, C]
  return inLayer('warp', () => {
    const posing = open === undefined ? units('pose') : tf.mul(units('pose'), open) // [N, P]
    return warp(canvas, poseOf(posing, plan), EMPTY) // [N, H, W, C]
  })
}

/** latent [N, D] → image [N, H, W, C] in [0, 1]: the mean of p(x|z). */
export function decode (
  latent: tf.Tensor,
  plan: PosedPlan,
  config: PosedModelConfig,
  image: ImageShape,
  parameters: Parameters
): tf.Tensor {
  return tf.sigmoid(decodeLogits(latent, plan, config, image, parameters))
}

/** shape [N, S], style [N, T] → logits of the canvas [N, H, W, C]. */
function draw (
  shape: tf.Tensor,
  style: tf.Tensor,
  { decoder, activation, style: styling }: PosedModelConfig,
  image: ImageShape,
  parameters: Parameters
): tf.Tensor {
  const [height, width] = decoderBaseSize(decoder, [image.height, image.width], 1)
  let hidden = styling.from === 'latent' ? tf.concat([shape, style], 1) : shape // [N, S or S + T]
  decoder.hidden.forEach((units, i) => {
    hidden = activate(linear(hidden, units, scope(parameters, `hidden${i}`)), activation) // [N, units]
  })
  hidden = linear(hidden, decoder.base * height * width, scope(parameters, 'base')) // [N, base·h·w]
  const modulate =
    styling.from === 'latent' ? undefined : modulation(style, styling.hidden, activation, scope(parameters, 'style'))
  const base = unflatten(hidden, [height, width, decoder.base]) // [N, h, w, base]
  // [N, h, w, base]
  let features = activate(
    modulate !== undefined && styling.from === 'base' ? modulate(base, 'base') : base,
    activation
  )
  decoder.blocks.forEach((block, i) => {
    const drawn = drawBlock(features, block, scope(parameters, `block${i}`)) // [N, h or 2h, w or 2w, channels]
    features = activate(modulate === undefined ? drawn : modulate(drawn, `block${i}`), activation)
  })
  return drawOutput(features, image.channels, decoder, scope(parameters, 'output')) // [N, H, W, C]
}

/**
 * Feature-wise linear modulation by a style, x → (1 + γ) · x + β (FiLM: Perez et al. 2018, arXiv 1709.07871).
 * @param style [N, T]
 * @returns of feature maps [N, h, w, C], by the name of the place
 */
function modulation (
  style: tf.Tensor,
  units: number,
  activation: Activation,
  parameters: Parameters
): (x: tf.Tensor, place: string) => tf.Tensor {
  const manner = activate(linear(style, units, scope(parameters, 'hidden')), activation) // [N, units]
  return (x, place) => {
    const channels = x.shape[3]!
    // [N, 1, 1, C]
    const coefficient = (name: string) =>
      tf.reshape(linear(manner, channels, scope(parameters, `${place}/${name}`), uniform(FAINT)), [
        -1,
        1,
        1,
        channels,
      ])
    return tf.add(tf.mul(x, tf.add(coefficient('scale'), 1)), coefficient('shift')) // [N, h, w, C]
  }
}
