/**
 * What slots see where they look: all of it computed from the image and from what other slots explain, without
 * gradient. A thing is taken to be of about one colour; its key colour tells its pixels from others'.
 */
import * as tf from '@tensorflow/tfjs-core'
import { inLayer } from '../../onnx/layer.js'
import { tentMatrix } from '../tent.js'
import { patchCellOf } from './plan.js'
import { analyse, angleOf, turn } from '../polar.js'
import { middleOf, similarTo, windowAt, type Scene } from './scene.js'

/** Standard deviation of the window on what is a thing's own, in shares of the largest thing's extent. */
const OWN_WINDOW = 1 / 2
/** Of things with a pose, whose middle has to be found exactly: windows of further steps, in shares of the extent. */
const CENTRE_WINDOWS = [1 / 2, 1, 1]
/** Squared distance of colours below which a mixture of the two can't be told. */
const LEAST_CONTRAST = 0.01
/** Brings coefficients to about the scale that cells have. */
const HARMONIC_SCALE = 0.2

/** canvas [N, C, P] → share of each pixel that it leaves unexplained, [N, P]: r / (r + τ), r its squared error. */
export function unexplainedBy (canvas: tf.Tensor, { image, config: { unexplained } }: Scene): tf.Tensor {
  return inLayer('residual', () => {
    const error = tf.sum(tf.squaredDifference(image, canvas), 1) // [N, P]
    return tf.div(error, tf.add(error, unexplained))
  })
}

/** What one of M = N · K slots sees; K of an image see the same scene. */
export interface View {
  /** [M, 2], in pixels of the full resolution */
  readonly centre: tf.Tensor
  /** [N, C, K], less 0.5: its key colour */
  readonly colour: tf.Tensor
  /** By slot, [N, C, P]: what the image would be without it. */
  readonly rest: readonly tf.Tensor[]
  /** Each [N, K, P]. */
  readonly unexplained: tf.Tensor
  readonly others: tf.Tensor
  /** Where it points to: a window around its seed, or what it drew before. */
  readonly pointer: tf.Tensor
}

export interface Sight {
  /**
   * [M, F], of four maps: what it covers, what is unexplained, others, the pointer; cells, or where things turn the
   * coefficients of polar harmonics, turned back by the angle
   */
  readonly glimpse: tf.Tensor
  /** [M, 2]: row and column in pixels of the full resolution */
  readonly centre: tf.Tensor
  /** [M, 1]: side of the square of its area, in pixels of the full resolution; of models with a unit of scale */
  readonly size: tf.Tensor | undefined
  /** [M, 1], in radians; of models with a unit of angle */
  readonly angle: tf.Tensor | undefined
  /** [M, C], in [0, 1]: mean of what has its colour */
  readonly colour: tf.Tensor
  /** [M, 1]: how many pixels of the full resolution it covers, near its centre */
  readonly mass: tf.Tensor
}

