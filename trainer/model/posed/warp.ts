/**
 * Warps of an image by a pose, and their inverse, without sampling a grid (Jaderberg et al. 2015, arXiv 1506.02025,
 * do): each is a chain of maps along one axis, so that matrix products do all of it, differentiably in image and pose.
 * - Scaling: a matrix for each image, of tent functions: linear interpolation.
 * - Shearing shifts each row by another distance, which in matrices would take one for each row, H times as large: it
 *   is done on the rows' spectra. Moving is a shift of all by one distance, turning a chain of shears.
 */
import * as tf from '@tensorflow/tfjs-core'
import { LIMITS, type Pose } from './pose.js'
import { alongImages, alongRows, centred, shiftColumns, shiftRows } from './shift.js'
import { turn, turnBack, type Place } from './turn.js'

/**
 * The canvas in a pose: scaled, then sheared, then turned, then moved.
 * @param canvas [N, H, W, C]
 * @param outside the value beyond the canvas
 * @returns [N, H, W, C]
 */
export function warp (canvas: tf.Tensor, pose: Pose, outside = 0): tf.Tensor {
  const { scale: both, height = both, width = both, slant, angle } = pose
  const inside = outside === 0 ? canvas : tf.sub(canvas, outside)
  const scaled = scale(inside, height && tf.neg(height), width && tf.neg(width)) // [N, H, W, C]
  const sheared = slant === undefined ? scaled : shear(scaled, slant) // [N, H, W, C]
  const warped = angle === undefined ? move(sheared, pose) : turn(sheared, angle, pose) // [N, H, W, C]
  return outside === 0 ? warped : tf.add(warped, outside)
}

/**
 * The inverse of `warp`, up to interpolation, for images that are 0 outside: image [N, H, W, C] → canvas [N, H, W, C].
 */
export function unwarp (image: tf.Tensor, pose: Pose): tf.Tensor {
  const { scale: both, height = both, width = both, slant, angle } = pose
  const upright = angle === undefined ? moveBack(image, pose) : turnBack(image, angle, pose) // [N, H, W, C]
  return scale(slant === undefined ? upright : shear(upright, tf.neg(slant)), height, width)
}

/** x [N, H, W, C] → moved to a place, [N, H, W, C]. */
function move (x: tf.Tensor, { row, column }: Place): tf.Tensor {
  const [, height, width] = x.shape as [number, number, number, number]
  const across = column && shiftRows(x, () => tf.mul(alongImages(column), width), LIMITS.column * width)
  const sideways = across ?? x // [N, H, W, C]
  return row === undefined
    ? sideways
    : shiftColumns(sideways, () => tf.mul(alongImages(row), height), LIMITS.row * height)
}

/** The inverse of `move`: x [N, H, W, C] → [N, H, W, C]. */
const moveBack = (x: tf.Tensor, { row, column }: Place): tf.Tensor =>
  move(x, { ...row && { row: tf.neg(row) }, ...column && { column: tf.neg(column) } })

/**
 * Row i of the result is read at the distance e^logStep · (i − centre) from the centre, columns likewise.
 * @param x [N, H, W, C]
 * @param rows, columns logarithms of the steps, [N]
 */
function scale (x: tf.Tensor, rows: tf.Tensor | undefined, columns: tf.Tensor | undefined): tf.Tensor {
  const [batch, height, width, channels] = x.shape as [number, number, number, number]
  let scaled = x
  if (rows !== undefined) {
    const lines = tf.reshape(scaled, [batch, height, width * channels]) // [N, H, W·C]
    scaled = tf.reshape(tf.matMul(tents(rows, height), lines), x.shape) // [N, H, W, C]
  }
  return columns === undefined
    ? scaled
    : alongRows(scaled, lines => tf.matMul(lines, tents(columns, width), false, true))
}

/**
 * Weights of linear interpolation at e^logStep · (i − centre) for i < size; 0 beyond the edges. logStep [N] → [N, size,
 * size].
 */
function tents (logStep: tf.Tensor, size: number): tf.Tensor {
  const places = centred(size) // [size]
  const sources = tf.mul(tf.reshape(tf.exp(logStep), [-1, 1, 1]), tf.reshape(places, [1, size, 1])) // [N, size, 1]
  return tf.relu(tf.sub(1, tf.abs(tf.sub(sources, places)))) // [N, size, size]
}

/**
 * Shifts each row to the right by slant · (its distance below the centre), in pixels. x: [N, H, W, C], slant: [N] → [N,
 * H, W, C].
 */
export function shear (x: tf.Tensor, slant: tf.Tensor): tf.Tensor {
  const longest = LIMITS.slant * (x.shape[1]! - 1) / 2
  return shiftRows(x, below => tf.mul(alongImages(slant), below), longest)
}
