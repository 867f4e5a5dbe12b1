/**
 * A PartitionVAE's heads (Sheriff et al. 2023, arXiv 2302.03689): each partition has a network for its mean and one for
 * its log-variance, and shares nothing.
 */
import * as tf from '@tensorflow/tfjs-core'
import type { Activation, HeadsConfig } from '../config/block-schema.js'
import { inLayer } from '../onnx/layer.js'
import { activate, linear } from './layers.js'
import { scope, zeros, type Parameters } from './parameters.js'
import type { Posterior } from './posterior.js'

interface HeadsOptions {
  readonly heads: HeadsConfig
  readonly activation: Activation
}

/**
 * One partition's two networks, under its name: slice [N, size] → mean and log-variance [N, size].
 * @param spread about which the log-variance begins
 */
export function encodePartition (
  slice: tf.Tensor,
  name: string,
  options: HeadsOptions,
  parameters: Parameters,
  spread = zeros
): Posterior {
  const size = slice.shape[1]!
  const mean = headNetwork(slice, size, name, 'mean', options, parameters)
  return {
    mean: options.heads.residual ? tf.add(slice, mean) : mean,
    logVariance: headNetwork(slice, size, name, 'log-variance', options, parameters, spread),
  }
}

/** One of a partition's networks: slice [N, size] → [N, units]. What it gives begins about `initialBias`. */
export function headNetwork (
  slice: tf.Tensor,
  units: number,
  partition: string,
  network: 'mean' | 'log-variance',
  { heads, activation }: HeadsOptions,
  parameters: Parameters,
  initialBias = zeros
): tf.Tensor {
  const networkScope = scope(parameters, `partition/${partition}/${network}`)
  const hidden = activate(linear(slice, heads.hidden, scope(networkScope, 'hidden')), activation) // [N, hidden]
  return linear(hidden, units, scope(networkScope, 'output'), undefined, initialBias) // [N, units]
}

/** x [N, sum of the sizes] → its consecutive slices, each [N, size]. */
export function splitUnits (x: tf.Tensor, sizes: readonly number[]): tf.Tensor[] {
  // The gradient of a split into one part fails in TensorFlow.js.
  return sizes.length === 1 ? [x] : inLayer('split', () => tf.split(x, [...sizes], 1))
}

/** Posteriors of partitions → one, in their order: [N, D]. */
export function joinPosteriors (posteriors: readonly Posterior[]): Posterior {
  return inLayer('posterior', () => ({
    mean: tf.concat(posteriors.map(({ mean }) => mean), 1), // [N, D]
    logVariance: tf.concat(posteriors.map(({ logVariance }) => logVariance), 1), // [N, D]
  }))
}
