/**
 * The encoder q(z|x) of a PartitionVAE (Sheriff et al. 2023, arXiv 2302.03689): convolutions, a linear layer as wide as the latent, which is cut into
 * partitions, and for each partition two networks of its own, one for the mean and one for the log-variance. Partitions share nothing there.
 */
import * as tf from '@tensorflow/tfjs-core'
import type { JointModelConfig } from '../../config/schema.js'
import { activate, convolution, flatten, linear } from '../layers.js'
import { scope, type Parameters } from '../parameters.js'
import type { Posterior } from '../posterior.js'
import { latentSizeOf } from '@partition-vae/models'

/** image [N, H, W, C] in [0, 1] → posterior [N, D]. */
export function encode (image: tf.Tensor, config: JointModelConfig, parameters: Parameters): Posterior {
  const own = scope(parameters, 'encoder')
  let features = image // [N, H, W, C]
  config.encoder.blocks.forEach(({ channels, kernel, downsample }, i) => {
    features = convolution(features, channels, kernel, downsample === 'stride' ? 2 : 1, scope(own, `block${i}`)) // [N, h, w, channels]
    features = activate(features, config.activation)
    if (downsample === 'max-pool') features = tf.maxPool(features as tf.Tensor4D, 2, 2, 'valid') // [N, ⌊h/2⌋, ⌊w/2⌋, channels]
  })
  let hidden = flatten(features) // [N, F]
  config.encoder.hidden.forEach((units, i) => {
    hidden = activate(linear(hidden, units, scope(own, `hidden${i}`)), config.activation) // [N, units]
  })
  const representation = linear(hidden, latentSizeOf(config.partitions), scope(own, 'representation')) // [N, D]
  // The gradient of a split into one part fails in TensorFlow.js.
  const slices = config.partitions.length === 1 ? [representation] : tf.split(representation, config.partitions.map(({ size }) => size), 1) // each [N, size]
  const heads = config.partitions.map(({ name }, i) => encodePartition(slices[i]!, config, scope(parameters, `partition/${name}`)))
  return {
    mean: tf.concat(heads.map(({ mean }) => mean), 1), // [N, D]
    logVariance: tf.concat(heads.map(({ logVariance }) => logVariance), 1), // [N, D]
  }
}

/** One partition's two networks: slice [N, size] → mean and log-variance [N, size]. */
function encodePartition (slice: tf.Tensor, { heads, activation }: JointModelConfig, parameters: Parameters): Posterior {
  const network = (name: string) => {
    const hidden = activate(linear(slice, heads.hidden, scope(parameters, `${name}/hidden`)), activation) // [N, hidden]
    return linear(hidden, slice.shape[1]!, scope(parameters, `${name}/output`)) // [N, size]
  }
  const mean = network('mean')
  return { mean: heads.residual ? tf.add(slice, mean) : mean, logVariance: network('log-variance') }
}
