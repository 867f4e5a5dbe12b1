/**
 * The encoder: the pose first, from the image as it is; then shape and style, from the image with the mean pose undone,
 * so that neither needs to know it (q(pose|x) q(shape, style|x, pose), as in VITAE: Skafte Detlefsen and Hauberg 2019,
 * arXiv 1906.11881).
 */
import * as tf from '@tensorflow/tfjs-core'
import type { PosedModelConfig } from '../../config/posed-schema.js'
import { inLayer } from '../../onnx/layer.js'
import { extractFeatures } from '../convolutional.js'
import { encodePartition, headNetwork, joinPosteriors, splitUnits } from '../heads.js'
import { linear } from '../layers.js'
import { scope, type Parameters } from '../parameters.js'
import type { Posterior } from '../posterior.js'
import { partitionOfPart, type Part } from './partitions.js'
import { momentSlant } from './moments.js'
import { poseOf, unitOfSlant } from './pose.js'
import { unwarp } from './warp.js'

/** image [N, H, W, C] in [0, 1] → posterior [N, D]. */
export function encode (image: tf.Tensor, config: PosedModelConfig, parameters: Parameters): Posterior {
  const { pose, shape, style } = partitionOfPart(config)
  const own = scope(parameters, 'encoder')
  const represent = (x: tf.Tensor, encoder: PosedModelConfig['encoder'], units: number, inner: Parameters) =>
    linear(extractFeatures(x, encoder, config.activation, inner), units, scope(inner, 'representation')) // [N, units]
  const head = (slice: tf.Tensor, name: string) => encodePartition(slice, name, config, parameters)

  const poseSlice = represent(image, config.pose.encoder, pose.size, scope(own, 'pose')) // [N, P]
  const posed =
    config.pose.slantFrom === 'moments'
      ? poseByMoments(poseSlice, image, pose.name, config, parameters)
      : head(poseSlice, pose.name)
  const canvas = inLayer('unwarp', () => unwarp(image, poseOf(posed.mean, config.pose))) // [N, H, W, C]
  const [shapeSlice, styleSlice] = splitUnits(
    represent(canvas, config.encoder, shape.size + style.size, scope(own, 'canvas')),
    [shape.size, style.size]
  )
  const posteriors: Readonly<Record<Part, Posterior>> = {
    pose: posed,
    shape: head(shapeSlice!, shape.name),
    style: head(styleSlice!, style.name),
  }
  return joinPosteriors(config.partitions.map(({ kind }) => posteriors[kind]))
}

/**
 * The posterior of a pose whose slant has the image's own for its mean; the other units are encoded as ever. slice: [N,
 * P], image: [N, H, W, C].
 */
function poseByMoments (
  slice: tf.Tensor,
  image: tf.Tensor,
  name: string,
  config: PosedModelConfig,
  parameters: Parameters
): Posterior {
  const size = slice.shape[1]!
  const slant = tf.expandDims(unitOfSlant(momentSlant(image), config.pose), 1) // [N, 1]
  const logVariance = headNetwork(slice, size, name, 'log-variance', config, parameters) // [N, P]
  if (size === 1) return { mean: slant, logVariance }
  const rest = headNetwork(slice, size - 1, name, 'mean', config, parameters) // [N, P − 1]
  const [, residual] = splitUnits(slice, [1, size - 1]) // [N, P − 1]
  return { mean: tf.concat([slant, config.heads.residual ? tf.add(rest, residual!) : rest], 1), logVariance }
}
