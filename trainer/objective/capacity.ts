import * as tf from '@tensorflow/tfjs-core'

/**
 * γ |KL − C|: holds the information in the latent at C nats, which rises as training goes on (Burgess et al. 2018,
 * "Understanding disentangling in β-VAE", eq. 8).
 * @param kl scalar, nats, averaged over the batch
 * @param nats scalar, C
 */
export function capacityTerm (kl: tf.Tensor, nats: tf.Tensor, weight: number): tf.Tensor {
  return tf.mul(tf.abs(tf.sub(kl, nats)), weight) // []
}
