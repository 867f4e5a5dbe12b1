/** The one decoder of all slots. */
import * as tf from '@tensorflow/tfjs-core'
import type { SlotsModelConfig } from '../../config/slots-schema.js'
import { UNITS_PER_RADIAN } from '../angle.js'
import { scope, type Parameters } from '../parameters.js'
import { KAIMING, perceptron } from '../perceptron.js'
import { tentMatrix } from '../tent.js'
import type { Drawn } from './composite.js'
import { patchCellOf, type SlotsPlan } from './plan.js'
import { HARMONICS, roundCoefficients, synthesise, turn } from '../polar.js'
import { colourOfUnits, gateOf, placeOfUnits, sizeOfUnits, splitSlot } from './units.js'

/** A thing's alpha logit outside its patch is that much below 0. */
const OUTSIDE = 8
/** A learned colour in units, over the weight that says it: it is to be found before forms make up for it. */
const COLOUR_PACE = 10

/**
 * Draws things. Their forms are alpha logits on a grid of cells, which is pasted before the sigmoid, so that edges stay
 * as crisp as pixels are.
 * @param units [N·K, S], slot after slot of each image
 * @param reduction they are drawn at 1/reduction of the resolution
 * @param count K, how many of each image
 * @returns by slot
 */
export function drawSlots (
  units: tf.Tensor, plan: SlotsPlan, config: SlotsModelConfig, parameters: Parameters, reduction: number, count: number
): Drawn[] {
  return bySlot(drawThings(units, plan, config, parameters, reduction), count)
}

/** Parts what is drawn of N images with K slots each, a row a slot, into what each slot draws in N images. */
export function bySlot ({ alpha, colour, depth }: Drawn, count: number): Drawn[] {
  const apart = (x: tf.Tensor): tf.Tensor[] => // each [N, …]
    count === 1 ? [x] : tf.unstack(tf.reshape(x, [x.shape[0]! / count, count, x.shape[1]!]), 1)
  const [alphas, colours, depths] = [apart(alpha), apart(colour), apart(depth)]
  return alphas.map((alpha, k) => ({ alpha, colour: colours[k]!, depth: depths[k]! }))
}

/** The same as drawSlots, not parted: of M = N · K things, a row each. */
export function drawThings (
  units: tf.Tensor, plan: SlotsPlan, config: SlotsModelConfig, parameters: Parameters, reduction: number
): Drawn {
  const rows = units.shape[0]!
  const { presence, place, scale, angle, colour, depth, form: forms } = splitSlot(units, plan)
  const { patch, hidden } = config.decoder
  const [height, width] = [plan.height / reduction, plan.width / reduction]
  const decoder = scope(parameters, 'slot/decoder')
  const form = (outputs: number, bias: Float32Array) =>
    perceptron(forms, [hidden >> 1, hidden, outputs], decoder, { scale: KAIMING / 2, bias }, KAIMING) // [N·K, outputs]
  const cells = angle === undefined
    ? tf.reshape(form(patch * patch, roundThing(patch)), [rows, patch, patch])
    : synthesise(turn(form(2 * HARMONICS, roundCoefficients()), tf.div(angle, UNITS_PER_RADIAN)), patch)
  const raised = tf.add(cells, OUTSIDE) // [N·K, patch, patch]
  const cell = scale === undefined
    ? plan.patchCell / reduction
    : tf.div(patchCellOf(sizeOfUnits(scale, config.extent), plan, patch), reduction) // [N·K, 1]
  const [row, column] = tf.split(tf.div(placeOfUnits(place, plan), reduction), 2, 1) as [tf.Tensor, tf.Tensor]
  const byRows = tentMatrix(row, patch, cell, height) // [N·K, H, patch]
  const byColumns = tentMatrix(column, patch, cell, width) // [N·K, W, patch]
  const logits = tf.sub(tf.matMul(tf.matMul(byRows, raised), byColumns, false, true), OUTSIDE) // [N·K, H, W]
  const alpha = tf.mul(tf.reshape(tf.sigmoid(logits), [rows, height * width]), gateOf(presence)) // [N·K, P]
  const painted = colourOfUnits(config.colours.things === 'one' ? oneColour(decoder, colour) : colour) // [N·K, C]
  return { alpha, colour: painted, depth }
}

/** The one colour that things or backgrounds have, in place of units [M, C] that say nothing: [M, C]. */
export function oneColour (parameters: Parameters, units: tf.Tensor): tf.Tensor {
  const colour = parameters('colour', [units.shape[1]!], { kind: 'constant', value: 0 }) // [C]
  return tf.add(tf.mul(units, 0), tf.mul(colour, COLOUR_PACE))
}

/** Alpha logits [patch²] of a round thing that is opaque in the middle. */
function roundThing (patch: number): Float32Array {
  return Float32Array.from({ length: patch * patch }, (_, i) => {
    const [y, x] = [(Math.floor(i / patch) + 0.5) / patch * 2 - 1, (i % patch + 0.5) / patch * 2 - 1]
    return 3 - 5 * (y * y + x * x)
  })
}
