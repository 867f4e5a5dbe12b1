/**
 * Trains the network that looks for things by where labels say that they are: its map of an image is trained by
 * cross-entropy as a softmax over all pixels, of which one is right (He et al. 2017, "Mask R-CNN", section 5); here the
 * target is spread over the pixels that the point lies between.
 */
import * as tf from '@tensorflow/tfjs-core'
import type { KeyPointsConfig } from '../config/objective-schema.js'
import { stopGradient } from '../model/stop-gradient.js'
import { tentMatrix } from '../model/tent.js'
import type { Forward } from '../model/network.js'

/** The partitions that key points are told for, in the order of their tensor. */
export function keyPointPartitions (
  { tracks, colours = [] }: Pick<KeyPointsConfig, 'tracks' | 'colours'>
): readonly string[] {
  if (tracks !== undefined) return tracks.partitions
  return [...new Set(colours.flatMap(({ parts }) => parts.map(({ partition }) => partition)))].sort()
}

/**
 * Cross-entropy between the pixels around each key point, weighted linearly by their distance, and the softmax of the
 * logits; summed over partitions, averaged over images.
 * @param keyPoints [N, T, 3]: row and column in shares of the image, and 1 where they are known, else 0
 * @param partitions of the T; a camera's point is where the middle of the image has moved to
 * @returns scalar, nats
 */
export function keyPointError (
  attention: NonNullable<Forward['attention']>,
  keyPoints: tf.Tensor,
  partitions: readonly string[],
  camera?: Forward['camera']
): tf.Tensor {
  const batch = keyPoints.shape[0]!
  const errors = partitions.map((partition, t) => {
    const { logits: own, height, width, along } = mapOf(partition, attention, camera)
    const column = (i: number) => tf.reshape(tf.slice(keyPoints, [0, t, i], [batch, 1, 1]), [batch]) // [N]
    const rows = tentMatrix(along(0, column(0)), 1, 1, height) // [N, h, 1]
    const columns = tentMatrix(along(1, column(1)), 1, 1, width) // [N, w, 1]
    const near = tf.reshape(tf.matMul(rows, columns, false, true), [batch, height * width]) // [N, h·w]
    const target = tf.div(near, tf.add(tf.sum(near, 1, true), 1e-6)) // [N, h·w]
    const shifted = tf.sub(own, stopGradient(tf.max(own, 1, true))) // [N, h·w]
    const error = tf.sub(tf.log(tf.sum(tf.exp(shifted), 1)), tf.sum(tf.mul(target, shifted), 1)) // [N]
    return tf.sum(tf.mul(error, column(2))) // []
  })
  return tf.div(
    errors.reduce((sum, error) => tf.add(sum, error)),
    batch
  ) // []
}

/** A map that is trained, and a function from shares of the image along an axis [N] to its cells. */
interface PointMap {
  /** [N, height·width] */
  readonly logits: tf.Tensor
  readonly height: number
  readonly width: number
  readonly along: (axis: 0 | 1, share: tf.Tensor) => tf.Tensor
}

function mapOf (
  partition: string,
  { logits, height, width }: NonNullable<Forward['attention']>,
  camera: Forward['camera']
): PointMap {
  if (partition !== camera?.partition) {
    const sides = [height, width] as const
    return { logits: logits[partition]!, height, width, along: (axis, share) => tf.mul(share, sides[axis]) }
  }
  const counts = [camera.rows, camera.columns] as const
  return {
    logits: camera.logits,
    height: camera.rows,
    width: camera.columns,
    along: (axis, share) => {
      const [count, reach] = [counts[axis], camera.reach[axis]]
      if (count === 1) return tf.add(tf.mul(share, 0), 0.5)
      // From −reach to reach lie the centres of all cells.
      const cells = tf.mul(tf.sub(share, 0.5), (count - 1) / (2 * reach)) // [N]
      return tf.clipByValue(tf.add(cells, count / 2), 0.5, count - 0.5)
    },
  }
}
