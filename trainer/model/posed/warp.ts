/**
 * Warps of an image by a pose, and their inverse, without sampling a grid (Jaderberg et al. 2015, arXiv 1506.02025,
 * do): each is a chain of maps along one axis, so that matrix products do all of it, differentiably in image and pose.
 * - Scaling: a matrix for each image, of tent functions: linear interpolation.
 * - Shearing shifts each row by another distance. A matrix for each row would be H times as large, so rows are shifted
 *   by the Fourier shift theorem (Unser, Thévenaz and Yaroslavsky 1995, "Convolution-based interpolation for fast,
 *   high-quality rotation of images"): two constant matrices, and a rotation of each frequency's phase in between. It
 *   loses no detail, however often it is done.
 */
import * as tf from '@tensorflow/tfjs-core'
import { LIMITS, type Pose } from './pose.js'

/**
 * The canvas in a pose: scaled, then sheared.
 * @param canvas [N, H, W, C]
 * @param outside the value beyond the canvas
 * @returns [N, H, W, C]
 */
export function warp (canvas: tf.Tensor, { slant, height, width }: Pose, outside = 0): tf.Tensor {
  const inside = outside === 0 ? canvas : tf.sub(canvas, outside)
  const warped = shear(scale(inside, height && tf.neg(height), width && tf.neg(width)), slant)
  return outside === 0 ? warped : tf.add(warped, outside)
}

/**
 * The inverse of `warp`, up to interpolation, for images that are 0 outside: image [N, H, W, C] → canvas [N, H, W, C].
 */
export function unwarp (image: tf.Tensor, { slant, height, width }: Pose): tf.Tensor {
  return scale(shear(image, tf.neg(slant)), height, width)
}

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
  const [, height, width, channels] = x.shape as [number, number, number, number]
  const { frequencies, cosines, sines, weights } = fourierBasis(width, LIMITS.slant * (height - 1) / 2)
  // Rows lie in the order y, c: all channels of a row go the same way.
  // [1, H·C, 1]
  const below = tf.reshape(tf.matMul(tf.reshape(centred(height), [height, 1]), tf.ones([1, channels])), [
    1,
    height * channels,
    1,
  ])
  return alongRows(x, lines => {
    const [batch, count] = lines.shape as [number, number, number]
    const flat = tf.reshape(lines, [batch * count, width]) // [N·H·C, W]
    // [N, H·C, F]
    const spectrum = (basis: tf.Tensor) => tf.reshape(tf.matMul(flat, basis), [batch, count, frequencies.size])
    const [real, imaginary] = [spectrum(cosines), spectrum(sines)]
    const shifts = tf.mul(tf.reshape(slant, [-1, 1, 1]), below) // [N, H·C, 1]
    const phases = tf.mul(shifts, frequencies) // [N, H·C, F]
    const [cosine, sine] = [tf.cos(phases), tf.sin(phases)]
    const synthesis = (coefficients: tf.Tensor, basis: tf.Tensor) =>
      tf.matMul(tf.reshape(coefficients, [batch * count, frequencies.size]), tf.mul(basis, weights), false, true)
    const shifted = tf.add( // [N·H·C, W]
      synthesis(tf.sub(tf.mul(real, cosine), tf.mul(imaginary, sine)), cosines),
      synthesis(tf.add(tf.mul(real, sine), tf.mul(imaginary, cosine)), sines))
    return tf.reshape(shifted, [batch, count, width])
  })
}

/**
 * A real Fourier basis on `size` points that repeats only beyond the longest shift, so that what leaves on one side
 * does not enter on the other: x(u) = Σ_f w_f (a_f cos fu + b_f sin fu), where a = x · cosines and b = x · sines.
 */
function fourierBasis (size: number, longestShift: number) {
  const period = size + Math.ceil(longestShift)
  const count = Math.floor(period / 2) + 1
  const frequencies = tf.tensor1d(Float32Array.from({ length: count }, (_, k) => 2 * Math.PI * k / period)) // [F]
  const table = (f: (angle: number) => number) => tf.tensor2d(Float32Array.from({ length: size * count }, (_, i) =>
    f(2 * Math.PI * (i % count) / period * (Math.floor(i / count) - (size - 1) / 2))), [size, count]) // [size, F]
  // Every frequency but 0 and the highest of an even period stands for two, itself and its negative.
  // [F]
  const weights = tf.tensor1d(
    Float32Array.from({ length: count }, (_, k) => (k === 0 || 2 * k === period ? 1 : 2) / period)
  )
  return { frequencies, cosines: table(Math.cos), sines: table(Math.sin), weights }
}

/** Distances from the centre, in pixels: [size]. */
function centred (size: number): tf.Tensor1D {
  return tf.tensor1d(Float32Array.from({ length: size }, (_, i) => i - (size - 1) / 2))
}

/** A map of all rows of all channels, [N, H·C, W] → [N, H·C, W], on images [N, H, W, C]. */
function alongRows (x: tf.Tensor, map: (lines: tf.Tensor) => tf.Tensor): tf.Tensor {
  const [batch, height, width, channels] = x.shape as [number, number, number, number]
  const lines = tf.reshape(tf.transpose(x, [0, 1, 3, 2]), [batch, height * channels, width]) // [N, H·C, W]
  return tf.transpose(tf.reshape(map(lines), [batch, height, channels, width]), [0, 1, 3, 2]) // [N, H, W, C]
}
