/**
 * Padding channels: what fills the last block of an image whose channels are no multiple of the block. Whatever they
 * hold is finite, and no result may depend on it.
 */
import type { GraphBuilder } from '../ir.js'
import { blockedChannels } from '../layout.js'

/**
 * Stored channels per channel above which blocks cost more than they give: computing with the padding, and moving it.
 */
const MOST_STORED = 1.5

/**
 * Tells whether images of so many channels are worth storing in blocks: those of less than one block are moved in and
 * out more than they are computed with.
 */
export const isWorthBlocking = (block: number, channels: number): boolean =>
  channels >= block && blockedChannels(block, channels) <= MOST_STORED * channels

/**
 * Tells whether the blocked operator takes images of so many channels: blocked ones, and plain ones of less than a
 * block.
 */
export const isInputOfBlocked = (block: number, channels: number): boolean =>
  channels < block || isWorthBlocking(block, channels)

/** Adds `padding` zeros to a bias [C]. */
export function padBias (writer: GraphBuilder, bias: string | undefined, padding: number): string | undefined {
  return bias === undefined || padding === 0 ? bias : writer.node('Pad', [bias, writer.integers([0, padding])])
}

/** Takes the first elements along the leading axes, `wanted` of the `stored` ones. */
export function withoutPadding (
  writer: GraphBuilder, name: string, stored: readonly number[], wanted: readonly number[]
): string {
  const axes = wanted.map((_, axis) => axis).filter(axis => stored[axis] !== wanted[axis])
  if (axes.length === 0) return name
  const ends = axes.map(axis => wanted[axis]!)
  return writer.node('Slice', [name, writer.integers(axes.map(() => 0)), writer.integers(ends), writer.integers(axes)])
}
