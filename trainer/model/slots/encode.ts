/**
 * Inference. Slots look one after another, each at what those before it leave unexplained; then all look again and at
 * once, each at what the others leave. All share one network. Looking is without gradient: what is learned is how a
 * glimpse is read.
 */
import * as tf from '@tensorflow/tfjs-core'
import type { SlotsModelConfig } from '../../config/slots-schema.js'
import { UNITS_PER_RADIAN } from '../angle.js'
import { scope, type Parameters } from '../parameters.js'
import { KAIMING, perceptron } from '../perceptron.js'
import { sample } from '../posterior.js'
import { stopGradient } from '../stop-gradient.js'
import { composite, coversOf, type Covers, type Drawn } from './composite.js'
import { drawSlots } from './draw.js'
import { lookAt, unexplainedBy, type Sight } from './look.js'
import type { SlotsPlan } from './plan.js'
import { colourDistances, windowAt, type Scene } from './scene.js'
import { findSeed } from './seed.js'
import {
  gateOf, joinSlot, placeOfUnits, PRESENCE_LOG_VARIANCE, presenceOf, priceOf, splitSlot, unitsOfColour, unitsOfLength,
  unitsOfPlace, unitsOfSize,
} from './units.js'

/** What slots are found to be. All [N·K, S], slot after slot of each image. */
export interface Found {
  /** Whether open or not: what a closed slot would hold is kept, and looked at again. */
  readonly mean: tf.Tensor
  readonly logVariance: tf.Tensor
}

/** Initial log-variances: a place is known well, a colour better than a form. */
const [PLACE_LOG_VARIANCE, POSE_LOG_VARIANCE, COLOUR_LOG_VARIANCE, LOG_VARIANCE] = [-6, -4, -5, -3]
/** Crisp edges tell a place to a small share of a pixel: the least is a sixtieth of one, where 64 are the side. */
const [LEAST_LOG_VARIANCE, LARGEST_LOG_VARIANCE] = [-14, 2]
/** A scale, read off the area that is seen, is corrected by at most so many units. */
const LARGEST_RESCALING = 2
/** Means of depth and form keep within. */
const LARGEST_MEAN = 4
/** A place is corrected by at most this share of the extent. */
const LARGEST_CORRECTION = 2 / 3.4
const COLOUR_CORRECTION = 0.1
/** Of a slot whose glimpse tells nothing, a thing of this share of the extent's square is as likely open as closed. */
const LEAST_THING = 0.08
/** What a closed slot looked at is not looked at again: standard deviation in shares of the extent. */
const TRIED_WINDOW = 1 / 6
/** Weight of what overlaps tell of the order in depth. */
const ORDER = 0.5

export interface Looking {
  readonly scene: Scene
  /** [N, C], in [0, 1] */
  readonly background: tf.Tensor
  readonly parameters: Parameters
}

/** Where looking in turn begins: a scalar, and [1, P] or [N, P]; see `findSeed`. */
export interface Start {
  readonly corners: tf.Tensor
  readonly nearness: tf.Tensor
}

/**
 * All slots, one after another. noise: [N·K, S], of the units that are drawn for those that follow; none in inference.
 */
export function lookInTurn (
  { scene, background, parameters }: Looking, { corners, nearness }: Start, noise?: tf.Tensor
): Found {
  const { plan, config, ones } = scene
  const [batch, area] = ones.shape as [number, number]
  const count = plan.slots.length
  const found: Found[] = []
  const drawn: Drawn[] = []
  let covers: Covers = []
  let untried: tf.Tensor = ones // [N, P]
  for (let k = 0; k < count; k++) {
    const before = composite(drawn, covers, drawn.map((_, i) => i), background, ones)
    const unexplained = unexplainedBy(before.image, scene) // [N, P]
    const seed = findSeed(scene, unexplained, untried, corners, nearness)
    const single = (x: tf.Tensor) => tf.reshape(x, [batch, 1, area]) // [N, 1, P]
    const sight = lookAt(scene, {
      centre: seed.centre,
      colour: seed.colour,
      rest: [before.image],
      unexplained: single(unexplained),
      others: single(tf.sub(1, before.behind)),
      pointer: single(seed.near),
    })
    const one = encodeSight(sight, plan, config, parameters) // [N, S]
    found.push(one)
    if (k === count - 1) break
    const fixed = stopGradient(one.mean)
    const gate = gateOf(tf.slice(fixed, [0, 0], [-1, 1])) // [N, 1]
    const tried = windowAt(seed.seed, config.extent * TRIED_WINDOW, scene) // [N, P]
    untried = tf.mul(untried, tf.sub(1, tf.mul(tf.sub(1, gate), tried)))
    const latent = noise === undefined
      ? fixed
      : sample({ mean: fixed, logVariance: stopGradient(one.logVariance) }, noiseOf(noise, k, batch, plan)) // [N, S]
    drawn.push(...drawSlots(stopGradient(latent), plan, config, withoutGradient(parameters), config.reduction, 1))
    covers = coversOf(drawn, covers)
  }
  const apart = (values: tf.Tensor[]) => tf.reshape(tf.stack(values, 1), [batch * count, plan.units]) // [N·K, S]
  return {
    mean: apart(found.map(({ mean }) => mean)),
    logVariance: apart(found.map(({ logVariance }) => logVariance)),
  }
}

