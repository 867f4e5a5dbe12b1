import * as tf from '@tensorflow/tfjs-core'
import type { LayeredModelConfig } from '../../config/layered-schema.js'
import type { NetworkValues } from '../network.js'
import { scope } from '../parameters.js'
import { cameraShift, viewCanvas } from './camera.js'
import { composed, compositeOf, over, type Composite, type Drawing } from './composite.js'
import { drawChanges, isChanging } from './changing-background.js'
import { drawBackground, drawLayer, drawStill, gainOf } from './full-frame.js'
import { partScope } from './encode.js'
import type { LayeredPlan, Placed } from './plan.js'
import { drawSprite } from './sprite.js'
import { statisticName } from './statistics.js'

interface Parts {
  /** [N, H, C, W] in [0, 1] */
  readonly background: tf.Tensor
  /** In the plan's order. */
  readonly foreground: readonly Drawing[]
  readonly composite: Composite
  /** [N, 1, C, 1], above 0 */
  readonly gain: tf.Tensor | undefined
}

/** latent [N, D] → what each part draws. */
function drawParts (
  latent: tf.Tensor,
  plan: LayeredPlan,
  config: LayeredModelConfig,
  { parameters, statistics }: NetworkValues
): Parts {
  const batch = latent.shape[0]!
  const unitsOf = ({ partition: { offset, size } }: Placed) => tf.slice(latent, [0, offset], [batch, size]) // [N, size]
  const decoderOf = (part: Placed) => scope(partScope(parameters, part), 'decoder')
  const shift = plan.camera && cameraShift(unitsOf(plan.camera), plan.camera) // [N, 2]
  const behind = plan.background
  const canvas = behind.still === true // [N, H', C, W']
    ? drawStill(unitsOf(behind), behind, plan, decoderOf(behind))
    : isChanging(behind)
      ? drawChanges(unitsOf(behind), behind, plan, decoderOf(behind))
      : drawBackground(unitsOf(behind), behind, plan, decoderOf(behind))
  const background = shift === undefined ? canvas : viewCanvas(canvas, shift, plan) // [N, H, C, W]
  const foreground = plan.foreground.map(part => {
    const active = statistics[statisticName(part.partition.name, 'active')]!
    return part.kind === 'layer'
      ? drawLayer(unitsOf(part), part, plan, decoderOf(part), active)
      : drawSprite(unitsOf(part), part, plan, config, decoderOf(part), active, shift)
  })
  return {
    background,
    foreground,
    composite: foreground.reduce(over, compositeOf(background)),
    gain: plan.gain === undefined ? undefined : gainOf(unitsOf(plan.gain), plan, decoderOf(plan.gain)),
  }
}

/** latent [N, D] → image [N, H, C, W], not confined to [0, 1]: a gain may brighten. */
export function decodeParts (
  latent: tf.Tensor,
  plan: LayeredPlan,
  config: LayeredModelConfig,
  values: NetworkValues
): tf.Tensor {
  const { composite, gain } = drawParts(latent, plan, config, values)
  const image = composed(composite) // [N, H, C, W]
  return gain === undefined ? image : tf.mul(image, gain)
}

/**
 * latent [N, D] → layers [N, P, 4, H, W], one for each partition in the config's order: straight (not premultiplied)
 * RGBA in [0, 1] before the gain. The alphas of a pixel are its shares, which sum to 1. A gain has alpha 0 everywhere,
 * and its RGB is the factor of each channel, so that the image is Σ α·RGB times it.
 * A camera's layer is 0: it moves those of the others.
 */
export function decodeLayers (
  latent: tf.Tensor,
  plan: LayeredPlan,
  config: LayeredModelConfig,
  values: NetworkValues
): tf.Tensor {
  const {
    background,
    foreground,
    composite: { weight },
    gain,
  } = drawParts(latent, plan, config, values)
  const { height, width, channels } = plan
  const batch = latent.shape[0]!
  const full = (x: tf.Tensor) => tf.mul(x, tf.ones([batch, height, 1, width])) // [N, H, …, W]
  const layers: tf.Tensor[] = []
  const set = (index: number, colour: tf.Tensor, alpha: tf.Tensor) => {
    const rgb = channels === 3 ? full(colour) : tf.concat([full(colour), full(colour), full(colour)], 2) // [N, H, 3, W]
    layers[index] = tf.transpose(tf.concat([rgb, alpha], 2), [0, 2, 1, 3]) // [N, 4, H, W]
  }
  set(plan.background.index, background, tf.div(1, weight))
  plan.foreground.forEach(({ index }, i) => {
    set(index, foreground[i]!.colour, tf.div(foreground[i]!.weight, weight))
  })
  const nothing = tf.mul(weight, 0) // [N, H, 1, W]
  if (plan.gain !== undefined) set(plan.gain.index, gain!, nothing)
  if (plan.camera !== undefined) set(plan.camera.index, tf.mul(background, 0), nothing)
  return tf.stack(layers, 1) // [N, P, 4, H, W]
}
