import * as tf from '@tensorflow/tfjs-core'
import type { Partition } from '@partition-vae/models'
import { membership } from './membership.js'

/**
 * Computes what a floor under the KL adds to it: Σ_g max(KL_g, λ d_g) − Σ_g KL_g, where a group g of d_g units is a
 * partition or one unit (Kingma et al. 2016, "Improving variational inference with inverse autoregressive flow",
 * appendix C.8; KL_g is averaged over the batch before the maximum, as there). A group below its floor gains nothing by
 * saying still less.
 * @param klByUnit [D], nats
 * @param nats scalar, λ
 */
export function freeBits (
  klByUnit: tf.Tensor,
  nats: tf.Tensor,
  level: 'partition' | 'unit',
  partitions: readonly Partition[]
): tf.Tensor {
  const units = tf.reshape(klByUnit, [1, klByUnit.size]) // [1, D]
  if (level === 'unit') return tf.sum(tf.relu(tf.sub(nats, units))) // []
  const kl = tf.matMul(units as tf.Tensor2D, membership(partitions)) // [1, P]
  const floor = tf.mul(nats, tf.tensor2d([partitions.map(({ size }) => size)])) // [1, P]
  return tf.sum(tf.relu(tf.sub(floor, kl))) // []
}
