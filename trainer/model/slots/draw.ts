/** The one decoder of all slots. */
import * as tf from '@tensorflow/tfjs-core'
import type { SlotsModelConfig } from '../../config/slots-schema.js'
import { scope, type Parameters } from '../parameters.js'
import { KAIMING, perceptron } from '../perceptron.js'
import { tentMatrix } from '../tent.js'
import type { Drawn } from './composite.js'
import type { SlotsPlan } from './plan.js'
import { colourOfUnits, gateOf, placeOfUnits, splitSlot } from './units.js'

/** A thing's alpha logit outside its patch is that much below 0. */
const OUTSIDE = 8

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
  const batch = units.shape[0]! / count
  const { presence, place, colour, depth, form } = splitSlot(units, plan)
  const { patch, hidden } = config.decoder
  const [height, width] = [plan.height / reduction, plan.width / reduction]
  const cells = perceptron(form, [hidden >> 1, hidden, patch * patch], scope(parameters, 'slot/decoder'),
    { scale: KAIMING / 2, bias: roundThing(patch) }, KAIMING) // [N·K, patch²]
  const raised = tf.add(tf.reshape(cells, [batch * count, patch, patch]), OUTSIDE) // [N·K, patch, patch]
  const [row, column] = tf.split(tf.div(placeOfUnits(place, plan), reduction), 2, 1) as [tf.Tensor, tf.Tensor]
  const byRows = tentMatrix(row, patch, plan.patchCell / reduction, height) // [N·K, H, patch]
  const byColumns = tentMatrix(column, patch, plan.patchCell / reduction, width) // [N·K, W, patch]
  const logits = tf.sub(tf.matMul(tf.matMul(byRows, raised), byColumns, false, true), OUTSIDE) // [N·K, H, W]
  const alpha = tf.mul(
    tf.reshape(tf.sigmoid(logits), [batch * count, height * width]), gateOf(presence)) // [N·K, P]
  const apart = (x: tf.Tensor): tf.Tensor[] => // each [N, …]
    count === 1 ? [x] : tf.unstack(tf.reshape(x, [batch, count, x.shape[1]!]), 1)
  const [alphas, colours, depths] = [apart(alpha), apart(colourOfUnits(colour)), apart(depth)]
  return alphas.map((alpha, k) => ({ alpha, colour: colours[k]!, depth: depths[k]! }))
}

/** Alpha logits [patch²] of a round thing that is opaque in the middle. */
function roundThing (patch: number): Float32Array {
  return Float32Array.from({ length: patch * patch }, (_, i) => {
    const [y, x] = [(Math.floor(i / patch) + 0.5) / patch * 2 - 1, (i % patch + 0.5) / patch * 2 - 1]
    return 3 - 5 * (y * y + x * x)
  })
}
