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

/** Squared distances of pixels from key colours. colours: [N, C, K] less 0.5 → |x − c|², [N, K, P]. */
export function colourDistances ({ pixels }: Scene, colours: tf.Tensor): tf.Tensor {
  const products = tf.matMul(colours, pixels, true) // [N, K, P]
  const lengths = tf.sum(tf.square(pixels), 1, true) // [N, 1, P]
  const keys = tf.expandDims(tf.sum(tf.square(colours), 1), 2) // [N, K, 1]
  return tf.relu(tf.sub(tf.add(lengths, keys), tf.mul(products, 2))) // [N, K, P]
}

/** How alike pixels are to key colours: exp(−|x − c|² / 2s²). colours: [N, C, K] less 0.5 → [N, K, P]. */
export function similarTo (scene: Scene, colours: tf.Tensor, deviation: number): tf.Tensor {
  return tf.exp(tf.mul(colourDistances(scene, colours), -0.5 / deviation ** 2)) // [N, K, P]
}

/** weights: [N, P] → the weighted mean of the pixels, [N, C, 1]. */
export function meanColour ({ pixels }: Scene, weights: tf.Tensor): tf.Tensor {
  const sums = tf.matMul(pixels, tf.expandDims(weights, 2)) // [N, C, 1]
  return tf.div(sums, tf.expandDims(tf.sum(weights, 1, true), 2))
}

/**
 * A Gaussian window around a place. place: [M, 2], deviation in pixels, both of the full resolution → [M, P], up to 1.
 */
export function windowAt (place: tf.Tensor, deviation: number, { plan, config: { reduction } }: Scene): tf.Tensor {
  const [row, column] = tf.split(place, 2, 1) as [tf.Tensor, tf.Tensor] // each [M, 1]
  const along = (at: tf.Tensor, size: number) => {
    const centres = tf.tensor2d(Float32Array.from({ length: size }, (_, i) => (i + 0.5) * reduction), [1, size])
    return tf.exp(tf.mul(tf.squaredDifference(centres, at), -0.5 / deviation ** 2)) // [M, size]
  }
  const [rows, columns] = plan.coarse
  const grid = tf.mul(tf.expandDims(along(row, rows), 2), tf.expandDims(along(column, columns), 1)) // [M, h, w]
  return tf.reshape(grid, [place.shape[0]!, rows * columns])
}

/**
 * The middle of what is a thing's own, by mean shift (Comaniciu and Meer 2002).
 * @param own [M, P]
 * @param guess [M, 2] in pixels of the full resolution
 * @param windows standard deviations of the windows of its steps, in shares of the extent
 * @returns [M, 2]
 */
export function middleOf (own: tf.Tensor, guess: tf.Tensor, windows: readonly number[], scene: Scene): tf.Tensor {
  return windows.reduce((middle, window) => {
    const weights = tf.add(tf.mul(windowAt(middle, scene.config.extent * window, scene), own), 1e-9) // [M, P]
    return tf.div(tf.matMul(weights, pixelCentres(scene)), tf.sum(weights, 1, true)) // [M, 2]
  }, guess)
}

/** [P, 2]: row and column of each pixel's centre, in pixels of the full resolution. */
export function pixelCentres ({ plan: { coarse: [rows, columns] }, config: { reduction } }: Scene): tf.Tensor2D {
  const values = Float32Array.from({ length: 2 * rows * columns }, (_, i) => {
    const pixel = i >> 1
    return ((i % 2 === 0 ? Math.floor(pixel / columns) : pixel % columns) + 0.5) * reduction
  })
  return tf.tensor2d(values, [rows * columns, 2])
}
