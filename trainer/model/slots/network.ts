/**
 * A model of slots: any of its things can be in any slot. Slots share one encoder and one decoder, so that the number
 * of parameters does not grow with them; a closed slot draws nothing and its posterior is the prior, but for its
 * presence. As in AIR (Eslami et al. 2016, arXiv 1603.08575), things are placed and may be absent; as in SPACE (Lin et
 * al. 2020, arXiv 2001.02407), they have depths; as in EfficientMORL (Emami et al. 2021, arXiv 2106.03630), a first
 * guess is refined.
 */
import * as tf from '@tensorflow/tfjs-core'
import type { ImageShape } from '@partition-vae/models'
import { valueAt } from '../../config/schedule.js'
import type { SlotsModelConfig } from '../../config/slots-schema.js'
import { inLayer } from '../../onnx/layer.js'
import { inOnePhase, type Network } from '../network.js'
import { scope, type Parameters } from '../parameters.js'
import { sample, type Posterior } from '../posterior.js'
import { applySeparably, poolingMatrix } from '../separable.js'
import { borderColour } from './background.js'
import { composite, coversOf, type Composite, type Drawn } from './composite.js'
import { drawSlots, oneColour } from './draw.js'
import { costOf, joinSights, lookAgain, lookInTurn, type Looking, type Start } from './encode.js'
import type { Sight } from './look.js'
import { planSlots, type SlotsPlan } from './plan.js'
import { polished } from './polish.js'
import { readSight, type Found } from './read.js'
import { sceneOf } from './scene.js'
import { nearnessTo } from './seed.js'
import { colourOfUnits, decided, gateOf, joinSlot, priceOf, splitSlot, unitsOfColour } from './units.js'

const SCHEDULED = ['price', 'faint', 'corners'] as const
/** Shares of a batch that are trained after one look and after one refinement; the rest after two. */
const [ONE_LOOK, ONE_REFINEMENT] = [0.4, 0.3]
const INITIAL_BACKGROUND_LOG_VARIANCE = -4

/** @throws TrainerError PVAE_CONFIG_INVALID for a config that contradicts itself or does not fit the image */
export function createSlotsNetwork (model: SlotsModelConfig, shape: ImageShape): Network {
  const plan = planSlots(model, shape)
  const network: Network = {
    ...inOnePhase(model, shape, () => network),
    scheduledNames: SCHEDULED.map(name => `model.${name}`),
    scheduleAt: (step, totalSteps) => Object.fromEntries(
      SCHEDULED.map(name => [`model.${name}`, valueAt(model[name], step / totalSteps)])),
    forward ({ image, latentNoise, parameters, scheduled }) {
      const [price, faint, corners] = SCHEDULED.map(name => scheduled[`model.${name}`]!) as [tf.Tensor, tf.Tensor, tf.Tensor]
      // Each start has its share of the batch.
      const starts = Array.from({ length: image.shape[0]! }, (_, i) => i % model.starts)
      const looking = lookingAt(image, plan, model, parameters)
      const start = { corners, nearness: nearnessTo(starts, plan) }
      const sight = lookInTraining(looking, start, slotsOf(latentNoise, plan))
      const found = readSight(sight, plan, model, parameters)
      const posterior = posteriorOf(looking, found)
      const latent = sample(posterior, latentNoise) // [N, D]
      const { image: predicted, things } = drawn(latent, plan, model, parameters)
      const batch = image.shape[0]!
      const paid = priceOf(tf.slice(found.mean, [0, 0], [-1, 1])) // [N·K, 1]
      // 1 where an alpha is 0.5, 0 where it is 0 or 1.
      const faintness = things.map(({ alpha }) => tf.sum(tf.mul(tf.mul(alpha, tf.sub(1, alpha)), 4))) // each []
      return {
        posterior,
        latent,
        prediction: { kind: 'image', image: channelsLast(predicted, shape) },
        penalties: {
          price: tf.mul(tf.sum(paid), tf.div(price, batch)), // []
          faint: tf.mul(faintness.reduce((sum, one) => tf.add(sum, one)), tf.div(faint, batch)), // []
        },
        statistics: {},
      }
    },
    encode (image, { parameters }) {
      const looking = lookingAt(image, plan, model, parameters)
      const sight = bestOf(model.starts, looking, attempts => {
        const corners = tf.scalar(valueAt(model.corners, 1))
        let looked = lookInTurn(attempts, { corners, nearness: nearnessOf(model.starts, attempts) })
        for (let i = 0; i < model.refinements; i++) looked = lookAgain(attempts, looked.found)
        return { sight: looked.sight, cost: costOf(attempts, looked.found, valueAt(model.price, 1)) }
      })
      const { mean, logVariance } = readSight(sight, plan, model, parameters)
      const parts = splitSlot(mean, plan)
      const read = joinSlot({ ...parts, presence: decided(parts.presence) }) // [N·K, S]
      const found = polished(read, {
        image: flatPlanes(image), // [N, C, P]
        background: behindOf(looking.background, model, parameters),
        plan,
        config: model,
        parameters,
      })
      return posteriorOf(looking, { mean: found, logVariance })
    },
    decode: (latent, { parameters }) =>
      channelsLast(tf.clipByValue(drawn(latent, plan, model, parameters).image, 0, 1), shape),
    layers: (latent, { parameters }) => layersOf(drawn(latent, plan, model, parameters), plan),
  }
  return network
}

