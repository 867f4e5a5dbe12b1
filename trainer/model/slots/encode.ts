/**
 * Inference. Slots look one after another, each at what those before it leave unexplained; then all look again and at
 * once, each at what the others leave. Looking is without gradient: what is learned is how a glimpse is read.
 */
import * as tf from '@tensorflow/tfjs-core'
import type { Parameters } from '../parameters.js'
import { sample } from '../posterior.js'
import { stopGradient } from '../stop-gradient.js'
import { composite, coversOf, type Covers, type Drawn } from './composite.js'
import { drawSlots } from './draw.js'
import { lookAt, restOf, type Sight } from './look.js'
import type { SlotsPlan } from './plan.js'
import { readSight, type Found } from './read.js'
import { colourDistances, windowAt, windowOnPixels, type Scene } from './scene.js'
import { findSeed } from './seed.js'
import { gateOf, placeOfUnits, priceOf, splitSlot } from './units.js'

/** What a closed slot looked at is not looked at again: standard deviation in shares of the extent. */
const TRIED_WINDOW = 1 / 6

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
 * What all slots of N images see, N·K of it, slot after slot of each image, and what is read in it: without gradient,
 * which flows where the sight is read again.
 */
export interface Looked {
  readonly sight: Sight
  readonly found: Found
}

/**
 * All slots, one after another. noise: [N·K, S], of the units that are drawn for those that follow; none in inference.
 */
export function lookInTurn (
  { scene, background, parameters }: Looking, { corners, nearness }: Start, noise?: tf.Tensor
): Looked {
  const fixed = withoutGradient(parameters)
  const { plan, config, ones } = scene
  const [batch, area] = ones.shape as [number, number]
  const count = plan.slots.length
  const sights: Sight[] = []
  const found: Found[] = []
  const drawn: Drawn[] = []
  let covers: Covers = []
  let untried: tf.Tensor = ones // [N, P]
  for (let k = 0; k < count; k++) {
    const before = composite(drawn, covers, drawn.map((_, i) => i), background, ones)
    const rest = restOf(before.image, scene)
    const seed = findSeed(scene, rest.unexplained, untried, corners, nearness)
    const single = (x: tf.Tensor) => tf.reshape(x, [batch, 1, area]) // [N, 1, P]
    const sight = lookAt(scene, {
      centre: seed.centre,
      colour: seed.colour,
      rest: [rest],
      others: single(tf.sub(1, before.behind)),
      pointer: single(seed.near),
    })
    const one = readSight(sight, plan, config, fixed) // [N, S]
    sights.push(sight)
    found.push(one)
    if (k === count - 1) break
    const gate = gateOf(tf.slice(one.mean, [0, 0], [-1, 1])) // [N, 1]
    const tried = windowOnPixels(windowAt(seed.seed, config.extent * TRIED_WINDOW, scene)) // [N, P]
    untried = tf.mul(untried, tf.sub(1, tf.mul(tf.sub(1, gate), tried)))
    const latent = noise === undefined ? one.mean : sample(one, noiseOf(noise, k, batch, plan)) // [N, S]
    drawn.push(...drawSlots(latent, plan, config, fixed, config.reduction, 1))
    covers = coversOf(drawn, covers)
  }
  const apart = (values: tf.Tensor[]) => // [N·K, …]
    tf.reshape(tf.stack(values, 1), [batch * count, values[0]!.shape[1]!])
  return {
    sight: joinSights(sights, apart),
    found: {
      mean: apart(found.map(({ mean }) => mean)),
      logVariance: apart(found.map(({ logVariance }) => logVariance)),
    },
  }
}

/** All slots again and at once, each at what the others leave. found: those of all images of `looking`. */
export function lookAgain ({ scene, background, parameters }: Looking, found: Found): Looked {
  const fixed = withoutGradient(parameters)
  const mean = stopGradient(found.mean) // [N·K, S]
  const { plan, config, ones } = scene
  const batch = ones.shape[0]!
  const count = plan.slots.length
  const drawn = drawSlots(mean, plan, config, fixed, config.reduction, count)
  const covers = coversOf(drawn)
  const all = drawn.map((_, k) => k)
  const rest = all.map(k => composite(drawn, covers, all.filter(i => i !== k), background, ones))
  const { place } = splitSlot(mean, plan)
  const centre = placeOfUnits(place, plan) // [N·K, 2]
  const colours = tf.stack(drawn.map(({ colour }) => colour), 2) // [N, C, K]
  const alphas = tf.stack(drawn.map(({ alpha }) => alpha), 1) // [N, K, P]
  const colour = tf.sub(colours, 0.5) // [N, C, K]
  const front = orderOf(alphas, colourDistances(scene, colour), config.reduction) // [N, K]
  const sight = lookAt(scene, {
    centre,
    colour,
    rest: rest.map(({ image }) => restOf(image, scene)),
    others: tf.stack(rest.map(({ behind }) => tf.sub(1, behind)), 1), // [N, K, P]
    pointer: alphas,
    front: tf.reshape(front, [batch * count, 1]),
  })
  return { sight, found: readSight(sight, plan, config, fixed) }
}

/** One sight made of several: tensors of the same name are joined by `join`. */
export function joinSights (sights: readonly Sight[], join: (values: tf.Tensor[]) => tf.Tensor): Sight {
  const joined = <K extends keyof Sight>(name: K) =>
    (sights[0]![name] === undefined ? undefined : join(sights.map(sight => sight[name]!))) as Sight[K]
  return {
    glimpse: joined('glimpse'),
    centre: joined('centre'),
    size: joined('size'),
    angle: joined('angle'),
    colour: joined('colour'),
    mass: joined('mass'),
    front: joined('front'),
  }
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

/** The same parameters, through which no gradient flows. */
function withoutGradient (parameters: Parameters): Parameters {
  return (...request) => stopGradient(parameters(...request))
}