/** All slots again and at once, each at what the others leave. found: those of all images of `looking`. */
export function lookAgain ({ scene, background, parameters }: Looking, found: Found): Found {
  const { plan, config, ones } = scene
  const batch = ones.shape[0]!
  const count = plan.slots.length
  const mean = stopGradient(found.mean) // [N·K, S]
  const drawn = drawSlots(mean, plan, config, withoutGradient(parameters), config.reduction, count)
  const covers = coversOf(drawn)
  const all = drawn.map((_, k) => k)
  const rest = all.map(k => composite(drawn, covers, all.filter(i => i !== k), background, ones))
  const { place } = splitSlot(mean, plan)
  const centre = placeOfUnits(place, plan) // [N·K, 2]
  const colours = tf.stack(drawn.map(({ colour }) => colour), 2) // [N, C, K]
  const alphas = tf.stack(drawn.map(({ alpha }) => alpha), 1) // [N, K, P]
  const colour = tf.sub(colours, 0.5) // [N, C, K]
  const sight = lookAt(scene, {
    centre,
    colour,
    rest: rest.map(({ image }) => image),
    unexplained: tf.stack(rest.map(others => unexplainedBy(others.image, scene)), 1), // [N, K, P]
    others: tf.stack(rest.map(({ behind }) => tf.sub(1, behind)), 1), // [N, K, P]
    pointer: alphas,
  })
  const next = encodeSight(sight, plan, config, parameters)
  const front = orderOf(alphas, colourDistances(scene, colour), config.reduction) // [N, K]
  const units = splitSlot(next.mean, plan)
  const depth = tf.add(units.depth, tf.mul(tf.reshape(front, [batch * count, 1]), ORDER)) // [N·K, 1]
  return { mean: joinSlot({ ...units, depth }), logVariance: next.logVariance }
}

/**
 * How well images are explained, in nats, up to a constant: half of the squared error in units of σ², and the price of
 * open slots. The less the better.
 * @param price nats of an open slot
 * @returns [N, 1]
 */
export function costOf ({ scene, background, parameters }: Looking, { mean }: Found, price: number): tf.Tensor {
  const { plan, config, ones } = scene
  const [batch, count] = [ones.shape[0]!, plan.slots.length]
  const things = drawSlots(mean, plan, config, parameters, config.reduction, count)
  const { image } = composite(things, coversOf(things), things.map((_, k) => k), background, ones)
  const error = tf.sum(tf.sum(tf.squaredDifference(image, scene.image), 1), 1, true) // [N, 1], of block means
  const open = tf.sum(tf.reshape(priceOf(tf.slice(mean, [0, 0], [-1, 1])), [batch, count]), 1, true) // [N, 1]
  return tf.add(tf.mul(error, config.reduction ** 2 / (2 * config.likelihood.variance)), tf.mul(open, price))
}

/**
 * How much overlaps speak for each thing's being in front. Where j and k overlap, the one whose colour is seen is in
 * front: Σ_p a_j a_k |x − c_k|² is large where k's is not.
 * @param alphas [N, K, P]
 * @param errors |x − c_k|², [N, K, P]
 * @returns [N, K], each term within ±1
 */
function orderOf (alphas: tf.Tensor, errors: tf.Tensor, reduction: number): tf.Tensor {
  const evidence = tf.matMul(alphas, tf.mul(alphas, errors), false, true) // [N, j, k]
  const difference = tf.sub(evidence, tf.transpose(evidence, [0, 2, 1])) // [N, j, k]
  return tf.sum(tf.tanh(tf.mul(difference, 2 * reduction ** 2)), 2) // [N, K]
}

/** noise [N·K, S] → that of slot k, [N, S]. */
function noiseOf (noise: tf.Tensor, k: number, batch: number, { slots, units }: SlotsPlan): tf.Tensor {
  return tf.squeeze(tf.slice(tf.reshape(noise, [batch, slots.length, units]), [0, k, 0], [-1, 1, -1]), [1])
}

