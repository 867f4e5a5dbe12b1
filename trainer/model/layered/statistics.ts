/**
 * The state that a layered model keeps beside its weights: which parts take part yet, and for each sprite what the
 * residual usually looks like where it attends, where it has been, and its last key points. Steps update it; gradients
 * do not reach it.
 */
import * as tf from '@tensorflow/tfjs-core'
import type { NamedArray } from '../../foundation/training-state.js'
import type { Tensors } from '../../onnx/trace.js'
import type { LayeredPlan } from './plan.js'

/** Number of key points that are remembered. */
export const REMEMBERED = 512
/** Marks a row of the key points that has not been filled yet. */
export const EMPTY = -1
/** A prior with this variance knows nothing. */
export const UNINFORMATIVE = 1e4
const INFORMATIVE_BELOW = 9e3
/** Share of a running mean that a step replaces. */
const MOMENTUM = 0.02

export interface KeyPointPrior {
  /** [2]: row and column in pixels of the attention's resolution */
  readonly mean: tf.Tensor
  /** [2] */
  readonly variance: tf.Tensor
  /** scalar: 1 for a thing that is everywhere, so that its mean says nothing; else 0 */
  readonly broad: tf.Tensor
}

export interface SpriteStatistics {
  /** scalar: 1 once the sprite is drawn, else 0 */
  readonly active: tf.Tensor
  /** scalar: 1 once it is looked for, which begins a little before, else 0 */
  readonly observed: tf.Tensor
  /** [h, w]: running mean of the residual, zeros before the first */
  readonly residual: tf.Tensor
  readonly prior: KeyPointPrior
  /** [512, 2]: the last key points, the newest first; rows of −1 have not been filled */
  readonly keyPoints: tf.Tensor
}

export const statisticName = (partition: string, what: keyof typeof SUFFIX): string => `${partition}/${SUFFIX[what]}`
const SUFFIX = {
  active: 'active',
  observed: 'observed',
  residual: 'residual',
  mean: 'prior-mean',
  variance: 'prior-variance',
  broad: 'broad',
  keyPoints: 'key-points',
} as const

export function initialStatistics ({
  foreground,
  attention: { height, width },
}: LayeredPlan): Record<string, NamedArray> {
  const statistics: Record<string, NamedArray> = {}
  for (const part of foreground) {
    const {
      activeFrom,
      partition: { name },
    } = part
    const set = (what: keyof typeof SUFFIX, shape: number[], value: number | number[]) => {
      const values = new Float32Array(shape.reduce((product, size) => product * size, 1))
      statistics[statisticName(name, what)] = {
        shape,
        values: typeof value === 'number' ? values.fill(value) : Float32Array.from(value),
      }
    }
    const active = Number(activeFrom === 0)
    set('active', [], active)
    if (part.kind === 'layer') continue
    set('observed', [], active)
    set('residual', [height, width], 0)
    const { prior } = part
    set('mean', [2], prior === undefined ? [height / 2, width / 2] : [...prior.mean])
    set('variance', [2], prior === undefined ? UNINFORMATIVE : [...prior.variance])
    set('broad', [], Number(active === 0 && prior === undefined))
    set('keyPoints', [REMEMBERED, 2], EMPTY)
  }
  return statistics
}

export function spriteStatistics (all: Tensors, name: string): SpriteStatistics {
  const get = (what: keyof typeof SUFFIX) => all[statisticName(name, what)]!
  return {
    active: get('active'),
    observed: get('observed'),
    residual: get('residual'),
    prior: { mean: get('mean'), variance: get('variance'), broad: get('broad') },
    keyPoints: get('keyPoints'),
  }
}

/**
 * The running mean of the residual after a batch's: residual [N, h, w] → [h, w]. The first batch's mean stands as it
 * is.
 */
export function observeResidual ({ residual: running, observed }: SpriteStatistics, residual: tf.Tensor): tf.Tensor {
  const first = tf.cast(tf.equal(tf.sum(running), 0), 'float32') // []
  const momentum = tf.mul(observed, tf.add(tf.mul(first, 1 - MOMENTUM), MOMENTUM)) // []
  return tf.add(running, tf.mul(momentum, tf.sub(tf.mean(residual, 0), running))) // [h, w]
}

/**
 * The statistics after a batch's key points, [N, 2] without gradient. Those further than `outliers` standard deviations
 * from the prior's mean do not move it; the first batch of a sprite that was never looked for makes the prior.
 */
export function observeKeyPoints (
  statistics: SpriteStatistics,
  name: string,
  keyPoints: tf.Tensor,
  outliers: number
): Tensors {
  const {
    active,
    observed,
    prior: { mean, variance },
    keyPoints: remembered,
  } = statistics
  const [firstVariance] = tf.split(variance, [1, 1]) as [tf.Tensor, tf.Tensor] // [1]
  const fresh = tf.cast(tf.greaterEqual(firstVariance, INFORMATIVE_BELOW), 'float32') // [1]
  // [N, 2]
  const within = tf.cast(
    tf.lessEqual(tf.squaredDifference(keyPoints, mean), tf.mul(tf.add(variance, 1), outliers ** 2)),
    'float32'
  )
  const counted = tf.maximum(tf.min(within, 1, true), fresh) // [N, 1]
  const count = tf.maximum(tf.sum(counted), 1) // []
  const some = tf.minimum(tf.sum(counted), 1) // [], 0 or 1
  const momentum = tf.mul(tf.mul(tf.add(tf.mul(fresh, 1 - MOMENTUM), MOMENTUM), active), some) // [1]
  const batchMean = tf.div(tf.sum(tf.mul(counted, keyPoints), 0), count) // [2]
  const newMean = tf.add(mean, tf.mul(momentum, tf.sub(batchMean, mean))) // [2]
  // [2]
  const batchVariance = tf.add(
    tf.div(tf.sum(tf.mul(counted, tf.squaredDifference(keyPoints, newMean)), 0), count),
    fresh
  )
  const newVariance = tf.add(variance, tf.mul(momentum, tf.sub(batchVariance, variance))) // [2]
  const shifted = tf.slice(tf.concat([keyPoints, remembered], 0), [0, 0], [REMEMBERED, 2]) // [512, 2]
  return {
    [statisticName(name, 'mean')]: newMean,
    [statisticName(name, 'variance')]: newVariance,
    [statisticName(name, 'keyPoints')]: tf.add(remembered, tf.mul(observed, tf.sub(shifted, remembered))), // [512, 2]
  }
}
