/**
 * Total correlation by the density ratio trick of FactorVAE (Kim and Mnih 2018, "Disentangling by factorising", arXiv
 * 1802.05983, section 3): a discriminator learns to tell latents from latents whose partitions come from different
 * images, and its logit is the logarithm of the ratio of the two densities.
 */
import * as tf from '@tensorflow/tfjs-core'
import { latentSizeOf, type Partition } from '@partition-vae/models'
import type { DiscriminatorConfig } from '../config/objective-schema.js'
import { splitUnits } from '../model/heads.js'
import { linear } from '../model/layers.js'
import { collectParameters, scope, type Parameters, type ParameterSpec } from '../model/parameters.js'
import { stopGradient } from '../model/stop-gradient.js'

export interface DiscriminatedTotalCorrelation {
  /** KL(q(z) ‖ Π_g q(z_g)), scalar, nats; its gradient reaches the latent, and not the discriminator. */
  readonly totalCorrelation: tf.Tensor
  /** Cross-entropy of the discriminator, scalar, nats; its gradient reaches the discriminator, and not the latent. */
  readonly classification: tf.Tensor
}

/** Slope below zero of the discriminator's leaky ReLU (Kim and Mnih 2018, appendix A). */
const SLOPE = 0.2

/**
 * Estimates the total correlation between partitions, and how well the discriminator tells the two kinds of latents
 * apart; both networks are trained in the same step.
 * @param latent [N, D], samples of the aggregated posterior in random order; N of at least the number of partitions
 */
export function discriminatorTotalCorrelation (
  latent: tf.Tensor,
  partitions: readonly Partition[],
  discriminator: DiscriminatorConfig,
  parameters: Parameters
): DiscriminatedTotalCorrelation {
  const count = latent.shape[0]!
  const frozen: Parameters = (...of) => stopGradient(parameters(...of))
  const fixed = stopGradient(latent) // [N, D]
  const both = tf.concat([fixed, dealPartitions(fixed, partitions)], 0) // [2N, D]
  const [together, apart] = tf.split(logitsOf(both, discriminator, parameters), [count, count], 0) // [N, 1] each
  return {
    totalCorrelation: tf.mean(logitsOf(latent, discriminator, frozen)), // []
    // −log σ(l) of what belongs together, −log(1 − σ(l)) of what does not
    classification: tf.mul(tf.add(tf.mean(tf.softplus(tf.neg(together!))), tf.mean(tf.softplus(apart!))), 0.5), // []
  }
}

/** Lists the parameters of a discriminator of latents with these partitions. */
export function discriminatorParameters (
  partitions: readonly Partition[],
  discriminator: DiscriminatorConfig
): ParameterSpec[] {
  return collectParameters(({ latent }, parameters) => {
    logitsOf(latent!, discriminator, parameters)
  }, { latent: { shape: [1, latentSizeOf(partitions)], dtype: 'float32' } })
}

/** latent [N, D] → logits [N, 1]: log q(z) − log Π_g q(z_g), as far as the discriminator knows. */
function logitsOf (latent: tf.Tensor, { layers, units }: DiscriminatorConfig, parameters: Parameters): tf.Tensor {
  const own = scope(parameters, 'discriminator')
  let hidden = latent // [N, D]
  for (let i = 0; i < layers; i++) {
    hidden = tf.leakyRelu(linear(hidden, units, scope(own, `hidden${i}`)), SLOPE) // [N, units]
  }
  return linear(hidden, 1, scope(own, 'output')) // [N, 1]
}

/**
 * Gives each image's partitions to different images: partition g of the image i goes to the image i − g of the batch,
 * which is in random order already. A graph that is recorded once has no other permutation in each step.
 * latent [N, D] → [N, D]
 */
function dealPartitions (latent: tf.Tensor, partitions: readonly Partition[]): tf.Tensor {
  const count = latent.shape[0]!
  const slices = splitUnits(latent, partitions.map(({ size }) => size)) // each [N, size]
  return tf.concat(slices.map((slice, g) => {
    if (g === 0) return slice
    const [first, rest] = tf.split(slice, [g, count - g], 0) // [g, size], [N − g, size]
    return tf.concat([rest!, first!], 0) // [N, size]
  }), 1)
}
