/**
 * Units and what they stand for. Each scale is such that what is usual has about the standard normal prior's variance.
 */
import * as tf from '@tensorflow/tfjs-core'
import { COLOUR, type SlotsPlan } from './plan.js'

/** The image's side in units of a position: a little less than √12, at which uniform positions have variance 1. */
const SPAN = 3.4
/** A colour that is uniform in [0, 1] has variance 1 in these units. */
const COLOUR_SPAN = Math.sqrt(12)
/**
 * A slot is open where its presence is above 0, which the prior says of half of them. Its posterior is ±1.2 with a
 * deviation of 0.4: one sample in a thousand changes sign, and it costs 1.2 nats.
 */
const LARGEST_PRESENCE = 1.2
export const PRESENCE_LOG_VARIANCE = 2 * Math.log(0.4)
/** Logits of a gate per unit of presence: far from 0 a slot is open or closed, whatever the sample. */
const GATE_SLOPE = 10

/** place [M, 2] as row and column in pixels → units [M, 2]. */
export function unitsOfPlace (place: tf.Tensor, { height, width }: SlotsPlan): tf.Tensor {
  return tf.mul(tf.sub(tf.div(place, tf.tensor2d([height, width], [1, 2])), 0.5), SPAN) // [M, 2]
}

/** units [M, 2] → place [M, 2] as row and column in pixels. */
export function placeOfUnits (units: tf.Tensor, { height, width }: SlotsPlan): tf.Tensor {
  return tf.mul(tf.add(tf.div(units, SPAN), 0.5), tf.tensor2d([height, width], [1, 2])) // [M, 2]
}

/** Length in pixels → in units of a position along each axis, [1, 2]. */
export function unitsOfLength (length: number, { height, width }: SlotsPlan): tf.Tensor {
  return tf.tensor2d([length / height * SPAN, length / width * SPAN], [1, 2])
}

/** colour […] in [0, 1] → units […]. */
export function unitsOfColour (colour: tf.Tensor): tf.Tensor {
  return tf.mul(tf.sub(colour, 0.5), COLOUR_SPAN)
}

/** units […] → colour […]. */
export function colourOfUnits (units: tf.Tensor): tf.Tensor {
  return tf.add(tf.div(units, COLOUR_SPAN), 0.5)
}

/** A logit […] of whether a slot is open → the mean of its presence […], whose gate has about that logit. */
export function presenceOf (logit: tf.Tensor): tf.Tensor {
  return tf.mul(tf.tanh(tf.div(logit, LARGEST_PRESENCE * GATE_SLOPE)), LARGEST_PRESENCE)
}

/** Presence […] → how far a slot is open […], in (0, 1). */
export function gateOf (presence: tf.Tensor): tf.Tensor {
  return tf.sigmoid(tf.mul(presence, GATE_SLOPE))
}

/** What a slot's units say. */
export interface SlotUnits {
  /** [M, 1] */
  readonly presence: tf.Tensor
  /** [M, 2]: row and column */
  readonly place: tf.Tensor
  /** [M, C] */
  readonly colour: tf.Tensor
  /** [M, 1] */
  readonly depth: tf.Tensor
  /** [M, A] */
  readonly form: tf.Tensor
}

/** units [M, S] → its parts. */
export function splitSlot (units: tf.Tensor, { channels, units: size, depth }: SlotsPlan): SlotUnits {
  const [presence, place, colour, depths, form] = tf.split(
    units, [1, COLOUR - 1, channels, 1, size - depth - 1], 1) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]
  return { presence, place, colour, depth: depths, form }
}

/** The parts of a slot's units → [M, S]. */
export function joinSlot ({ presence, place, colour, depth, form }: SlotUnits): tf.Tensor {
  return tf.concat([presence, place, colour, depth, form], 1)
}
