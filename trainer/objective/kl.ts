import * as tf from '@tensorflow/tfjs-core'
import type { Posterior } from '../model/posterior.js'

/**
 * KL(q(z|x) ‖ N(0, I)) by unit, averaged over the batch, in nats: ½ (μ² + σ² − 1 − log σ²) (Kingma and Welling 2014,
 * appendix B). posterior [N, D] → [D]
 */
export function klByUnit ({ mean, logVariance }: Posterior): tf.Tensor {
  const divergence = tf.mul(tf.sub(tf.sub(tf.add(tf.square(mean), tf.exp(logVariance)), logVariance), 1), 0.5) // [N, D]
  return tf.mean(divergence, 0) // [D]
}

/**
 * γ |KL − C|: holds the information in the latent at C nats, which rises as training goes on (Burgess et al. 2018,
 * "Understanding disentangling in β-VAE", eq. 8).
 * @param kl scalar, nats, averaged over the batch
 * @param nats scalar, C
 */
export function capacityTerm (kl: tf.Tensor, nats: tf.Tensor, weight: number): tf.Tensor {
  return tf.mul(tf.abs(tf.sub(kl, nats)), weight) // []
}
