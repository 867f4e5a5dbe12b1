/**
 * What slots see where they look: all of it computed from the image and from what other slots explain, without
 * gradient. A thing is taken to be of about one colour; its key colour tells its pixels from others'.
 */
import * as tf from '@tensorflow/tfjs-core'
import { inLayer } from '../../onnx/layer.js'
import { tentMatrix } from '../tent.js'
import { patchCellOf } from './plan.js'
import { analyse, angleOf, turn } from '../polar.js'
import { alikeAt, colourDistances, decayOf, middleOf, sumUnder, windowAt, windowOnPixels, type Scene } from './scene.js'

/** Standard deviation of the window on what is a thing's own, in shares of the largest thing's extent. */
const OWN_WINDOW = 1 / 2
/** Of things with a pose, whose middle has to be found exactly: windows of further steps, in shares of the extent. */
const CENTRE_WINDOWS = [1 / 2, 1, 1]
/** Squared distance of colours below which a mixture of the two can't be told. */
const LEAST_CONTRAST = 0.01
/** Brings coefficients to about the scale that cells have. */
const HARMONIC_SCALE = 0.2

/** What an image would be without some of its things, and how it differs from that. */
export interface Rest {
  /** [N, C, P] */
  readonly image: tf.Tensor
  /** [N, P]: squared error r of each pixel */
  readonly error: tf.Tensor
  /** [N, P]: share of each pixel that is left unexplained, r / (r + τ) */
  readonly unexplained: tf.Tensor
}

/** What a canvas [N, C, P] leaves unexplained. */
export function restOf (canvas: tf.Tensor, { image, config: { unexplained } }: Scene): Rest {
  return inLayer('residual', () => {
    const error = tf.sum(tf.squaredDifference(image, canvas), 1) // [N, P]
    return { image: canvas, error, unexplained: tf.div(error, tf.add(error, unexplained)) }
  })
}

/** What one of M = N · K slots sees; K of an image see the same scene. */
export interface View {
  /** [M, 2], in pixels of the full resolution */
  readonly centre: tf.Tensor
  /** [N, C, K], less 0.5: its key colour */
  readonly colour: tf.Tensor
  /** By slot: what the image would be without it. */
  readonly rest: readonly Rest[]
  /** Each [N, K, P]. */
  readonly others: tf.Tensor
  /** Where it points to: a window around its seed, or what it drew before. */
  readonly pointer: tf.Tensor
  /** [M, 1]: how much overlaps speak for its being in front; none are known at first */
  readonly front?: tf.Tensor
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
  /** [M, 1]: how much overlaps speak for its being in front, within ±(K − 1) */
  readonly front: tf.Tensor
}

export function lookAt (scene: Scene, { centre: guess, colour, rest, others, pointer, front }: View): Sight {
  const { plan, config, pixels } = scene
  const { extent, reduction, similarity, encoder } = config
  const [rows, columns] = plan.coarse
  const [, count, area] = others.shape as [number, number, number]
  const channels = plan.channels
  const slots = guess.shape[0]!
  const batch = slots / count
  return inLayer('glimpse', () => {
    const unexplained = tf.stack(rest.map(({ unexplained }) => unexplained), 1) // [N, K, P]
    const distances = colourDistances(scene, colour) // [N, K, P]
    const own = tf.mul(alikeAt(distances, similarity), unexplained) // [N, K, P]
    const ownOfEach = tf.reshape(own, [slots, area]) // [M, P]
    const centre = plan.scale || plan.rotation ? middleOf(ownOfEach, guess, CENTRE_WINDOWS, scene) : guess // [M, 2]
    const window = windowAt(centre, extent * OWN_WINDOW, scene)
    const weights = tf.mul(tf.reshape(windowOnPixels(window), [batch, count, area]), own) // [N, K, P]
    const sum = tf.sum(weights, 2, true) // [N, K, 1]
    const seen = tf.matMul(weights, pixels, false, true) // [N, K, C]
    const key = tf.transpose(colour, [0, 2, 1]) // [N, K, C]
    const mean = tf.div(tf.add(seen, tf.mul(key, 1e-3)), tf.add(sum, 1e-3)) // [N, K, C]
    const covered = coverageOf(distances, key, rest, similarity) // [N, K, P]
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
    const mass = tf.mul(sumUnder(window, tf.reshape(covered, [slots, area])), reduction ** 2) // [M, 1]
    return {
      glimpse,
      centre,
      size,
      angle,
      colour: tf.add(tf.reshape(mean, [slots, channels]), 0.5),
      mass,
      front: front ?? tf.mul(mass, 0),
    }
  })
}

/**
 * How much of each pixel a thing covers. A pixel x on its edge is a mixture of its key colour c and what is behind it,
 * b: the share α that explains it best is the projection of x − b on c − b; what it leaves speaks against the thing.
 * Both follow from the sides of the triangle of the three: 2 (x − b)(c − b) = |x − b|² + |c − b|² − |x − c|².
 * @param distances |x − c|², [N, K, P]
 * @param key c, [N, K, C], less 0.5
 * @param rest b by slot
 * @returns [N, K, P] in [0, 1]
 */
export function coverageOf (
  distances: tf.Tensor, key: tf.Tensor, rest: readonly Rest[], similarity: number
): tf.Tensor {
  const lengths = tf.stack(rest.map(({ image }, k) => {
    const colour = tf.transpose(tf.slice(key, [0, k, 0], [-1, 1, -1]), [0, 2, 1]) // [N, C, 1]
    return tf.sum(tf.squaredDifference(tf.add(colour, 0.5), image), 1) // |c − b|², [N, P]
  }), 1) // [N, K, P]
  const errors = tf.stack(rest.map(({ error }) => error), 1) // |x − b|², [N, K, P]
  const along = tf.sub(tf.add(errors, lengths), distances) // 2 (x − b)(c − b), [N, K, P]
  const share = tf.clipByValue(tf.div(tf.mul(along, 0.5), tf.add(lengths, LEAST_CONTRAST)), 0, 1) // [N, K, P]
  const left = tf.add(errors, tf.mul(share, tf.sub(tf.mul(share, lengths), along))) // |x − b − α (c − b)|², [N, K, P]
  return tf.mul(share, decayOf(tf.mul(left, 0.5 / similarity ** 2))) // [N, K, P]
}

/** own [M, P], centre [M, 2] → the side of the square of its area there, in pixels, [M, 1]. */
function sizeOf (own: tf.Tensor, centre: tf.Tensor, scene: Scene): tf.Tensor {
  const { extent, reduction } = scene.config
  const area = sumUnder(windowAt(centre, extent, scene), own) // [M, 1]
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
