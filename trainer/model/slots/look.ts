/**
 * Where slots look and what they see there: all of it computed from the image and from what other slots explain,
 * without gradient. A thing is taken to be of about one colour; its key colour tells its pixels from others'.
 */
import * as tf from '@tensorflow/tfjs-core'
import type { SlotsModelConfig } from '../../config/slots-schema.js'
import { inLayer } from '../../onnx/layer.js'
import { applySeparably, boxMatrix } from '../separable.js'
import { tentMatrix } from '../tent.js'
import { patchCellOf, type SlotsPlan } from './plan.js'
import { analyse, angleOf, turn } from './polar.js'

/** Standard deviations of Gaussian windows, in shares of the largest thing's extent. */
const [OWN_WINDOW, CENTRE_WINDOW] = [1 / 2, 1 / 3]
/** Of the window around a seed, in pixels of the resolution that is looked at. */
const SEED_WINDOW = 1.5
/** The box that thickness is measured with, in shares of the extent along each direction. */
const THICKNESS = 1 / 8
/** Places that are at least this share of the thickest one count as thick. */
const THICK = 0.7
const CENTRE_STEPS = 2
/** Of things with a pose, whose middle has to be found exactly: further windows, in shares of the extent. */
const CENTRE_WINDOWS = [1 / 2, 1, 1]
/** Brings coefficients to about the scale that cells have. */
const HARMONIC_SCALE = 0.2
const TINY = 1e-6
/** What decides between places that are alike otherwise. */
const TIE = 1e-3

/** An image at the resolution that is looked at, P = h · w pixels. */
export interface Scene {
  /** [N, C, P], 0.5 less than the colours, for accuracy of differences */
  readonly pixels: tf.Tensor
  readonly plan: SlotsPlan
  readonly config: SlotsModelConfig
}

/** image and canvas [N, C, P] → share of each pixel that is unexplained, [N, P]: r / (r + τ), r its squared error. */
export function unexplainedOf (image: tf.Tensor, canvas: tf.Tensor, { unexplained }: SlotsModelConfig): tf.Tensor {
  return inLayer('residual', () => {
    const error = tf.sum(tf.squaredDifference(image, canvas), 1) // [N, P]
    return tf.div(error, tf.add(error, unexplained))
  })
}

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
    const seed = tf.gather(pixelCentres(rows, columns, reduction), tf.argMax(score, 1)) // [N, 2]
    const near = windowAt(seed, SEED_WINDOW * reduction, plan, reduction) // [N, P]
    // To the fourth power: the thing's inside, not the mixed colours of its edge.
    const inside = tf.add(tf.mul(near, tf.square(tf.square(thick))), TINY) // [N, P]
    const first = meanColour(scene, inside) // [N, C, 1]
    const similar = (key: tf.Tensor, deviation: number) => // [N, P]
      tf.reshape(similarTo(scene, key, deviation), [batch, pixels])
    const alike = tf.add(tf.mul(inside, similar(first, 2 * similarity)), TINY) // [N, P]
    const colour = meanColour(scene, alike) // [N, C, 1]
    const own = tf.mul(similar(colour, similarity), unexplained) // [N, P]
    let centre: tf.Tensor = seed
    for (let step = 0; step < CENTRE_STEPS; step++) {
      const weights = tf.add(tf.mul(windowAt(centre, extent * CENTRE_WINDOW, plan, reduction), own), 1e-9) // [N, P]
      const sum = tf.sum(weights, 1, true) // [N, 1]
      centre = tf.div(tf.matMul(weights, pixelCentres(rows, columns, reduction)), sum) // [N, 2]
    }
    return { seed, near, centre, colour }
  })
}

/** What one of M = N · K slots sees; K of an image see the same scene. */
export interface View {
  /** [M, 2], in pixels of the full resolution */
  readonly centre: tf.Tensor
  /** [N, C, K], less 0.5: its key colour */
  readonly colour: tf.Tensor
  /** Each [N, K, P]. */
  readonly unexplained: tf.Tensor
  readonly others: tf.Tensor
  /** Where it points to: a window around its seed, or what it drew before. */
  readonly pointer: tf.Tensor
}

export interface Sight {
  /**
   * [M, F], of four maps: what has its colour and is unexplained, what is unexplained, others, the pointer; cells, or
   * where things turn the coefficients of polar harmonics, turned back by the angle
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
  /** [M, 1]: how many pixels of the full resolution have its colour and are unexplained, near its centre */
  readonly mass: tf.Tensor
}

