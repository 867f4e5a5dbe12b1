import * as tf from '@tensorflow/tfjs-core'
import { applySeparably, boxMatrix } from '../model/separable.js'

/** Side of the box that pixels are compared with. */
const WINDOW = 11
/** Keeps blank images from being divided by 0. */
const LEAST_CONTRAST = 1e-4

/**
 * Weights that make small and sharp things count: w = 1 + k · |x − blur(x)| / mean, where the difference is a mean over
 * channels, the blur one over the 11 × 11 pixels around, and the mean one over the batch; divided by the mean weight.
 * @param image [N, H, W, C]
 * @returns [N, H, W, 1], mean 1
 */
export function contrastWeights (image: tf.Tensor, k: number): tf.Tensor {
  const [, height, width] = image.shape as [number, number, number]
  const planar = tf.transpose(image, [0, 1, 3, 2]) // [N, H, C, W]
  // [N, H, C, W]
  const blurred = applySeparably(planar, boxMatrix(height, WINDOW, 'elements'), boxMatrix(width, WINDOW, 'elements'))
  const contrast = tf.mean(tf.abs(tf.sub(planar, blurred)), 2, true) // [N, H, 1, W]
  const weights = tf.add(tf.mul(tf.div(contrast, tf.add(tf.mean(contrast), LEAST_CONTRAST)), k), 1) // [N, H, 1, W]
  return tf.transpose(tf.div(weights, tf.mean(weights)), [0, 1, 3, 2]) // [N, H, W, 1]
}
