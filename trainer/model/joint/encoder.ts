/**
 * The encoder q(z|x) of a PartitionVAE (Sheriff et al. 2023, arXiv 2302.03689): convolutions, a linear layer as wide as
 * the latent, which is cut into partitions, and for each partition two networks of its own, one for the mean and one
 * for the log-variance. Partitions share nothing there. With linear heads it is the encoder of other VAEs: mean and
 * log-variance are two linear layers on the same features.
 */
import type * as tf from '@tensorflow/tfjs-core'
import { latentSizeOf } from '@partition-vae/models'
import type { JointModelConfig } from '../../config/schema.js'
import { extractFeatures } from '../convolutional.js'
import { encodePartition, joinPosteriors, splitUnits } from '../heads.js'
import { linear } from '../layers.js'
import { scope, type Parameters } from '../parameters.js'
import type { Posterior } from '../posterior.js'

/** image [N, H, W, C] in [0, 1] → posterior [N, D]. */
export function encode (image: tf.Tensor, config: JointModelConfig, parameters: Parameters): Posterior {
  const encoderScope = scope(parameters, 'encoder')
  const { partitions, activation } = config
  const latentSize = latentSizeOf(partitions)
  const features = extractFeatures(image, config.encoder, activation, encoderScope) // [N, F]
  if (config.heads.linear === true) {
    return {
      mean: linear(features, latentSize, scope(encoderScope, 'mean')), // [N, D]
      logVariance: linear(features, latentSize, scope(encoderScope, 'log-variance')), // [N, D]
    }
  }
  const representation = linear(features, latentSize, scope(encoderScope, 'representation')) // [N, D]
  const slices = splitUnits(representation, partitions.map(({ size }) => size)) // each [N, size]
  return joinPosteriors(partitions.map(({ name }, i) => encodePartition(slices[i]!, name, config, parameters)))
}
