/**
 * Units and what they stand for. Each scale is such that what is usual has about the standard normal prior's variance.
 */
import * as tf from '@tensorflow/tfjs-core'
import type { SlotsPlan } from './plan.js'

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
/** A presence that is farther from 0 than the inverse of this is decided: all but none in ten thousand are. */
const DECISION_SLOPE = 1e4
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

/** Presence […] → decided, ±1.2 […]: how large a thing is, which a logit hangs on, is not for this unit to tell. */
export function decided (presence: tf.Tensor): tf.Tensor {
  return tf.clipByValue(tf.mul(presence, DECISION_SLOPE), -LARGEST_PRESENCE, LARGEST_PRESENCE)
}

/** Presence […] → how far a slot is open […], in (0, 1). */
export function gateOf (presence: tf.Tensor): tf.Tensor {
  return tf.sigmoid(tf.mul(presence, GATE_SLOPE))
}

/**
 * Presence […] → share of the price that is paid […], in (0, 1): less steep than the gate, or a slot that is wide open
 * for nothing would not feel it.
 */
export function priceOf (presence: tf.Tensor): tf.Tensor {
  return tf.sigmoid(tf.mul(presence, GATE_SLOPE / 3))
}

/**
 * A thing's size is the side of the square of its area. In units: its logarithm over that of half the largest thing's
 * extent, in quarters of e.
 */
const SCALE_DEVIATION = 0.25

/** Size [M, 1] in pixels → units [M, 1]. */
export function unitsOfSize (size: tf.Tensor, extent: number): tf.Tensor {
  return tf.div(tf.log(tf.div(size, extent / 2)), SCALE_DEVIATION)
}

/** Units [M, 1] → size [M, 1] in pixels. */
export function sizeOfUnits (units: tf.Tensor, extent: number): tf.Tensor {
  return tf.mul(tf.exp(tf.mul(units, SCALE_DEVIATION)), extent / 2)
}

/** What a slot's units say. */
export interface SlotUnits {
  /** [M, 1] */
  readonly presence: tf.Tensor
  /** [M, 2]: row and column */
  readonly place: tf.Tensor
  /** [M, 1]; absent in models without it */
  readonly scale?: tf.Tensor | undefined
  /** [M, 1]; absent in models without it */
  readonly angle?: tf.Tensor | undefined
  /** [M, C] */
  readonly colour: tf.Tensor
  /** [M, 1] */
  readonly depth: tf.Tensor
  /** [M, A] */
  readonly form: tf.Tensor
}

/** units [M, S] → its parts. */
export function splitSlot (units: tf.Tensor, { channels, scale, rotation, form }: SlotsPlan): SlotUnits {
  const sizes = [1, 2, ...scale ? [1] : [], ...rotation ? [1] : [], channels, 1, form]
  // Slices: the gradient of a split in TensorFlow.js fails where a part is not used.
  const parts = sizes.map((size, i) =>
    tf.slice(units, [0, sizes.slice(0, i).reduce((sum, before) => sum + before, 0)], [-1, size]))
  const [presence, place] = parts.splice(0, 2) as [tf.Tensor, tf.Tensor]
  const pose = { scale: scale ? parts.shift() : undefined, angle: rotation ? parts.shift() : undefined }
  const [colour, depth, forms] = parts as [tf.Tensor, tf.Tensor, tf.Tensor]
  return { presence, place, ...pose, colour, depth, form: forms }
}

/** The parts of a slot's units → [M, S]. */
export function joinSlot ({ presence, place, scale, angle, colour, depth, form }: SlotUnits): tf.Tensor {
  return tf.concat([
    presence, place, ...scale === undefined ? [] : [scale], ...angle === undefined ? [] : [angle], colour, depth, form,
  ], 1)
}
