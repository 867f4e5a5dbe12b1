/** Spare channels: what fills the last block of an image whose channels are no multiple of the block. */
import { blockedChannels } from '../layout.js'
import type { GraphWriter } from '../writer.js'

/** Stored channels per channel above which blocks cost more than they give: computing with the spare ones, and moving them. */
const MOST = 1.5

/** Whether images of so many channels are worth storing in blocks: those of less than one block are moved in and out more than they are computed with. */
export const fillsBlocks = (block: number, channels: number): boolean => channels >= block && blockedChannels(block, channels) <= MOST * channels

/** The blocked operator takes blocked images, and plain ones of fewer channels than a block. */
export const takes = (block: number, channels: number): boolean => channels < block || fillsBlocks(block, channels)

/** A bias [C] with zeros for `spare` more. */
export function withSpare (writer: GraphWriter, bias: string | undefined, spare: number): string | undefined {
  return bias === undefined || spare === 0 ? bias : writer.node('Pad', [bias, writer.integers([0, spare])])
}

/** The first elements along the leading axes, `wanted` of the `stored` ones. */
export function withoutSpare (writer: GraphWriter, name: string, stored: readonly number[], wanted: readonly number[]): string {
  const axes = wanted.map((_, axis) => axis).filter(axis => stored[axis] !== wanted[axis])
  if (axes.length === 0) return name
  return writer.node('Slice', [name, writer.integers(axes.map(() => 0)), writer.integers(axes.map(axis => wanted[axis]!)), writer.integers(axes)])
}
