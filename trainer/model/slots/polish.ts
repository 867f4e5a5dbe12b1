/**
 * What the encoder has read off a glimpse is close to what explains an image best, and not at it: what it draws is off
 * by pixels on edges. A step or two of Gauss and Newton bring it there, as semi-amortized inference does by gradients
 * (Kim et al. 2018, arXiv 1802.02550). What a step of training decodes does without them.
 */
import * as tf from '@tensorflow/tfjs-core'
import type { SlotsModelConfig } from '../../config/slots-schema.js'
import { inLayer } from '../../onnx/layer.js'
import { UNITS_PER_RADIAN } from '../angle.js'
import type { Parameters } from '../parameters.js'
import { stopGradient } from '../stop-gradient.js'
import { composite, coversOf, type Drawn } from './composite.js'
import { bySlot, drawThings } from './draw.js'
import type { SlotsPlan } from './plan.js'
import { joinSlot, splitSlot } from './units.js'

/** Length by which derivatives are taken, in units: alphas are about linear in it. */
const DIFFERENCE = 0.02
/** Units move by at most so much at a step. */
const LARGEST_STEP = 0.5

export interface Polishing {
  /** [N, C, P], at the full resolution */
  readonly image: tf.Tensor
  /** [N, C], in [0, 1] */
  readonly background: tf.Tensor
  readonly plan: SlotsPlan
  readonly config: SlotsModelConfig
  readonly parameters: Parameters
}

/**
 * Moves what slots are found to be, so that what is drawn of it comes close to the image: places, scales, angles and
 * forms. Each step minimises half the squared error in units of σ², taken for quadratic, and half the squared length of
 * the step; each slot is moved as if the others stayed, and stays itself where that makes it worse. An image that is
 * then drawn no better keeps what it had. Whether there is a thing, its colour and how deep it lies stay.
 * @param units [N·K, S], slot after slot of each image
 * @returns [N·K, S]; no gradient flows through the movement
 */
export function polished (units: tf.Tensor, polishing: Polishing): tf.Tensor {
  const { plan, config, parameters } = polishing
  if (config.polish === 0) return units
  return inLayer('polish', () => {
    const rows = units.shape[0]!
    const draw = (at: tf.Tensor) => drawThings(at, plan, config, parameters, 1) // [rows of at, …]
    const begun = stopGradient(units) // [M, S], M = N · K
    const before = draw(begun)
    const { gain, weight } = pixelsOf(before, polishing)
    // |x − b − a v (c − b)|² / 2σ² but for a constant
    const errorOf = (alpha: tf.Tensor) =>
      tf.sum(tf.mul(alpha, tf.sub(tf.mul(tf.mul(alpha, weight), 0.5), gain)), 1, true) // [M, 1]
    const movable = movableUnits(plan) // [U, S]
    const count = movable.shape[0]!
    let now: tf.Tensor = begun // [M, S]
    let { alpha } = before // [M, P]
    const pixels = alpha.shape[1]!
    for (let step = 0; step < config.polish; step++) {
      const aside = tf.add(tf.expandDims(now, 1), tf.mul(movable, DIFFERENCE)) // [M, U, S]
      const drawnAside = tf.reshape(
        draw(tf.reshape(aside, [rows * count, plan.units])).alpha, [rows, count, pixels]) // [M, U, P]
      const slopes = tf.div(tf.sub(drawnAside, tf.expandDims(alpha, 1)), DIFFERENCE) // [M, U, P]
      const curvature = tf.matMul(tf.mul(slopes, tf.expandDims(weight, 1)), slopes, false, true) // [M, U, U]
      const pull = tf.matMul(slopes, tf.expandDims(tf.sub(gain, tf.mul(alpha, weight)), 2)) // [M, U, 1]
      const solved = solve(tf.add(curvature, tf.eye(count)), pull, count) // [M, U, 1]
      const movement = tf.clipByValue(tf.squeeze(solved, [2]), -LARGEST_STEP, LARGEST_STEP) // [M, U]
      const there = tf.add(now, tf.matMul(movement, movable)) // [M, S]
      const drawnThere = draw(there).alpha // [M, P]
      const isBetter = tf.cast(tf.less(errorOf(drawnThere), errorOf(alpha)), 'float32') // [M, 1]
      const chosen = (before: tf.Tensor, after: tf.Tensor) =>
        tf.add(before, tf.mul(tf.sub(after, before), isBetter))
      now = chosen(now, there)
      alpha = chosen(alpha, drawnThere)
    }
    const isBetter = tf.cast(
      tf.less(imageErrorOf({ ...before, alpha }, polishing), imageErrorOf(before, polishing)), 'float32') // [N, 1]
    const moved = tf.mul(
      tf.reshape(tf.sub(withinTurn(now, plan), begun), [isBetter.shape[0]!, -1]), isBetter) // [N, K·S]
    return tf.add(units, stopGradient(tf.reshape(moved, [rows, plan.units]))) // [M, S]
  })
}

