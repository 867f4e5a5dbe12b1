import * as tf from '@tensorflow/tfjs-core'
import type { LayeredModelConfig } from '../../config/layered-schema.js'
import { stopGradient } from '../stop-gradient.js'
import type { LayeredPlan } from './plan.js'

const LARGEST_MEAN = 4
const LARGEST_LOG_VARIANCE = 4

/** Beyond this the hyperbolic tangent is flat, and what is there would stay: its gradient is kept at this slope. */
const FLAT = 2 * LARGEST_MEAN
const SLOPE = 0.1

/**
 * Nearly x where it is small, within ±4 where it is not: a mean that runs away never comes back. What got beyond all
 * the same has a gradient to come back by.
 */
export function bounded (x: tf.Tensor): tf.Tensor {
  const inside = tf.mul(tf.tanh(tf.div(x, LARGEST_MEAN)), LARGEST_MEAN)
  return withGradientOf(inside, tf.mul(tf.sub(x, tf.clipByValue(x, -FLAT, FLAT)), SLOPE))
}

/** The values of one tensor, with the gradients of both. */
function withGradientOf (x: tf.Tensor, other: tf.Tensor): tf.Tensor {
  return tf.add(x, tf.sub(other, stopGradient(other)))
}

/**
 * The floor is that of the coarse resolution. At one that is k times finer it is 2·log k lower: a position's standard
 * deviation is as many pixels there. Were it not, edges could be placed no better after growth than before. From beyond
 * the ceiling a gradient leads back: a unit that has nothing to say is to rest at the prior, and not there.
 */
export function boundedLogVariance (x: tf.Tensor, plan: LayeredPlan, config: LayeredModelConfig): tf.Tensor {
  const inside = tf.clipByValue(x, smallestLogVariance(plan, config), LARGEST_LOG_VARIANCE)
  return withGradientOf(inside, tf.relu(tf.sub(x, LARGEST_LOG_VARIANCE)))
}

/** The floor at a plan's resolution: a log-variance at or below it has no gradient. */
export function smallestLogVariance (
  { attention: { factor } }: LayeredPlan,
  { logVarianceFloor }: LayeredModelConfig
): number {
  return logVarianceFloor - 2 * Math.log(factor)
}
