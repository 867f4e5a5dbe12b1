/**
 * The encoder: the pose first, from the image as it is; then shape and style, from the image with the mean pose undone,
 * so that neither needs to know it (q(pose|x) q(shape, style|x, pose), as in VITAE: Skafte Detlefsen and Hauberg 2019,
 * arXiv 1906.11881).
 */
import * as tf from '@tensorflow/tfjs-core'
import type { PosedModelConfig } from '../../config/posed-schema.js'
import { inLayer } from '../../onnx/layer.js'
import { extractFeatures } from '../convolutional.js'
import { encodePartition, joinPosteriors, splitUnits } from '../heads.js'
import { linear } from '../layers.js'
import { scope, type Parameters } from '../parameters.js'
import type { Posterior } from '../posterior.js'
import { inferPose } from './infer-pose.js'
import type { Part } from './partitions.js'
import type { PosedPlan } from './plan.js'
import { poseOf } from './pose.js'
import { unwarp } from './warp.js'

/**
 * image [N, H, W, C] in [0, 1] → posterior [N, D].
 * @param open [1, P], 0 for units of the pose that rest, else 1; undefined where none does
 */
export function encode (
  image: tf.Tensor, plan: PosedPlan, config: PosedModelConfig, parameters: Parameters, open?: tf.Tensor
): Posterior {
  const { pose, shape, style } = plan.parts
  const own = scope(parameters, 'encoder')
  const represent = (x: tf.Tensor, encoder: PosedModelConfig['encoder'], units: number, inner: Parameters) =>
    linear(extractFeatures(x, encoder, config.activation, inner), units, scope(inner, 'representation')) // [N, units]
  const head = (slice: tf.Tensor, name: string) => encodePartition(slice, name, config, parameters)

  const poseSlice = represent(image, config.pose.encoder, pose.size, scope(own, 'pose')) // [N, P]
  const inferred = inferPose(poseSlice, image, plan, config, parameters)
  const posed = open === undefined ? inferred : opened(inferred, open)
  const canvas = inLayer('unwarp', () => unwarp(image, poseOf(posed.mean, plan))) // [N, H, W, C]
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

/** Has the units of a posterior [N, P] that rest be the prior's: no KL, and no gradient. open: [1, P] */
function opened ({ mean, logVariance }: Posterior, open: tf.Tensor): Posterior {
  return { mean: tf.mul(mean, open), logVariance: tf.mul(logVariance, open) } // each [N, P]
}
