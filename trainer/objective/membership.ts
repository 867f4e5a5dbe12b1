import * as tf from '@tensorflow/tfjs-core'
import { latentSizeOf, type Partition } from '@partition-vae/models'

/**
 * [D, P]: 1 where the unit belongs to the partition. A product with it sums units by partition, one with its transpose
 * spreads them again.
 */
export function membership (partitions: readonly Partition[]): tf.Tensor2D {
  const size = latentSizeOf(partitions)
  return tf.tensor2d(
    Array.from({ length: size }, (_, unit) =>
      partitions.map(({ offset, size }) => Number(unit >= offset && unit < offset + size))
    )
  )
}