function lookingAt (
  image: tf.Tensor, plan: SlotsPlan, config: SlotsModelConfig, parameters: Parameters
): Looking {
  const [batch] = image.shape as [number]
  const { height, width, channels, coarse: [rows, columns] } = plan
  const planes = tf.transpose(image, [0, 3, 1, 2]) // [N, C, H, W]
  const colour = borderColour(planes) // [N, C]
  const pooled = config.reduction === 1
    ? planes
    : inLayer('pooling', () => tf.transpose(applySeparably(
      tf.transpose(image, [0, 1, 3, 2]), poolingMatrix(height, rows), poolingMatrix(width, columns)), [0, 2, 1, 3]))
  const small = tf.reshape(pooled, [batch, channels, rows * columns]) // [N, C, P]
  return {
    scene: sceneOf(small, plan, config),
    background: colour,
    parameters,
  }
}

/**
 * What is learned to be read, of all images of a batch: of some what is seen at the first look, of some what is seen
 * after one refinement, of the rest after two, so that each look is trained on what it will be given. [N·K, …].
 */
function lookInTraining (looking: Looking, start: Start, noise: tf.Tensor): Sight {
  const { background, scene } = looking
  const batch = background.shape[0]!
  const { plan: { slots: { length: count } }, config: { refinements } } = scene
  const once = refinements === 0 ? batch : Math.max(1, Math.round(batch * ONE_LOOK))
  const twice = refinements === 1 ? batch - once : Math.min(batch - once, Math.round(batch * ONE_REFINEMENT))
  const rows = (x: tf.Tensor, from: number, images: number) => tf.slice(x, [from * count, 0], [images * count, -1])
  const sightOf = (sight: Sight, from: number, images: number) => joinSights([sight], ([x]) => rows(x!, from, images))
  const foundOf = ({ mean, logVariance }: Found, from: number, images: number): Found =>
    ({ mean: rows(mean, from, images), logVariance: rows(logVariance, from, images) })
  const again = (before: Found, from: number, images: number) => lookAgain({
    ...looking,
    scene: sceneOf(tf.slice(scene.image, [from, 0, 0], [images, -1, -1]), scene.plan, scene.config),
    background: tf.slice(background, [from, 0], [images, -1]),
  }, before)
  const seen = lookInTurn(looking, start, noise)
  const parts = [sightOf(seen.sight, 0, once)]
  if (batch > once) {
    const refined = again(foundOf(seen.found, once, batch - once), once, batch - once)
    if (twice > 0) parts.push(sightOf(refined.sight, 0, twice))
    const rest = batch - once - twice
    if (rest > 0) parts.push(again(foundOf(refined.found, twice, rest), once + twice, rest).sight)
  }
  return parts.length === 1 ? parts[0]! : joinSights(parts, values => tf.concat(values, 0))
}

