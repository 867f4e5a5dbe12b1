/** The one encoder of all slots: what is seen in a glimpse → what the thing there is. */
import * as tf from '@tensorflow/tfjs-core'
import type { SlotsModelConfig } from '../../config/slots-schema.js'
import { UNITS_PER_RADIAN } from '../angle.js'
import { scope, type Parameters } from '../parameters.js'
import { KAIMING, perceptron } from '../perceptron.js'
import type { Sight } from './look.js'
import type { SlotsPlan } from './plan.js'
import {
  joinSlot, PRESENCE_LOG_VARIANCE, presenceOf, splitSlot, unitsOfColour, unitsOfLength, unitsOfPlace, unitsOfSize,
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
/** Weight of what overlaps tell of the order in depth. */
const ORDER = 0.5

/** What each of M slots sees → what it is found to be, [M, S]. */
export function readSight (
  { glimpse, colour, mass, centre, size, angle, front }: Sight,
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
    depth: tf.add(bounded(own.depth), tf.mul(front, ORDER)),
    form: bounded(own.form),
  }) // [M, S]
  const certain = tf.add(tf.mul(own.presence, 0), PRESENCE_LOG_VARIANCE) // [M, 1]
  const kept = tf.clipByValue(spread, LEAST_LOG_VARIANCE, LARGEST_LOG_VARIANCE) // [M, S−1]
  const logVariance = tf.concat([certain, kept], 1) // [M, S]
  return { mean: withoutSilent(mean, plan, config), logVariance: withoutSilent(logVariance, plan, config) }
}

/** Has units that have nothing to tell rest at the prior's mean or log-variance, [M, S]. */
function withoutSilent (units: tf.Tensor, plan: SlotsPlan, { colours }: SlotsModelConfig): tf.Tensor {
  const hasColour = colours.things === 'each'
  // Nothing can hide the only thing, or be hidden by it.
  const hasDepth = plan.slots.length > 1
  if (hasColour && hasDepth) return units
  const parts = splitSlot(units, plan)
  return joinSlot({
    ...parts,
    colour: hasColour ? parts.colour : tf.mul(parts.colour, 0),
    depth: hasDepth ? parts.depth : tf.mul(parts.depth, 0),
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
