import * as tf from '@tensorflow/tfjs-core'
import type { LayeredModelConfig } from '../../config/layered-schema.js'
import type { LayeredPlan } from './plan.js'

const LARGEST_MEAN = 4
const LARGEST_LOG_VARIANCE = 4

/** Nearly x where it is small, within ±4 where it is not: a mean that runs away never comes back. */
export function bounded (x: tf.Tensor): tf.Tensor {
  return tf.mul(tf.tanh(tf.div(x, LARGEST_MEAN)), LARGEST_MEAN)
}

/**
 * The floor is that of the coarse resolution. At one that is k times finer it is 2·log k lower: a position's standard
 * deviation is as many pixels there. Were it not, edges could be placed no better after growth than before.
 */
export function boundedLogVariance (x: tf.Tensor, plan: LayeredPlan, config: LayeredModelConfig): tf.Tensor {
  return tf.clipByValue(x, smallestLogVariance(plan, config), LARGEST_LOG_VARIANCE)
}

/** The floor at a plan's resolution: a log-variance at or below it has no gradient. */
export function smallestLogVariance (
  { attention: { factor } }: LayeredPlan,
  { logVarianceFloor }: LayeredModelConfig
): number {
  return logVarianceFloor - 2 * Math.log(factor)
}
