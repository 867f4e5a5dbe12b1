/**
 * Filters as the blocked convolution takes them. Weights change with every step, so they are arranged inside the graph.
 */
import { blockedChannels } from '../layout.js'
import type { GraphBuilder } from '../ir.js'
import { rearrange } from './rearrange.js'

/** A filter with its roles in the convolution to be emitted, whatever it is stored as. */
export interface FilterSize {
  readonly outputs: number
  readonly inputs: number
  readonly height: number
  readonly width: number
}

/**
 * The weights a filter is made of: those of a stored filter [kh, kw, I, O], in the roles they have there or with
 * outputs and inputs swapped.
 */
export interface Weights {
  /** Name of a tensor [kh, kw, I, O]. */
  readonly name: string
  readonly size: FilterSize
  readonly swapped: boolean
  /** Outputs without weights to be added behind the stored ones. */
  readonly padding?: number
  /**
   * Which stored row and column a filter's weight is; undefined: it is zero. Outputs beyond the stored ones are further
   * shifts of the same weights.
   */
  at (row: number, column: number, shift: number): readonly [row: number, column: number] | undefined
}

/**
 * Gathers a filter in its blocked order: [O/B, I/B, kh, kw, B of I, B of O], or [O/B, I, kh, kw, B of O]
 * where I < B and the image is not blocked. Output s · O' + o, where O' is the number of stored outputs, padding ones
 * counted, is output o at shift s. Where I > B, weights of padding inputs are zero.
 */
export function blockedFilter (
  writer: GraphBuilder,
  block: number,
  weights: Weights,
  { outputs, inputs, height, width }: FilterSize
): string {
  const { name, size: stored, swapped, padding = 0, at } = weights
  const taps = stored.height * stored.width
  const [givenOutputs, ownInputs] = swapped ? [stored.inputs, stored.outputs] : [stored.outputs, stored.inputs]
  const ownOutputs = givenOutputs + padding
  // Outputs last: [taps, I, O]. Pieces of `piece` outputs are then gathered at once.
  const turned = rearrange(
    writer,
    name,
    { t: taps, i: stored.inputs, o: stored.outputs },
    swapped ? 't o i' : 't i o',
    [taps * ownInputs, givenOutputs]
  )
  const complete = padding === 0 ? turned : writer.node('Pad', [turned, writer.integers([0, 0, 0, padding])])
  const piece = Math.min(block, ownOutputs)
  const pieces = ownOutputs / piece
  const count = taps * ownInputs * pieces

  const inner = inputs < block ? 1 : block // inputs side by side
  const allInputs = inputs < block ? inputs : blockedChannels(block, inputs)
  const indices = new Int32Array((outputs * allInputs * height * width) / piece)
  let next = 0
  let zeros = false
  for (let output = 0; output < outputs; output += block) {
    for (let input = 0; input < allInputs; input += inner) {
      for (let row = 0; row < height; row++) {
        for (let column = 0; column < width; column++) {
          for (let i = input; i < input + inner; i++) {
            for (let o = output; o < output + block; o += piece) {
              const tap = i < ownInputs ? at(row, column, Math.floor(o / ownOutputs)) : undefined
              zeros ||= tap === undefined
              const position = tap === undefined ? 0 : tap[0] * stored.width + tap[1]
              indices[next++] =
                tap === undefined ? count : (position * ownInputs + i) * pieces + Math.floor((o % ownOutputs) / piece)
            }
          }
        }
      }
    }
  }
  const rows = writer.node('Reshape', [complete, writer.integers([count, piece])])
  const table = zeros
    ? writer.node('Concat', [rows, writer.constant(new Float32Array(piece), [1, piece], 'float32')], { axis: 0 })
    : rows
  const gathered = writer.node('Gather', [table, writer.constant(indices, [indices.length], 'int32')], { axis: 0 })
  return writer.node('Reshape', [gathered, writer.integers([outputs, allInputs, height, width])])
}