/**
 * Looks from several starts at once, as if each image were so many, attempt after attempt of each.
 * @param look gives what is seen at last and the cost of what is found, [attempts, 1]
 * @returns what is seen in the attempt that costs least for each image
 */
function bestOf (
  starts: number, looking: Looking, look: (attempts: Looking) => { readonly sight: Sight, readonly cost: tf.Tensor }
): Sight {
  if (starts === 1) return look(looking).sight
  const { scene: { image, plan, config }, background } = looking
  const repeated = (x: tf.Tensor) => { // [N, …] → [N · starts, …]
    const [batch, ...rest] = x.shape as [number, ...number[]]
    const each = tf.reshape(x, [batch, 1, ...rest]) // [N, 1, …]
    return tf.reshape(tf.mul(each, tf.ones([1, starts, ...rest.map(() => 1)])), [batch * starts, ...rest])
  }
  const { sight, cost } = look({
    ...looking, scene: sceneOf(repeated(image), plan, config), background: repeated(background),
  })
  const batch = image.shape[0]!
  const best = tf.argMax(tf.neg(tf.reshape(cost, [batch, starts])), 1) as tf.Tensor1D // [N]
  const chosen = tf.reshape(tf.oneHot(best, starts, 1, 0, 'float32'), [batch, starts, 1]) // [N, starts, 1]
  return joinSights([sight], ([values]) => { // [N · starts · K, F] → [N·K, F]
    const features = values!.shape[1]!
    const byAttempt = tf.reshape(values!, [batch, starts, plan.slots.length * features]) // [N, starts, K·F]
    return tf.reshape(tf.sum(tf.mul(byAttempt, chosen), 1), [batch * plan.slots.length, features])
  })
}

/** Of attempts, each image's from one start after another, how near pixels are to where it begins: [N · starts, P]. */
function nearnessOf (starts: number, { scene: { ones, plan } }: Looking): tf.Tensor {
  const [attempts, pixels] = ones.shape as [number, number]
  const nearness = nearnessTo(Array.from({ length: starts }, (_, i) => i), plan) // [starts, P]
  const each = tf.mul(tf.reshape(ones, [attempts / starts, starts, pixels]), tf.expandDims(nearness, 0))
  return tf.reshape(each, [attempts, pixels]) // [N · starts, P]
}

/** latent or noise [N, D] → the slots' parts, [N·K, S]. */
function slotsOf (latent: tf.Tensor, { slots, units }: SlotsPlan): tf.Tensor {
  const parts = slots.map(({ offset, size }) => tf.slice(latent, [0, offset], [-1, size])) // each [N, S]
  return tf.reshape(tf.stack(parts, 1), [latent.shape[0]! * slots.length, units]) // [N·K, S]
}

/** The posterior [N, D], partitions in the config's order. A closed slot has the prior's, but for its presence. */
function posteriorOf (
  { scene: { plan, config }, background, parameters }: Looking, { mean, logVariance }: Found
): Posterior {
  return inLayer('posterior', () => {
    const batch = background.shape[0]!
    const { slots: { length: count }, units, channels } = plan
    const presence = tf.slice(mean, [0, 0], [-1, 1]) // [N·K, 1]
    // Rises from 0 to 1 while a slot is more closed than open.
    const open = tf.sub(1, tf.relu(tf.sub(1, tf.mul(gateOf(presence), 2)))) // [N·K, 1]
    const kept = (x: tf.Tensor): tf.Tensor[] => {
      const own = tf.concat([
        tf.slice(x, [0, 0], [-1, 1]), tf.mul(tf.slice(x, [0, 1], [-1, units - 1]), open),
      ], 1) // [N·K, S]
      // The gradient of an unstacking into one part fails in TensorFlow.js.
      return count === 1 ? [own] : tf.unstack(tf.reshape(own, [batch, count, units]), 1) // each [N, S]
    }
    const colour = unitsOfColour(background) // [N, C]
    const rest = tf.mul(colour, 0) // [N, C]: the prior's mean and log-variance
    const says = config.colours.background === 'each'
    const spread = () => scope(parameters, 'background')('log-variance', [channels], {
      kind: 'constant', value: INITIAL_BACKGROUND_LOG_VARIANCE,
    }) // [C]
    const joined = (behind: tf.Tensor, slots: tf.Tensor[]) => {
      const byOffset = [[plan.background, behind] as const, ...plan.slots.map((slot, k) => [slot, slots[k]!] as const)]
      return tf.concat(byOffset.sort(([a], [b]) => a.offset - b.offset).map(([, values]) => values), 1) // [N, D]
    }
    return {
      mean: joined(says ? colour : rest, kept(mean)),
      logVariance: joined(says ? tf.add(rest, spread()) : rest, kept(logVariance)),
    }
  })
}