/** The one encoder of all slots: what each of M sees → what it is found to be, [M, S]. */
function encodeSight (
  { glimpse, colour, mass, centre, size, angle }: Sight,
  plan: SlotsPlan,
  config: SlotsModelConfig,
  parameters: Parameters
): Found {
  const { units } = plan
  const { hidden } = config.encoder
  const logVariances = [
    ...new Array<number>(2).fill(PLACE_LOG_VARIANCE),
    ...new Array<number>(Number(plan.scale) + Number(plan.rotation)).fill(POSE_LOG_VARIANCE),
    ...new Array<number>(plan.channels).fill(COLOUR_LOG_VARIANCE),
    ...new Array<number>(1 + plan.form).fill(LOG_VARIANCE),
  ]
  const widths = [hidden, hidden >> 1, 2 * units - 1]
  const output = perceptron(tf.mul(glimpse, 2), widths, scope(parameters, 'slot/encoder'), {
    scale: 0.3 * KAIMING,
    bias: Float32Array.from([...new Array<number>(units).fill(0), ...logVariances]),
  }, KAIMING) // [M, 2S−1]: S means, S−1 log-variances
  const [raw, spread] = tf.split(output, [units, units - 1], 1) as [tf.Tensor, tf.Tensor]
  const own = splitSlot(raw, plan)
  const bounded = (x: tf.Tensor) => tf.mul(tf.tanh(tf.div(x, LARGEST_MEAN)), LARGEST_MEAN)
  const thing = LEAST_THING * config.extent ** 2
  const logit = tf.add(own.presence, tf.mul(tf.log(tf.div(tf.add(mass, 0.01), thing)), 2)) // [M, 1]
  // Where the glimpse is turned back by the angle, so is what it tells of the place.
  const shift = tf.tanh(tf.mul(angle === undefined ? own.place : turnedPlace(own.place, angle), 0.5)) // [M, 2]
  const correction = tf.mul(shift, unitsOfLength(LARGEST_CORRECTION * config.extent, plan)) // [M, 2]
  const mean = joinSlot({
    presence: presenceOf(logit),
    place: tf.add(unitsOfPlace(centre, plan), correction),
    ...size !== undefined && {
      scale: tf.add(unitsOfSize(tf.maximum(size, 1), config.extent), tf.mul(tf.tanh(own.scale!), LARGEST_RESCALING)),
    },
    ...angle !== undefined && { angle: tf.mul(angle, UNITS_PER_RADIAN) },
    colour: tf.add(unitsOfColour(colour), tf.mul(own.colour, COLOUR_CORRECTION)),
    depth: bounded(own.depth),
    form: bounded(own.form),
  }) // [M, S]
  const certain = tf.add(tf.mul(own.presence, 0), PRESENCE_LOG_VARIANCE) // [M, 1]
  const kept = tf.clipByValue(spread, LEAST_LOG_VARIANCE, LARGEST_LOG_VARIANCE) // [M, S−1]
  const logVariance = tf.concat([certain, kept], 1) // [M, S]
  return { mean: withoutSilent(mean, plan, config), logVariance: withoutSilent(logVariance, plan, config) }
}

/** Has units that have nothing to tell rest at the prior's mean or log-variance, [M, S]. */
function withoutSilent (units: tf.Tensor, plan: SlotsPlan, { colours }: SlotsModelConfig): tf.Tensor {
  const parts = splitSlot(units, plan)
  return joinSlot({
    ...parts,
    colour: colours.things === 'each' ? parts.colour : tf.mul(parts.colour, 0),
    // Nothing can hide the only thing, or be hidden by it.
    depth: plan.slots.length > 1 ? parts.depth : tf.mul(parts.depth, 0),
  })
}

/** place [M, 2] as row and column, angle [M, 1] from columns towards rows → turned by it, [M, 2]. */
function turnedPlace (place: tf.Tensor, angle: tf.Tensor): tf.Tensor {
  const [row, column] = tf.split(place, 2, 1) as [tf.Tensor, tf.Tensor] // each [M, 1]
  const [cosine, sine] = [tf.cos(angle), tf.sin(angle)] // each [M, 1]
  return tf.concat([
    tf.add(tf.mul(row, cosine), tf.mul(column, sine)), tf.sub(tf.mul(column, cosine), tf.mul(row, sine)),
  ], 1)
}

/** The same parameters, through which no gradient flows. */
function withoutGradient (parameters: Parameters): Parameters {
  return (...request) => stopGradient(parameters(...request))
}
