import * as tf from '@tensorflow/tfjs-core'
import type { Partition } from '@partition-vae/models'
import type { Posterior } from '../model/posterior.js'
import { stopGradient } from '../model/stop-gradient.js'
import { membership } from './membership.js'

/** How to find the partitions that a pair shares; or, known, [N/2, P]: 1 for those that may differ, else 0. */
export type Differing = 'far' | 'farthest' | tf.Tensor

/**
 * Ada-GVAE at the level of partitions (Locatello et al. 2020, "Weakly-supervised disentanglement without compromises",
 * section 4 and eq. 5): in a pair of images, a partition whose two posteriors are closer than half way between the
 * closest and the farthest partition is taken to show the same, and both images are given the average of its two
 * posteriors: ½(μ₁ + μ₂), ½(σ₁² + σ₂²). How far: the symmetrised KL, averaged over the partition's units.
 * Where pairs are known to differ in one factor (k = 1 there), all partitions but the farthest are shared.
 *
 * Where it is known in which factor (match pairing in Shu et al. 2020, "Weakly supervised disentanglement with
 * guarantees"), all are shared but the partitions that are to hold it, and each image is given the posteriors of the
 * other in them. An average would let a shared partition hold the factor too, and the one that is to hold it only by
 * how much it is off the average.
 * @param posterior [N, D]: the first images of N/2 pairs, then their partners in the same order
 * @returns [N, D]
 */
export function shareAlike (
  { mean, logVariance }: Posterior, partitions: readonly Partition[], differing: Differing
): Posterior {
  const [meanA, meanB] = tf.split(mean, 2, 0) as [tf.Tensor, tf.Tensor] // [N/2, D] each
  const [logVarianceA, logVarianceB] = tf.split(logVariance, 2, 0) as [tf.Tensor, tf.Tensor]
  const inSharedUnits = (shared: tf.Tensor2D) => {
    const isShared = tf.greater(tf.matMul(shared, membership(partitions), false, true), 0.5) // [N/2, D]
    // [N, D]
    return ([forA, forB]: readonly [tf.Tensor, tf.Tensor], a: tf.Tensor, b: tf.Tensor) =>
      tf.concat([tf.where(isShared, forA, a), tf.where(isShared, forB, b)], 0)
  }
  if (typeof differing !== 'string') {
    const give = inSharedUnits(tf.sub(1, differing) as tf.Tensor2D)
    return {
      mean: give([meanB, meanA], meanA, meanB),
      logVariance: give([logVarianceB, logVarianceA], logVarianceA, logVarianceB),
    }
  }
  const [varianceA, varianceB] = [tf.exp(logVarianceA), tf.exp(logVarianceB)]
  const give = inSharedUnits(alike(divergenceOf([meanA, meanB], [varianceA, varianceB]), partitions, differing))
  const average = tf.mul(tf.add(meanA, meanB), 0.5) // [N/2, D]
  const logAverage = tf.log(tf.mul(tf.add(varianceA, varianceB), 0.5)) // [N/2, D]
  return {
    mean: give([average, average], meanA, meanB),
    logVariance: give([logAverage, logAverage], logVarianceA, logVarianceB),
  }
}

/** Symmetrised KL of two normal distributions, [N/2, D]. */
function divergenceOf (
  [meanA, meanB]: readonly [tf.Tensor, tf.Tensor], [varianceA, varianceB]: readonly [tf.Tensor, tf.Tensor]
): tf.Tensor2D {
  // KL(a‖b) + KL(b‖a) = ½ (σa²/σb² + σb²/σa² + (μa − μb)² (1/σa² + 1/σb²)) − 1
  const ratios = tf.add(tf.div(varianceA, varianceB), tf.div(varianceB, varianceA)) // [N/2, D]
  // [N/2, D]
  const shift = tf.mul(tf.squaredDifference(meanA, meanB), tf.add(tf.reciprocal(varianceA), tf.reciprocal(varianceB)))
  return tf.sub(tf.mul(tf.add(ratios, shift), 0.5), 1) as tf.Tensor2D // [N/2, D]
}

/**
 * How much the two posteriors of known pairs differ in the partitions that they share: KL(q(z|x) ‖ q(z|x')), summed
 * over their units and averaged over both images of each pair, scalar, nats. Of posteriors exchanged by `shareAlike` or
 * not: it is the same. What a partition holds of a factor that is not its own, and the decoder ignores, costs nothing
 * without it.
 * @param posterior [N, D]
 * @param unshared [N/2, P]: 1 for the partitions that may differ, else 0
 */
export function disagreement (
  { mean, logVariance }: Posterior, partitions: readonly Partition[], unshared: tf.Tensor
): tf.Tensor {
  const means = tf.split(mean, 2, 0) as [tf.Tensor, tf.Tensor] // [N/2, D] each
  const variances = tf.split(tf.exp(logVariance), 2, 0) as [tf.Tensor, tf.Tensor] // [N/2, D] each
  const byPartition = tf.matMul(divergenceOf(means, variances), membership(partitions)) // [N/2, P]
  return tf.mul(tf.mean(tf.sum(tf.mul(byPartition, tf.sub(1, unshared)), 1)), 0.5) // []
}

/** divergence [N/2, D] → 1 for each partition that is taken to show the same in both images, else 0: [N/2, P]. */
function alike (
  divergence: tf.Tensor2D, partitions: readonly Partition[], differing: 'far' | 'farthest'
): tf.Tensor2D {
  const sizes = tf.tensor2d([partitions.map(({ size }) => size)]) // [1, P]
  // Which partitions are shared is decided, not learned, as in the paper.
  const distance = stopGradient(tf.div(tf.matMul(divergence, membership(partitions)), sizes)) // [N/2, P]
  const farthest = tf.max(distance, 1, true) // [N/2, 1]
  const threshold = differing === 'farthest'
    ? farthest
    : tf.mul(tf.add(farthest, tf.min(distance, 1, true)), 0.5) // [N/2, 1]
  return tf.cast(tf.less(distance, threshold), 'float32') as tf.Tensor2D // [N/2, P]
}