/** Brings angles of units [M, S] back to between −√3 and √3. */
function withinTurn (units: tf.Tensor, plan: SlotsPlan): tf.Tensor {
  const { angle, ...parts } = splitSlot(units, plan)
  if (angle === undefined) return units
  const turn = 2 * Math.PI * UNITS_PER_RADIAN
  return joinSlot({ ...parts, angle: tf.sub(angle, tf.mul(tf.floor(tf.add(tf.div(angle, turn), 0.5)), turn)) })
}

/** Things [N·K, …] of all slots, and what follows from them. */
function arranged (drawn: Drawn, { background, plan }: Polishing) {
  const things = bySlot(drawn, plan.slots.length)
  const covers = coversOf(things)
  const ones = tf.add(tf.mul(things[0]!.alpha, 0), 1) // [N, P]
  const all = things.map((_, k) => k)
  const imageOf = (members: readonly number[]) => // [N, C, P]
    composite(things, covers, members, background, ones).image
  return { things, covers, ones, all, imageOf }
}

/** The squared error of each image that shows things [N·K, …]: [N, 1]. */
function imageErrorOf (drawn: Drawn, polishing: Polishing): tf.Tensor {
  const { all, imageOf } = arranged(drawn, polishing)
  return tf.sum(tf.sum(tf.squaredDifference(imageOf(all), polishing.image), 2), 1, true)
}

/**
 * How each pixel's squared error hangs on a slot's alpha a. With b, what there would be without the slot, c, its
 * colour, and v, how much of it others leave to be seen, |x − b − a v (c − b)|² / σ² is a² · weight − 2 a · gain, but
 * for a constant; on another thing's soft edge this is so nearly. Each [N·K, P].
 * @param drawn [N·K, …]
 */
function pixelsOf (drawn: Drawn, polishing: Polishing) {
  const { image, config: { likelihood: { variance } } } = polishing
  const { things, covers, ones, all, imageOf } = arranged(drawn, polishing)
  const parts = all.map(k => {
    const rest = imageOf(all.filter(i => i !== k)) // [N, C, P]
    const seen = all.reduce((product, i) => i === k ? product : tf.mul(product, covers[i]![k]!), ones) // [N, P]
    const towards = tf.sub(tf.expandDims(things[k]!.colour, 2), rest) // [N, C, P]
    const along = tf.sum(tf.mul(tf.sub(image, rest), towards), 1) // [N, P]
    return {
      gain: tf.div(tf.mul(seen, along), variance), // [N, P]
      weight: tf.div(tf.mul(tf.square(seen), tf.sum(tf.square(towards), 1)), variance), // [N, P]
    }
  })
  const joined = (values: tf.Tensor[]) => tf.reshape(tf.stack(values, 1), drawn.alpha.shape) // [N·K, P]
  return { gain: joined(parts.map(({ gain }) => gain)), weight: joined(parts.map(({ weight }) => weight)) }
}

/** [U, S]: a row for each unit that may move, 1 in its place. */
function movableUnits ({ units, channels, scale, rotation, form }: SlotsPlan): tf.Tensor {
  const pose = Array.from({ length: 2 + Number(scale) + Number(rotation) }, (_, i) => 1 + i)
  const forms = Array.from({ length: form }, (_, i) => 1 + pose.length + channels + 1 + i)
  return tf.tensor2d([...pose, ...forms].map(at => Array.from({ length: units }, (_, i) => Number(i === at))))
}

/** Solves A x = b by elimination. matrix: A [M, n, n], symmetric and positive definite; b, x: [M, n, 1]. */
function solve (matrix: tf.Tensor, b: tf.Tensor, n: number): tf.Tensor {
  let left = tf.concat([matrix, b], 2) // [M, n, n + 1]
  for (let k = 0; k < n; k++) {
    const row = tf.slice(left, [0, k, 0], [-1, 1, -1]) // [M, 1, n + 1]
    const scaled = tf.div(row, tf.slice(row, [0, 0, k], [-1, 1, 1])) // [M, 1, n + 1]
    const unit = tf.tensor3d(Array.from({ length: n }, (_, i) => Number(i === k)), [1, n, 1])
    const column = tf.sub(tf.slice(left, [0, 0, k], [-1, -1, 1]), unit) // [M, n, 1]
    left = tf.sub(left, tf.matMul(column, scaled)) // [M, n, n + 1]
  }
  return tf.slice(left, [0, 0, n], [-1, -1, 1])
}
