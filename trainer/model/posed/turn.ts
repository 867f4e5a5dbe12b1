/**
 * Turns of images: three shears (Unser, Thévenaz and Yaroslavsky 1995, "Convolution-based interpolation for fast,
 * high-quality rotation of images") after as many quarter turns as leave at most an eighth to them, by which pixels
 * change places without loss. Of an image that is not square, half turns, and at most a quarter is left. Where it is
 * moved too, the shears do that along the way.
 */
import * as tf from '@tensorflow/tfjs-core'
import { LIMITS, type Pose } from './pose.js'
import { alongImages, shiftColumns, shiftRows } from './shift.js'

/** Where an image is moved to: as of `Pose`. */
export type Place = Pick<Pose, 'row' | 'column'>

/** The farthest that rows or columns are moved, in pixels, on a side of `size` pixels. */
const farthest = (share: tf.Tensor | undefined, limit: number, size: number) => share === undefined ? 0 : limit * size

/**
 * Turned around the centre by angles [N] in radians, then moved: R = X(−tan ω/2) Y(sin ω) X(−tan ω/2), where X(a)
 * shifts a row to the right by a for each pixel that it lies below, Y(b) a column down by b for each that it lies to
 * the right. x: [N, H, W, C] → [N, H, W, C]
 */
export function turn (x: tf.Tensor, angle: tf.Tensor, place: Place): tf.Tensor {
  const { turns, slope, rise, row, column, reach } = turning(x, angle, place)
  const turned = turnWhole(x, turns) // [N, H, W, C]
  const first = shiftRows(turned, below => tf.mul(slope, below), reach.slope, reach.wide) // [N, H, W', C]
  const second = shiftColumns(first, beside => tf.add(tf.mul(rise, beside), row), reach.rise) // [N, H, W', C]
  // What is moved down already lies as far below the centre as it did before.
  const shift = (below: tf.Tensor) => tf.add(tf.mul(slope, tf.sub(below, row)), column) // [N, H·C, 1]
  return shiftRows(second, shift, reach.moved, x.shape[2]!)
}

/** The inverse of `turn`: x [N, H, W, C] → [N, H, W, C]. */
export function turnBack (x: tf.Tensor, angle: tf.Tensor, place: Place): tf.Tensor {
  const { turns, slope, rise, row, column, reach } = turning(x, angle, place)
  const shift = (below: tf.Tensor) => tf.neg(tf.add(tf.mul(slope, tf.sub(below, row)), column)) // [N, H·C, 1]
  const first = shiftRows(x, shift, reach.moved, reach.wide) // [N, H, W', C]
  const second = shiftColumns(first, beside => tf.neg(tf.add(tf.mul(rise, beside), row)), reach.rise) // [N, H, W', C]
  const third = shiftRows(second, below => tf.neg(tf.mul(slope, below)), reach.slope, x.shape[2]!) // [N, H, W, C]
  return turnWhole(third, tf.neg(turns))
}

/** What both ways of turning need: whole turns, the slopes of the shears, and how far they shift. */
function turning (x: tf.Tensor, angle: tf.Tensor, { row, column }: Place) {
  const [, height, width] = x.shape as [number, number, number, number]
  const whole = height === width ? Math.PI / 2 : Math.PI
  const turns = tf.floor(tf.add(tf.div(angle, whole), 0.5)) // [N], without gradient
  const rest = alongImages(tf.sub(angle, tf.mul(turns, whole))) // [N, 1, 1], at most half of `whole`
  const rise = tf.sin(rest) // [N, 1, 1]
  const slope = tf.neg(tf.div(rise, tf.add(tf.cos(rest), 1))) // [N, 1, 1]: −tan ω/2
  const still = tf.mul(rest, 0) // [N, 1, 1]
  const [steepest, highest] = [Math.tan(whole / 4), Math.sin(whole / 2)]
  const half = (height - 1) / 2
  // A few columns on both sides, so that what the first shear moves out can come back.
  const wide = width + 2 * Math.ceil(steepest * half)
  const down = farthest(row, LIMITS.row, height)
  return {
    turns: height === width ? turns : tf.mul(turns, 2), // [N], quarters
    slope,
    rise,
    row: row === undefined ? still : tf.mul(alongImages(row), height), // [N, 1, 1], in pixels
    column: column === undefined ? still : tf.mul(alongImages(column), width), // [N, 1, 1], in pixels
    reach: {
      wide,
      slope: steepest * half,
      rise: highest * (wide - 1) / 2 + down,
      moved: steepest * (half + down) + farthest(column, LIMITS.column, width),
    },
  }
}

/** Turns by whole quarters [N], of images that are not square by whole halves: x [N, H, W, C] → [N, H, W, C]. */
function turnWhole (x: tf.Tensor, quarters: tf.Tensor): tf.Tensor {
  const [, height, width] = x.shape as [number, number, number, number]
  const halves = tf.floor(tf.div(quarters, 2)) // [N]
  const isOdd = (count: tf.Tensor) =>
    tf.reshape(tf.sub(count, tf.mul(tf.floor(tf.div(count, 2)), 2)), [-1, 1, 1, 1]) // [N, 1, 1, 1], 0 or 1
  const choose = (other: tf.Tensor, share: tf.Tensor, plain: tf.Tensor) =>
    tf.add(tf.mul(other, share), tf.mul(plain, tf.sub(1, share))) // [N, H, W, C]
  const upright = choose(tf.reverse(x, [1, 2]), isOdd(halves), x) // [N, H, W, C]
  if (height !== width) return upright
  return choose(tf.reverse(tf.transpose(upright, [0, 2, 1, 3]), 2), isOdd(quarters), upright)
}
