/** The image as slots look at it: at a resolution of its own, its colours, and windows on it. */
import * as tf from '@tensorflow/tfjs-core'
import type { SlotsModelConfig } from '../../config/slots-schema.js'
import type { SlotsPlan } from './plan.js'

/** An image at the resolution that is looked at, P = h · w pixels. */
export interface Scene {
  /** [N, C, P] in [0, 1] */
  readonly image: tf.Tensor
  /** [N, C, P]: the same less 0.5, for accuracy of differences */
  readonly pixels: tf.Tensor
  /** [N, P], ones */
  readonly ones: tf.Tensor
  readonly plan: SlotsPlan
  readonly config: SlotsModelConfig
}

/** image: [N, C, P] in [0, 1] */
export function sceneOf (image: tf.Tensor, plan: SlotsPlan, config: SlotsModelConfig): Scene {
  const first = tf.reshape(tf.slice(image, [0, 0, 0], [-1, 1, -1]), [image.shape[0]!, image.shape[2]!]) // [N, P]
  // By arithmetic: a graph for any batch can't repeat what has no batch.
  return { image, pixels: tf.sub(image, 0.5), ones: tf.add(tf.mul(first, 0), 1), plan, config }
}

/** A weight of e to the minus this is none. Products of smaller ones would be denormal numbers, which are slow. */
const LARGEST_EXPONENT = 20

/** e^−x; x below 0 counts as 0, and above 20 as 20. */
export function decayOf (x: tf.Tensor): tf.Tensor {
  return tf.exp(tf.neg(tf.clipByValue(x, 0, LARGEST_EXPONENT)))
}

/** Squared distances of pixels from key colours. colours: [N, C, K] less 0.5 → |x − c|², [N, K, P]. */
export function colourDistances ({ pixels }: Scene, colours: tf.Tensor): tf.Tensor {
  const products = tf.matMul(colours, pixels, true) // [N, K, P]
  const lengths = tf.sum(tf.square(pixels), 1, true) // [N, 1, P]
  const keys = tf.expandDims(tf.sum(tf.square(colours), 1), 2) // [N, K, 1]
  return tf.relu(tf.sub(tf.add(lengths, keys), tf.mul(products, 2))) // [N, K, P]
}

/** How alike pixels at squared distances from key colours [N, K, P] are to them: exp(−|x − c|² / 2s²), [N, K, P]. */
export function alikeAt (distances: tf.Tensor, deviation: number): tf.Tensor {
  return decayOf(tf.mul(distances, 0.5 / deviation ** 2)) // [N, K, P]
}

/** weights: [N, P] → the weighted mean of the pixels, [N, C, 1]. */
export function meanColour ({ pixels }: Scene, weights: tf.Tensor): tf.Tensor {
  const sums = tf.matMul(pixels, tf.expandDims(weights, 2)) // [N, C, 1]
  return tf.div(sums, tf.expandDims(tf.sum(weights, 1, true), 2))
}

/** A Gaussian window around each of M places, up to 1: the product of one along rows and one along columns. */
export interface Window {
  /** [M, h] */
  readonly rows: tf.Tensor
  /** [M, w] */
  readonly columns: tf.Tensor
}

/** place: [M, 2], row and column, and deviation: in pixels of the full resolution. */
export function windowAt (place: tf.Tensor, deviation: number, { plan, config: { reduction } }: Scene): Window {
  const [height, width] = plan.coarse
  const scale = Math.SQRT1_2 / deviation
  // Rows and columns side by side.
  const coordinate = [0, 1].map(axis =>
    Array.from({ length: height + width }, (_, i) => Number(axis === 0 ? i < height : i >= height) * scale))
  const centres = Array.from({ length: height + width }, (_, i) =>
    ((i < height ? i : i - height) + 0.5) * reduction * scale)
  const away = tf.sub(tf.matMul(place as tf.Tensor2D, tf.tensor2d(coordinate)), tf.tensor2d([centres])) // [M, h + w]
  const weights = decayOf(tf.square(away)) // [M, h + w]
  return { rows: tf.slice(weights, [0, 0], [-1, height]), columns: tf.slice(weights, [0, height], [-1, width]) }
}

