/**
 * Shifts of rows and columns by the Fourier shift theorem (Unser, Thévenaz and Yaroslavsky 1995, "Convolution-based
 * interpolation for fast, high-quality rotation of images"): two constant matrices, and a rotation of each frequency's
 * phase in between. It loses no detail, however often it is done.
 */
import * as tf from '@tensorflow/tfjs-core'

/**
 * Shifts each row to the right by its own distance, in pixels.
 * @param x [N, H, W, C]
 * @param shiftsAt how far each row goes, [N, 1 or H·C, 1], by how far it lies below the centre, [1, H·C, 1]
 * @param longest the largest shift that there can be
 * @param size columns of the result, around the same centre
 * @returns [N, H, size, C]
 */
export function shiftRows (
  x: tf.Tensor, shiftsAt: (below: tf.Tensor) => tf.Tensor, longest: number, size = x.shape[2]!
): tf.Tensor {
  const [, height, width, channels] = x.shape as [number, number, number, number]
  const { frequencies, from, to, weights } = fourierBases(width, size, longest)
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
    const [real, imaginary] = [spectrum(from.cosines), spectrum(from.sines)]
    const shifts = shiftsAt(below) // [N, 1 or H·C, 1]
    const phases = tf.mul(shifts, frequencies) // [N, 1 or H·C, F]
    const [cosine, sine] = [tf.cos(phases), tf.sin(phases)]
    const synthesis = (coefficients: tf.Tensor, basis: tf.Tensor) =>
      tf.matMul(tf.reshape(coefficients, [batch * count, frequencies.size]), tf.mul(basis, weights), false, true)
    const shifted = tf.add( // [N·H·C, size]
      synthesis(tf.sub(tf.mul(real, cosine), tf.mul(imaginary, sine)), to.cosines),
      synthesis(tf.add(tf.mul(real, sine), tf.mul(imaginary, cosine)), to.sines))
    return tf.reshape(shifted, [batch, count, size])
  })
}

/** Shifts each column down by its own distance, as `shiftRows` does rows. x: [N, H, W, C] → [N, H, W, C]. */
export function shiftColumns (x: tf.Tensor, shiftsAt: (beside: tf.Tensor) => tf.Tensor, longest: number): tf.Tensor {
  return tf.transpose(shiftRows(tf.transpose(x, [0, 2, 1, 3]), shiftsAt, longest), [0, 2, 1, 3])
}

/**
 * Real Fourier bases on `size` points and on the points of a result, both around one centre, that repeat only beyond
 * the longest shift, so that what leaves on one side does not enter on the other: x(u) = Σ_f w_f (a_f cos fu + b_f sin
 * fu), where a = x · cosines and b = x · sines.
 */
function fourierBases (size: number, result: number, longestShift: number) {
  const period = Math.ceil((size + result) / 2) + Math.ceil(longestShift)
  const count = Math.floor(period / 2) + 1
  const frequencies = tf.tensor1d(Float32Array.from({ length: count }, (_, k) => 2 * Math.PI * k / period)) // [F]
  // [points, F]
  const table = (f: (angle: number) => number, points: number) =>
    tf.tensor2d(Float32Array.from({ length: points * count }, (_, i) =>
      f(2 * Math.PI * (i % count) / period * (Math.floor(i / count) - (points - 1) / 2))), [points, count])
  const basis = (points: number) => ({ cosines: table(Math.cos, points), sines: table(Math.sin, points) })
  // Every frequency but 0 and the highest of an even period stands for two, itself and its negative.
  // [F]
  const weights = tf.tensor1d(
    Float32Array.from({ length: count }, (_, k) => (k === 0 || 2 * k === period ? 1 : 2) / period)
  )
  const from = basis(size)
  return { frequencies, from, to: result === size ? from : basis(result), weights }
}

/** Distances from the centre, in pixels: [size]. */
export function centred (size: number): tf.Tensor1D {
  return tf.tensor1d(Float32Array.from({ length: size }, (_, i) => i - (size - 1) / 2))
}

/** A map of all rows of all channels, [N, H·C, W] → [N, H·C, W'], on images [N, H, W, C] → [N, H, W', C]. */
export function alongRows (x: tf.Tensor, map: (lines: tf.Tensor) => tf.Tensor): tf.Tensor {
  const [batch, height, width, channels] = x.shape as [number, number, number, number]
  const lines = tf.reshape(tf.transpose(x, [0, 1, 3, 2]), [batch, height * channels, width]) // [N, H·C, W]
  const mapped = map(lines) // [N, H·C, W']
  return tf.transpose(tf.reshape(mapped, [batch, height, channels, mapped.shape[2]!]), [0, 1, 3, 2]) // [N, H, W', C]
}

/** Values of images [N] → [N, 1, 1]. */
export const alongImages = (values: tf.Tensor): tf.Tensor => tf.reshape(values, [-1, 1, 1])
