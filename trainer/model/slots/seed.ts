/** Where the next slot begins to look. Without gradient. */
import * as tf from '@tensorflow/tfjs-core'
import { inLayer } from '../../onnx/layer.js'
import { applySeparably, boxMatrix } from '../separable.js'
import type { SlotsPlan } from './plan.js'
import {
  alikeAt, colourDistances, meanColour, middleOf, pixelCentres, windowAt, windowOnPixels, type Scene,
} from './scene.js'

/** Standard deviation of the window around a seed, in pixels of the resolution that is looked at. */
const SEED_WINDOW = 1.5
/** The box that thickness is measured with, in shares of the extent along each direction. */
const THICKNESS = 1 / 8
/** Places that are at least this share of the thickest one count as thick. */
const THICK = 0.7
/** Steps towards the middle of what has the seed's colour: standard deviations in shares of the extent. */
const CENTRE_WINDOWS = [1 / 3, 1 / 3]
const TINY = 1e-6
/** Thinner than this is as good as nothing; its fourth power would be a denormal number, which is slow. */
const THIN = 1e-4
/** What decides between places that are alike otherwise. */
const TIE = 1e-3

/** Where a slot begins to look. */
export interface Seed {
  /** [N, 2]: row and column in pixels of the full resolution */
  readonly seed: tf.Tensor
  /** [N, P]: a window around it */
  readonly near: tf.Tensor
  /** [N, 2]: about the middle of what has the seed's colour */
  readonly centre: tf.Tensor
  /** [N, C, 1], less 0.5 */
  readonly colour: tf.Tensor
}

/**
 * Finds where most is unexplained that no slot has tried: the thickest place, since thin leftovers lie along the edges
 * of what is explained; or, of the thick ones, the nearest to a corner of the image.
 * @param unexplained [N, P]
 * @param untried [N, P]
 * @param corners scalar: how much nearness to the corner counts
 * @param nearness [1, P] or [N, P]: that of each pixel (see `nearnessTo`)
 */
export function findSeed (
  scene: Scene, unexplained: tf.Tensor, untried: tf.Tensor, corners: tf.Tensor, nearness: tf.Tensor
): Seed {
  const { plan, config: { extent, reduction, similarity } } = scene
  const [rows, columns] = plan.coarse
  const batch = unexplained.shape[0]!
  const pixels = rows * columns
  return inLayer('seed', () => {
    const window = 2 * Math.max(1, Math.floor(extent * THICKNESS / reduction)) + 1
    const means = applySeparably(
      tf.reshape(unexplained, [batch, rows, 1, columns]),
      boxMatrix(rows, window, 'window'), boxMatrix(columns, window, 'window')
    ) // [N, h, 1, w]
    const raw = tf.mul(tf.mul(tf.reshape(means, [batch, pixels]), unexplained), untried) // [N, P]
    const thick = tf.div(raw, tf.add(tf.max(raw, 1, true), TINY)) // [N, P], at most 1
    const cornered = tf.add(
      tf.mul(tf.cast(tf.greater(thick, THICK), 'float32'), nearness), tf.mul(thick, TIE)) // [N, P]
    // Things of one colour are equally thick at many pixels: which is taken is not to hang on rounding.
    const thickest = tf.add(thick, tf.mul(nearness, TIE)) // [N, P]
    const score = tf.add(tf.mul(cornered, corners), tf.mul(thickest, tf.sub(1, corners))) // [N, P]
    const seed = tf.gather(pixelCentres(scene), tf.argMax(score, 1)) // [N, 2]
    const near = windowOnPixels(windowAt(seed, SEED_WINDOW * reduction, scene)) // [N, P]
    // To the fourth power: the thing's inside, not the mixed colours of its edge.
    const solid = tf.square(tf.square(tf.maximum(thick, THIN))) // [N, P]
    const inside = tf.add(tf.mul(near, solid), TINY) // [N, P]
    const first = meanColour(scene, inside) // [N, C, 1]
    const similar = (key: tf.Tensor, deviation: number) => // [N, P]
      tf.reshape(alikeAt(colourDistances(scene, key), deviation), [batch, pixels])
    const alike = tf.add(tf.mul(inside, similar(first, 2 * similarity)), TINY) // [N, P]
    const colour = meanColour(scene, alike) // [N, C, 1]
    const own = tf.mul(similar(colour, similarity), unexplained) // [N, P]
    const centre = middleOf(own, seed, CENTRE_WINDOWS, scene) // [N, 2]
    return { seed, near, centre, colour }
  })
}

/** Corners in the order in which looking starts from them: each is opposite to the one before or beside it. */
const CORNERS = [[false, false], [true, true], [false, true], [true, false]] as const

/**
 * How near pixels are to a corner of the image: from 1 in that corner to 0 in the opposite one; rows count more than
 * columns.
 * @param corners for each row of the result, 0 to 3: upper left, lower right, upper right, lower left
 * @returns [corners.length, P]
 */
export function nearnessTo (corners: readonly number[], { coarse: [rows, columns] }: SlotsPlan): tf.Tensor {
  const values = corners.flatMap(corner => {
    const [isLower, isRight] = CORNERS[corner]!
    return Array.from({ length: rows * columns }, (_, i) => {
      const [row, column] = [Math.floor(i / columns), i % columns]
      const [down, across] = [isLower ? row + 1 : rows - row, isRight ? column + 1 : columns - column]
      return (down / rows + 0.3 * across / columns) / 1.3
    })
  })
  return tf.tensor2d(Float32Array.from(values), [corners.length, rows * columns])
}