export function lookAt (scene: Scene, { centre: guess, colour, rest, unexplained, others, pointer }: View): Sight {
  const { plan, config, pixels } = scene
  const { extent, reduction, similarity, encoder } = config
  const [rows, columns] = plan.coarse
  const [, count, area] = unexplained.shape as [number, number, number]
  const channels = plan.channels
  const slots = guess.shape[0]!
  const batch = slots / count
  return inLayer('glimpse', () => {
    const own = tf.mul(similarTo(scene, colour, similarity), unexplained) // [N, K, P]
    const ownOfEach = tf.reshape(own, [slots, area]) // [M, P]
    const centre = plan.scale || plan.rotation ? middleOf(ownOfEach, guess, CENTRE_WINDOWS, scene) : guess // [M, 2]
    const window = windowAt(centre, extent * OWN_WINDOW, scene) // [M, P]
    const weights = tf.mul(tf.reshape(window, [batch, count, area]), own) // [N, K, P]
    const sum = tf.sum(weights, 2, true) // [N, K, 1]
    const seen = tf.matMul(weights, pixels, false, true) // [N, K, C]
    const key = tf.transpose(colour, [0, 2, 1]) // [N, K, C]
    const mean = tf.div(tf.add(seen, tf.mul(key, 1e-3)), tf.add(sum, 1e-3)) // [N, K, C]
    const covered = coverageOf(scene, key, rest, similarity) // [N, K, P]
    const maps = [covered, unexplained, others, pointer].map(map => tf.reshape(map, [slots, rows, 1, columns]))
    const image = tf.concat(maps, 2) // [M, h, 4, w]
    const size = plan.scale ? sizeOf(ownOfEach, centre, scene) : undefined // [M, 1]
    const cell = size === undefined
      ? plan.glimpseCell / reduction
      : tf.div(patchCellOf(size, plan, encoder.glimpse), reduction) // [M, 1]
    const [row, column] = tf.split(tf.div(centre, reduction), 2, 1) as [tf.Tensor, tf.Tensor] // each [M, 1]
    const share = typeof cell === 'number'
      ? tf.scalar(1 / Math.max(1, cell))
      : tf.reshape(tf.div(1, tf.maximum(cell, 1)), [slots, 1, 1]) // [M, 1, 1]
    const byRows = tf.mul(tentMatrix(row, encoder.glimpse, cell, rows), share) // [M, h, glimpse]
    const byColumns = tf.mul(tentMatrix(column, encoder.glimpse, cell, columns), share) // [M, w, glimpse]
    const band = tf.matMul(byRows, tf.reshape(image, [slots, rows, maps.length * columns]), true) // [M, glimpse, 4·w]
    const cells = tf.matMul(tf.reshape(band, [slots, encoder.glimpse * maps.length, columns]), byColumns)
    const { glimpse, angle } = plan.rotation
      ? turnedBack(tf.reshape(cells, [slots, encoder.glimpse, maps.length, encoder.glimpse]))
      : { glimpse: tf.reshape(cells, [slots, encoder.glimpse ** 2 * maps.length]), angle: undefined }
    return {
      glimpse,
      centre,
      size,
      angle,
      colour: tf.add(tf.reshape(mean, [slots, channels]), 0.5),
      mass: tf.mul(tf.sum(tf.mul(window, tf.reshape(covered, [slots, area])), 1, true), reduction ** 2),
    }
  })
}

/**
 * How much of each pixel a thing covers. A pixel on its edge is a mixture of its key colour c and what is behind it, b:
 * the share α that explains it best is the projection of x − b on c − b; what it leaves speaks against the thing.
 * @param key [N, K, C], less 0.5
 * @param rest b by slot, [N, C, P]
 * @returns [N, K, P] in [0, 1]
 */
export function coverageOf (scene: Scene, key: tf.Tensor, rest: readonly tf.Tensor[], similarity: number): tf.Tensor {
  return tf.stack(rest.map((behind, k) => {
    const colour = tf.transpose(tf.slice(key, [0, k, 0], [-1, 1, -1]), [0, 2, 1]) // [N, C, 1]
    const towards = tf.sub(tf.add(colour, 0.5), behind) // [N, C, P]
    const seen = tf.sub(scene.image, behind) // [N, C, P]
    const length = tf.sum(tf.square(towards), 1, true) // [N, 1, P]
    const share = tf.clipByValue(
      tf.div(tf.sum(tf.mul(seen, towards), 1, true), tf.add(length, LEAST_CONTRAST)), 0, 1) // [N, 1, P]
    const left = tf.sum(tf.squaredDifference(seen, tf.mul(towards, share)), 1) // [N, P]
    const fits = tf.exp(tf.mul(left, -0.5 / similarity ** 2)) // [N, P]
    return tf.mul(tf.squeeze(share, [1]), fits) // [N, P]
  }), 1)
}

/** own [M, P], centre [M, 2] → the side of the square of its area there, in pixels, [M, 1]. */
function sizeOf (own: tf.Tensor, centre: tf.Tensor, scene: Scene): tf.Tensor {
  const { extent, reduction } = scene.config
  const area = tf.sum(tf.mul(own, windowAt(centre, extent, scene)), 1, true) // [M, 1]
  return tf.mul(tf.sqrt(area), reduction)
}

/**
 * Maps in polar harmonics, turned so that the first's angle is 0. cells: [M, rows, maps, columns].
 * @returns glimpse: [M, maps · 2 · HARMONICS], angle: [M, 1] in radians
 */
function turnedBack (cells: tf.Tensor): { glimpse: tf.Tensor, angle: tf.Tensor } {
  const coefficients = tf.unstack(cells, 2).map(analyse) // each [M, 2 · HARMONICS]
  const angle = angleOf(coefficients[0]!) // [M, 1]
  const back = tf.neg(angle) // [M, 1]
  return { glimpse: tf.concat(coefficients.map(map => tf.mul(turn(map, back), HARMONIC_SCALE)), 1), angle }
}
