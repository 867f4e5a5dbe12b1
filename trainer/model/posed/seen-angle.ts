/** How what an image shows is turned. */
import * as tf from '@tensorflow/tfjs-core'
import { analyse, angleOf } from '../polar.js'

/** Cells of a glimpse along each side: enough to tell the frequencies of polar harmonics apart. */
const CELLS = 24
/** Half the side of a glimpse, in standard deviations: a disc's radius is 2, and forms reach farther. */
const REACH = 3

/**
 * The angle of what is bright, by polar harmonics around its middle. It turns with what is shown, whatever that is; its
 * origin is arbitrary, and of the angles that a symmetry makes alike it is the one nearest to 0. Without gradient.
 * @param brightness [N, H, W]
 * @param middle in pixels from the image's centre, each [N]
 * @param variance along an axis, in px², [N]
 * @returns [N] in radians from columns towards rows, from −π to π
 */
export function seenAngle (
  brightness: tf.Tensor, { x, y }: { readonly x: tf.Tensor, readonly y: tf.Tensor }, variance: tf.Tensor
): tf.Tensor {
  const [, height, width] = brightness.shape as [number, number, number]
  const deviation = tf.sqrt(tf.maximum(variance, 1)) // [N], in pixels
  const cell = tf.mul(deviation, 2 * REACH / CELLS) // [N], in pixels
  const byRows = readingMatrix(y, cell, height) // [N, CELLS, H]
  const byColumns = readingMatrix(x, cell, width) // [N, CELLS, W]
  const glimpse = tf.matMul(tf.matMul(byRows, brightness), byColumns, false, true) // [N, CELLS, CELLS]
  return tf.squeeze(angleOf(analyse(glimpse)), [1])
}

/**
 * Weights of pixels in cells along one axis: tents of a cell's width, or of a pixel's where cells are smaller, so that
 * none falls between pixels.
 * @param middle of all cells, in pixels from the image's centre, [N]
 * @param cell its side, in pixels, [N]
 * @returns [N, CELLS, pixels]
 */
function readingMatrix (middle: tf.Tensor, cell: tf.Tensor, pixels: number): tf.Tensor {
  const places = tf.tensor3d(Float32Array.from({ length: pixels }, (_, i) => i - (pixels - 1) / 2), [1, 1, pixels])
  const cells = tf.tensor3d(Float32Array.from({ length: CELLS }, (_, i) => i - (CELLS - 1) / 2), [1, CELLS, 1])
  const [at, side] = [tf.reshape(middle, [-1, 1, 1]), tf.reshape(cell, [-1, 1, 1])] // each [N, 1, 1]
  const centres = tf.add(tf.mul(cells, side), at) // [N, CELLS, 1]
  const width = tf.maximum(side, 1) // [N, 1, 1]
  return tf.div(tf.relu(tf.sub(1, tf.div(tf.abs(tf.sub(places, centres)), width))), width) // [N, CELLS, pixels]
}