interface Picture extends Composite {
  readonly things: readonly Drawn[]
  /** [N, C] */
  readonly background: tf.Tensor
}

/** latent [N, D] → what it shows. */
function drawn (latent: tf.Tensor, plan: SlotsPlan, config: SlotsModelConfig, parameters: Parameters): Picture {
  const things = drawSlots(slotsOf(latent, plan), plan, config, parameters, 1, plan.slots.length)
  const { offset, size } = plan.background
  const units = tf.slice(latent, [0, offset], [-1, size]) // [N, C]
  const background = behindOf(colourOfUnits(units), config, parameters) // [N, C]
  const empty = tf.add(tf.mul(things[0]!.alpha, 0), 1) // [N, P]
  return { ...composite(things, coversOf(things), things.map((_, k) => k), background, empty), things, background }
}

/** The colour that is drawn behind all things, [N, C]: what was read off the image, or the one that all have. */
function behindOf (read: tf.Tensor, { colours }: SlotsModelConfig, parameters: Parameters): tf.Tensor {
  return colours.background === 'one'
    ? colourOfUnits(oneColour(scope(parameters, 'background'), read)) // [N, C]
    : read
}

/** [N, H, W, C] → [N, C, P]. */
function flatPlanes (image: tf.Tensor): tf.Tensor {
  const [batch, height, width, channels] = image.shape as [number, number, number, number]
  return tf.reshape(tf.transpose(image, [0, 3, 1, 2]), [batch, channels, height * width])
}

/** [N, C, P] → [N, H, W, C]. */
function channelsLast (image: tf.Tensor, { height, width, channels }: ImageShape): tf.Tensor {
  return tf.transpose(tf.reshape(image, [image.shape[0]!, channels, height, width]), [0, 2, 3, 1])
}

/** What is drawn → [N, partitions, 4, H, W], straight RGBA; alphas are shares, which sum to 1. */
function layersOf ({ shares, behind, things, background }: Picture, plan: SlotsPlan): tf.Tensor {
  const { height, width, channels } = plan
  const batch = background.shape[0]!
  const flat = (colour: tf.Tensor, share: tf.Tensor) => {
    const rgb = channels === 3 ? colour : tf.concat([colour, colour, colour], 1) // [N, 3]
    const clipped = tf.reshape(tf.clipByValue(rgb, 0, 1), [batch, 3, 1]) // [N, 3, 1]
    const alpha = tf.reshape(share, [batch, 1, height * width]) // [N, 1, P]
    const colours = tf.add(tf.mul(alpha, 0), clipped) // [N, 3, P]
    return tf.reshape(tf.concat([colours, alpha], 1), [batch, 4, height, width]) // [N, 4, H, W]
  }
  const parts = tf.unstack(shares!, 1) // each [N, P]
  const layers = [
    { offset: plan.background.offset, layer: flat(background, behind) },
    ...plan.slots.map(({ offset }, k) => ({ offset, layer: flat(things[k]!.colour, parts[k]!) })),
  ]
  return tf.stack(layers.sort((a, b) => a.offset - b.offset).map(({ layer }) => layer), 1)
}