/** A window's value at each pixel, [M, P]. */
export function windowOnPixels ({ rows, columns }: Window): tf.Tensor {
  const grid = tf.mul(tf.expandDims(rows, 2), tf.expandDims(columns, 1)) // [M, h, w]
  return tf.reshape(grid, [rows.shape[0]!, rows.shape[1]! * columns.shape[1]!])
}

/** The sum of values [M, P] weighted by a window, [M, 1]. */
export function sumUnder ({ rows, columns }: Window, values: tf.Tensor): tf.Tensor {
  const [count, height] = rows.shape as [number, number]
  const width = columns.shape[1]!
  const byRows = tf.matMul(tf.expandDims(rows, 1), tf.reshape(values, [count, height, width])) // [M, 1, w]
  return tf.reshape(tf.matMul(byRows, tf.expandDims(columns, 2)), [count, 1])
}

/**
 * The middle of what is a thing's own, by mean shift (Comaniciu and Meer 2002).
 * @param own [M, P]
 * @param guess [M, 2] in pixels of the full resolution
 * @param windows standard deviations of the windows of its steps, in shares of the extent
 * @returns [M, 2]
 */
export function middleOf (own: tf.Tensor, guess: tf.Tensor, windows: readonly number[], scene: Scene): tf.Tensor {
  const { plan: { coarse: [height, width] }, config: { extent, reduction } } = scene
  const count = own.shape[0]!
  const grid = tf.reshape(own, [count, height, width]) // [M, h, w]
  const ones = (size: number) => tf.ones([1, size])
  const [byRow, byColumn] = [centresOf(height, reduction), centresOf(width, reduction)] // [1, h], [1, w]
  // Sums of 1, of the row and of the column under a window, from products with its two factors.
  const down = tf.stack([ones(height), byRow], 1) // [1, 2, h]
  const across = tf.stack([ones(width), byColumn], 2) // [1, w, 2]
  // Every pixel weighs a little, so that what is nothing has a middle.
  const all = 1e-9 * height * width
  const least = tf.tensor2d([[all, all * width * reduction / 2, all * height * reduction / 2, 0]]) // [1, 4]
  const pair = tf.tensor2d([[0, 0], [0, 1], [1, 0], [0, 0]]) // [4, 2]
  return windows.reduce((middle, share) => {
    const window = windowAt(middle, extent * share, scene)
    const overRows = tf.matMul(tf.mul(tf.expandDims(window.rows, 1), down), grid) // [M, 2, w]
    const sums = tf.matMul(overRows, tf.mul(tf.expandDims(window.columns, 2), across)) // [M, 2, 2]: 1, x; y, xy
    const weighed = tf.add(tf.reshape(sums, [count, 4]), least) as tf.Tensor2D // [M, 4]
    return tf.div(tf.matMul(weighed, pair), tf.slice(weighed, [0, 0], [-1, 1])) // [M, 2]
  }, guess)
}

/** [1, size]: the pixels' centres along one axis, in pixels of the full resolution. */
function centresOf (size: number, reduction: number): tf.Tensor2D {
  return tf.tensor2d(Float32Array.from({ length: size }, (_, i) => (i + 0.5) * reduction), [1, size])
}

/** [P, 2]: row and column of each pixel's centre, in pixels of the full resolution. */
export function pixelCentres ({ plan: { coarse: [rows, columns] }, config: { reduction } }: Scene): tf.Tensor2D {
  const values = Float32Array.from({ length: 2 * rows * columns }, (_, i) => {
    const pixel = i >> 1
    return ((i % 2 === 0 ? Math.floor(pixel / columns) : pixel % columns) + 0.5) * reduction
  })
  return tf.tensor2d(values, [rows * columns, 2])
}
