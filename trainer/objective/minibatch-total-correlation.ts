import * as tf from '@tensorflow/tfjs-core'
import type { Partition } from '@partition-vae/models'
import type { Posterior } from '../model/posterior.js'
import { membership } from './membership.js'

export interface TotalCorrelation {
  /** KL(q(z) ‖ Π_g q(z_g)), scalar, nats. */
  readonly between: tf.Tensor
  /** Σ_g KL(q(z_g) ‖ Π_{d ∈ g} q(z_d)), scalar, nats. */
  readonly within: tf.Tensor
}

/**
 * Total correlation of the aggregated posterior q(z), between partitions and among the units inside them, by
 * minibatch-weighted sampling (Chen et al. 2018, "Isolating sources of disentanglement in VAEs", eq. S5, for groups of
 * units as in Esmaeili et al. 2019, "Structured disentangled representations", eq. 4):
 *
 *     E log q(z) ≈ 1/M Σ_i log( 1/M Σ_j q(z_i | x_j) )
 *
 * over a batch of M images. Chen et al. divide by N M, N the size of the data set: that moves each estimate by log N
 * and no gradient; without it, independent partitions come out near 0. No estimate of a log q can be below log q(z_i |
 * x_i) − log M: where the posterior of all units together tells more than log M nats about the image, the estimate is
 * too high.
 * @param latent [M, D]: z_i, sampled from the posterior [M, D]
 */
export function minibatchTotalCorrelation (
  latent: tf.Tensor,
  { mean, logVariance }: Posterior,
  partitions: readonly Partition[]
): TotalCorrelation {
  const [count, size] = latent.shape as [number, number]
  const z = tf.expandDims(latent, 1) // [M, 1, D]
  const [means, logVariances] = [tf.expandDims(mean, 0), tf.expandDims(logVariance, 0)] // [1, M, D] each
  const deviation = tf.mul(tf.sub(z, means), tf.exp(tf.mul(logVariances, -0.5))) // [M, M, D]: (z_i − μ_j) / σ_j
  // [M, M, D]: log q(z_id | x_j)
  const byUnit = tf.mul(tf.add(tf.square(deviation), tf.add(logVariances, Math.log(2 * Math.PI))), -0.5)

  const members = membership(partitions) // [D, P]
  const groups = tf.concat([members, tf.ones([size, 1])], 1) as tf.Tensor2D // [D, P + 1], the last being all units
  const byGroup = tf.reshape(tf.matMul(tf.reshape(byUnit, [count * count, size]) as tf.Tensor2D, groups), [
    count,
    count,
    partitions.length + 1,
  ])
  // [M, M, K] → [K]: E log q
  const logMean = (logDensities: tf.Tensor) => tf.sub(tf.mean(logSumExp(logDensities), 0), Math.log(count))
  const [ofPartitions, ofAll] = tf.split(logMean(byGroup), [partitions.length, 1]) // [P], [1]
  const separate = tf.sum(ofPartitions!) // []
  return {
    between: tf.sub(tf.sum(ofAll!), separate), // []
    within: tf.sub(separate, tf.sum(logMean(byUnit))), // []
  }
}

/** log Σ_j exp x_ijk. x: [M, M, K] → [M, K]. Its own gradient is softmax, without a maximum to differentiate. */
function logSumExp (x: tf.Tensor): tf.Tensor {
  return tf.customGrad((x, save) => {
    const value = tf.logSumExp(x as tf.Tensor, 1) // [M, K]
    ;(save as tf.GradSaveFunc)([x as tf.Tensor, value])
    return {
      value,
      // [M, M, K]
      gradFunc: (dy: tf.Tensor, [x, value]: tf.Tensor[]) =>
        tf.mul(tf.expandDims(dy, 1), tf.exp(tf.sub(x!, tf.expandDims(value!, 1)))),
    }
  })(x)
}
