/** Fits a network for images of about 64 × 64 pixels to those of other sizes. */
import type { Size } from './choose-size.js'

interface Block { readonly channels: number }

interface Blocks {
  readonly encoder: {
    readonly blocks: ReadonlyArray<Block & { readonly downsample: string }>
  }
  readonly decoder: {
    readonly hidden: readonly number[]
    readonly base: number
    readonly blocks: ReadonlyArray<Block & { readonly upsample: string }>
  }
}

/** Cells of the smallest feature map at most where they can be had: 12 × 12, as of images of 96 × 96 pixels. */
const MOST_CELLS = 144
/**
 * Channels of the blocks that larger images get at full resolution: half those of the outermost block at 64 × 64
 * pixels, so that a step grows no faster than the pixels do.
 */
const OUTER_CHANNELS = 16
/** Weights at most between the decoder's last linear layer and its first feature map. */
const MOST_WEIGHTS = 2 ** 22
const FEWEST_UNITS = 16

/**
 * Lets a network for multiples of 8 take other sizes. Larger images get blocks more at full resolution, so that what is
 * flattened stays as small as that of 96 × 96 pixels. Where the size has fewer factors of 2, the first of its decoder's
 * blocks do without doubling, and where that makes its first feature map large, that has fewer channels; where nothing
 * is left to halve, the last of its encoder's blocks do without halving. Up to 512 × 512 pixels there are at most 8
 * million weights; images of up to 96 × 96 pixels whose sides 8 divides keep all.
 */
export function fitBlocks<M extends Blocks> (model: M, { height, width }: Size): M {
  let doublings = 0
  while (height % 2 ** (doublings + 1) === 0 && width % 2 ** (doublings + 1) === 0) doublings++
  return {
    ...model,
    encoder: { ...model.encoder, blocks: fitEncoder(model.encoder.blocks, height, width) },
    decoder: fitDecoder(model.decoder, height * width, doublings),
  }
}

function fitEncoder (blocks: Blocks['encoder']['blocks'], height: number, width: number) {
  const cellsAfter = (halvings: number) => Math.ceil(height / 2 ** halvings) * Math.ceil(width / 2 ** halvings)
  let halvings = blocks.length
  while (cellsAfter(halvings) > MOST_CELLS) halvings++
  const outer = Array.from({ length: halvings - blocks.length }, () => ({ ...blocks[0]!, channels: OUTER_CHANNELS }))
  let [h, w] = [height, width]
  return [...outer, ...blocks].map(block => {
    if (h === 1 || w === 1) return { ...block, downsample: 'none' }
    h = Math.ceil(h / 2)
    w = Math.ceil(w / 2)
    return block
  })
}

function fitDecoder<D extends Blocks['decoder']> (decoder: D, pixels: number, doublings: number): D {
  const { blocks, base, hidden } = decoder
  let taken = Math.min(blocks.length, doublings)
  while (taken < doublings && pixels / 4 ** taken > MOST_CELLS) taken++
  const outer = Array.from({ length: Math.max(0, taken - blocks.length) }, () =>
    ({ ...blocks.at(-1)!, channels: OUTER_CHANNELS }))
  const needless = Math.max(0, blocks.length - doublings)
  const cells = pixels / 4 ** taken
  const affordable = (units: number) => Math.max(1, Math.floor(MOST_WEIGHTS / (cells * units)))
  const channels = Math.min(base, affordable(hidden.at(-1) ?? FEWEST_UNITS))
  const widest = Math.max(FEWEST_UNITS, affordable(channels))
  return {
    ...decoder,
    hidden: hidden.map((units, i) => i === hidden.length - 1 ? Math.min(units, widest) : units),
    base: channels,
    blocks: [...blocks.map((block, i) => i < needless ? { ...block, upsample: 'none' } : block), ...outer],
  }
}
