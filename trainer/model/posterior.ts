import * as tf from '@tensorflow/tfjs-core'
import { inLayer } from '../onnx/layer.js'

/** The approximate posterior q(z|x), a diagonal Gaussian. Both [N, D], partitions in the config's order. */
export interface Posterior {
  readonly mean: tf.Tensor
  readonly logVariance: tf.Tensor
}

/** The prior as a posterior, of a part that has nothing to say: no KL, and no gradient. */
export function resting (batch: number, size: number): Posterior {
  return { mean: tf.zeros([batch, size]), logVariance: tf.zeros([batch, size]) } // [N, size]
}

/**
 * z = μ + σ · ε, the reparameterisation (Kingma and Welling 2014, section 2.4). noise: [N, D] standard normal → [N, D].
 */
export function sample ({ mean, logVariance }: Posterior, noise: tf.Tensor): tf.Tensor {
  return inLayer('sampling', () => tf.add(mean, tf.mul(tf.exp(tf.mul(logVariance, 0.5)), noise))) // [N, D]
}
