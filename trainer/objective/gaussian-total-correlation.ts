import * as tf from '@tensorflow/tfjs-core'
import type { Partition } from '@partition-vae/models'
import { logDeterminant } from './log-determinant.js'
import { membership } from './membership.js'

/**
 * Added to the covariance's diagonal: keeps it regular whatever the batch. Samples of an aggregated posterior have
 * variances about 1, so it is small, and yet far above float32's rounding of the inverse.
 */
export const COVARIANCE_RIDGE = 1e-3

/**
 * Total correlation between partitions of a normal distribution with the covariance of the samples, in nats: ½(Σ_g log
 * det Σ_g − log det Σ) (Watanabe 1960, for normal variables). It sees linear dependence only, and all of that, and one
 * batch is enough to estimate it: from N samples it comes out about (pairs of units in different partitions) / 2N too
 * high.
 * @param latent [N, D], samples of the aggregated posterior, N > D
 * @returns scalar
 */
export function gaussianTotalCorrelation (latent: tf.Tensor, partitions: readonly Partition[]): tf.Tensor {
  const [count, size] = latent.shape as [number, number]
  const centred = tf.sub(latent, tf.mean(latent, 0, true)) as tf.Tensor2D // [N, D]
  // [D, D]
  const covariance = tf.add(tf.div(tf.matMul(centred, centred, true), count), tf.mul(tf.eye(size), COVARIANCE_RIDGE))
  const members = membership(partitions) // [D, P]
  // A block-diagonal matrix's determinant is the product of its blocks': one elimination serves all partitions and the
  // whole.
  const blocks = tf.mul(covariance, tf.matMul(members, members, false, true)) // [D, D]
  const [separate, joint] = tf.unstack(logDeterminant(tf.stack([blocks, covariance]))) // [] each
  return tf.mul(tf.sub(separate!, joint!), 0.5) // []
}
