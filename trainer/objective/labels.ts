/**
 * Few labels: a small network from each partition to the factors it is to hold, trained on the images whose factors are
 * told (Locatello et al. 2020, "Disentangling factors of variation using few labels": there a factor belongs to a unit,
 * and is regressed on that unit itself).
 */
import * as tf from '@tensorflow/tfjs-core'
import type { Partition } from '@partition-vae/models'
import { activate, linear } from '../model/layers.js'
import { collectParameters, scope, type Parameters, type ParameterSpec } from '../model/parameters.js'

/** A partition that labels are told for. */
export interface LabelHead {
  readonly partition: Partition
  /** Number of factors that it is to hold. */
  readonly factors: number
}

/** Lists the parameters that the labels' networks add to a model's. */
export function labelParameters (heads: readonly LabelHead[], hidden: number): ParameterSpec[] {
  const latentSize = Math.max(0, ...heads.map(({ partition: { offset, size } }) => offset + size))
  return collectParameters(
    ({ mean, factors }, parameters) => {
      labelError(mean!, factors!, heads, hidden, parameters)
    },
    {
      mean: { shape: [1, latentSize], dtype: 'float32' }, // [1, D or fewer]
      factors: { shape: [1, factorCount(heads)], dtype: 'float32' }, // [1, K]
    }
  )
}

/** K, the factors of all heads. */
export function factorCount (heads: readonly LabelHead[]): number {
  return heads.reduce((sum, { factors }) => sum + factors, 0)
}

/**
 * Squared error of the factors, averaged over images and summed over factors. Each is predicted from the posterior mean
 * of its own partition, through one hidden layer.
 * @param mean [L, D]
 * @param factors [L, K], in standard deviations around their means: the first head's columns, then the next one's
 * @returns scalar
 */
export function labelError (
  mean: tf.Tensor,
  factors: tf.Tensor,
  heads: readonly LabelHead[],
  hidden: number,
  parameters: Parameters
): tf.Tensor {
  const predictions = heads.map(({ partition: { name, offset, size }, factors }) => {
    const own = scope(parameters, `labels/${name}`)
    const units = tf.slice(mean, [0, offset], [mean.shape[0]!, size]) // [L, size]
    const features = activate(linear(units, hidden, scope(own, 'hidden')), 'leaky-relu') // [L, hidden]
    return linear(features, factors, scope(own, 'output')) // [L, factors]
  })
  const all = predictions.length === 1 ? predictions[0]! : tf.concat(predictions, 1) // [L, K]
  return tf.div(tf.sum(tf.squaredDifference(all, factors)), factors.shape[0]!) // []
}
