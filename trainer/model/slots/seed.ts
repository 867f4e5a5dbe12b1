/** Where the next slot begins to look. Without gradient. */
import * as tf from '@tensorflow/tfjs-core'
import { inLayer } from '../../onnx/layer.js'
import { applySeparably, boxMatrix } from '../separable.js'
import { meanColour, middleOf, pixelCentres, similarTo, windowAt, type Scene } from './scene.js'

/** Standard deviation of the window around a seed, in pixels of the resolution that is looked at. */
const SEED_WINDOW = 1.5
/** The box that thickness is measured with, in shares of the extent along each direction. */
const THICKNESS = 1 / 8
/** Places that are at least this share of the thickest one count as thick. */
const THICK = 0.7
/** Steps towards the middle of what has the seed's colour: standard deviations in shares of the extent. */
const CENTRE_WINDOWS = [1 / 3, 1 / 3]
const TINY = 1e-6
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
 * of what is explained; or the uppermost left among the thick ones.
 * @param unexplained [N, P]
 * @param untried [N, P]
 * @param corners scalar: how much the uppermost left counts
 */
export function findSeed (scene: Scene, unexplained: tf.Tensor, untried: tf.Tensor, corners: tf.Tensor): Seed {
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
    const upperLeft = cornerScores(rows, columns) // [1, P]
    const cornered = tf.add(
      tf.mul(tf.cast(tf.greater(thick, THICK), 'float32'), upperLeft), tf.mul(thick, TIE)) // [N, P]
    // Things of one colour are equally thick at many pixels: which is taken is not to hang on rounding.
    const thickest = tf.add(thick, tf.mul(upperLeft, TIE)) // [N, P]
    const score = tf.add(tf.mul(cornered, corners), tf.mul(thickest, tf.sub(1, corners))) // [N, P]
    const seed = tf.gather(pixelCentres(scene), tf.argMax(score, 1)) // [N, 2]
    const near = windowAt(seed, SEED_WINDOW * reduction, scene) // [N, P]
    // To the fourth power: the thing's inside, not the mixed colours of its edge.
    const inside = tf.add(tf.mul(near, tf.square(tf.square(thick))), TINY) // [N, P]
    const first = meanColour(scene, inside) // [N, C, 1]
    const similar = (key: tf.Tensor, deviation: number) => // [N, P]
      tf.reshape(similarTo(scene, key, deviation), [batch, pixels])
    const alike = tf.add(tf.mul(inside, similar(first, 2 * similarity)), TINY) // [N, P]
    const colour = meanColour(scene, alike) // [N, C, 1]
    const own = tf.mul(similar(colour, similarity), unexplained) // [N, P]
    const centre = middleOf(own, seed, CENTRE_WINDOWS, scene) // [N, 2]
    return { seed, near, centre, colour }
  })
}

/** [1, P]: 1 at the upper left, 0 at the lower right; rows count more than columns. */
function cornerScores (rows: number, columns: number): tf.Tensor {
  const values = Float32Array.from({ length: rows * columns }, (_, i) =>
    ((rows - Math.floor(i / columns)) / rows + 0.3 * (columns - i % columns) / columns) / 1.3)
  return tf.tensor2d(values, [1, rows * columns])
}