export function lookAt (scene: Scene, { centre: guess, colour, unexplained, others, pointer }: View): Sight {
  const { plan, config, pixels } = scene
  const { extent, reduction, similarity, encoder } = config
  const [rows, columns] = plan.coarse
  const [, count, area] = unexplained.shape as [number, number, number]
  const channels = plan.channels
  const slots = guess.shape[0]!
  const batch = slots / count
  return inLayer('glimpse', () => {
    const own = tf.mul(similarTo(scene, colour, similarity), unexplained) // [N, K, P]
    const isPosed = plan.scale || plan.rotation
    const centre = isPosed ? centreOf(tf.reshape(own, [slots, area]), guess, scene) : guess // [M, 2]
    const window = windowAt(centre, extent * OWN_WINDOW, plan, reduction) // [M, P]
    const weights = tf.mul(tf.reshape(window, [batch, count, area]), own) // [N, K, P]
    const sum = tf.sum(weights, 2, true) // [N, K, 1]
    const seen = tf.matMul(weights, pixels, false, true) // [N, K, C]
    const key = tf.transpose(colour, [0, 2, 1]) // [N, K, C]
    const mean = tf.div(tf.add(seen, tf.mul(key, 1e-3)), tf.add(sum, 1e-3)) // [N, K, C]
    const maps = [own, unexplained, others, pointer].map(map => tf.reshape(map, [slots, rows, 1, columns]))
    const image = tf.concat(maps, 2) // [M, h, 4, w]
    const size = isPosed ? sizeOf(tf.reshape(own, [slots, area]), centre, scene) : undefined // [M, 1]
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
      size: plan.scale ? size : undefined,
      angle,
      colour: tf.add(tf.reshape(mean, [slots, channels]), 0.5),
      mass: tf.mul(tf.reshape(sum, [slots, 1]), reduction ** 2),
    }
  })
}

/** own [M, P], guess [M, 2] in pixels → the middle of what is its own about there, [M, 2]. */
function centreOf (own: tf.Tensor, guess: tf.Tensor, { plan, config: { extent, reduction } }: Scene): tf.Tensor {
  const [rows, columns] = plan.coarse
  return CENTRE_WINDOWS.reduce((centre, window) => {
    const weights = tf.add(tf.mul(windowAt(centre, extent * window, plan, reduction), own), 1e-9) // [M, P]
    return tf.div(tf.matMul(weights, pixelCentres(rows, columns, reduction)), tf.sum(weights, 1, true)) // [M, 2]
  }, guess)
}

/** own [M, P], centre [M, 2] → the side of the square of its area there, in pixels, [M, 1]. */
function sizeOf (own: tf.Tensor, centre: tf.Tensor, { plan, config: { extent, reduction } }: Scene): tf.Tensor {
  const area = tf.sum(tf.mul(own, windowAt(centre, extent, plan, reduction)), 1, true) // [M, 1]
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

/**
 * A Gaussian window around a place. place: [M, 2], deviation in pixels, both of the full resolution → [M, P], up to 1.
 */
export function windowAt (place: tf.Tensor, deviation: number, { coarse }: SlotsPlan, reduction: number): tf.Tensor {
  const [row, column] = tf.split(place, 2, 1) as [tf.Tensor, tf.Tensor] // each [M, 1]
  const along = (at: tf.Tensor, size: number) => {
    const centres = tf.tensor2d(Float32Array.from({ length: size }, (_, i) => (i + 0.5) * reduction), [1, size])
    return tf.exp(tf.mul(tf.squaredDifference(centres, at), -0.5 / deviation ** 2)) // [M, size]
  }
  const [rows, columns] = coarse
  const grid = tf.mul(tf.expandDims(along(row, rows), 2), tf.expandDims(along(column, columns), 1)) // [M, h, w]
  return tf.reshape(grid, [place.shape[0]!, rows * columns])
}

/**
 * How alike pixels are to key colours: exp(−|x − c|² / 2s²). colours: [N, C, K] less 0.5 → [N, K, P].
 */
function similarTo ({ pixels }: Scene, colours: tf.Tensor, deviation: number): tf.Tensor {
  const products = tf.matMul(colours, pixels, true) // [N, K, P]
  const lengths = tf.sum(tf.square(pixels), 1, true) // [N, 1, P]
  const keys = tf.expandDims(tf.sum(tf.square(colours), 1), 2) // [N, K, 1]
  const distance = tf.relu(tf.sub(tf.add(lengths, keys), tf.mul(products, 2))) // [N, K, P]
  return tf.exp(tf.mul(distance, -0.5 / deviation ** 2)) // [N, K, P]
}

/** weights: [N, P] → the weighted mean of the pixels, [N, C, 1]. */
function meanColour ({ pixels }: Scene, weights: tf.Tensor): tf.Tensor {
  const sums = tf.matMul(pixels, tf.expandDims(weights, 2)) // [N, C, 1]
  return tf.div(sums, tf.expandDims(tf.sum(weights, 1, true), 2))
}

/** [1, P]: 1 at the upper left, 0 at the lower right; rows count more than columns. */
function cornerScores (rows: number, columns: number): tf.Tensor {
  const values = Float32Array.from({ length: rows * columns }, (_, i) =>
    ((rows - Math.floor(i / columns)) / rows + 0.3 * (columns - i % columns) / columns) / 1.3)
  return tf.tensor2d(values, [1, rows * columns])
}

/** [P, 2]: row and column of each pixel's centre, in pixels of the full resolution. */
function pixelCentres (rows: number, columns: number, reduction: number): tf.Tensor2D {
  const values = Float32Array.from({ length: 2 * rows * columns }, (_, i) => {
    const pixel = i >> 1
    return ((i % 2 === 0 ? Math.floor(pixel / columns) : pixel % columns) + 0.5) * reduction
  })
  return tf.tensor2d(values, [rows * columns, 2])
}
