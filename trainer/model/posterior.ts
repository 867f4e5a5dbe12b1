import * as tf from '@tensorflow/tfjs-core'
import { inLayer } from '../onnx/layer.js'

/** The approximate posterior q(z|x), a diagonal Gaussian. Both [N, D], partitions in the config's order. */
export interface Posterior {
  readonly mean: tf.Tensor
  readonly logVariance: tf.Tensor
}

/** Gives the prior as the posterior of a part that has nothing to say: no KL, and no gradient. x: [N, F] */
export function resting (x: tf.Tensor, size: number): Posterior {
  // Made from the input, so that there are as many rows however many a graph is given.
  const nothing = tf.mul(tf.slice(x, [0, 0], [x.shape[0]!, 1]), tf.zeros([1, size])) // [N, size]
  return { mean: nothing, logVariance: nothing }
}

/**
 * z = μ + σ · ε, the reparameterisation (Kingma and Welling 2014, section 2.4). noise: [N, D] standard normal → [N, D].
 */
export function sample ({ mean, logVariance }: Posterior, noise: tf.Tensor): tf.Tensor {
  return inLayer('sampling', () => tf.add(mean, tf.mul(tf.exp(tf.mul(logVariance, 0.5)), noise))) // [N, D]
}
