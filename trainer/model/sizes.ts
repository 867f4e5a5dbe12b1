/** Sizes of feature maps, and whether they work out. */
import type { DecoderConfig, EncoderConfig } from '../config/block-schema.js'
import { TrainerError } from '../foundation/errors.js'

/** The functions by which each kind of block shrinks a size. */
const SHRINKING = {
  stride: (size: number) => Math.ceil(size / 2),
  'stride-4': (size: number) => Math.ceil(size / 4),
  'max-pool': (size: number) => Math.floor(size / 2),
} as const

export type Size = readonly [height: number, width: number]

/**
 * Height and width of an encoder's last feature map.
 * @param field the encoder's place in the config
 * @throws TrainerError PVAE_CONFIG_INVALID where a block would halve a single pixel
 */
export function encoderOutputSize ({ blocks }: EncoderConfig, [height, width]: Size, field: string): Size {
  let [h, w] = [height, width]
  blocks.forEach(({ downsample }, i) => {
    if (downsample === 'none') return
    if (h === 1 || w === 1) {
      throw new TrainerError(
        'PVAE_CONFIG_INVALID',
        `expected at most ${i} encoder blocks that halve the size for images of ${height}×${width} but ` +
          `${field}.blocks[${i}] would halve ${h}×${w}`
      )
    }
    const shrink = SHRINKING[downsample]
    h = shrink(h)
    w = shrink(w)
  })
  return [h, w]
}

/**
 * Height and width of a decoder's first feature map.
 * @param output those of its last one, 1/factor of the image's
 * @throws TrainerError PVAE_CONFIG_INVALID where doubling does not lead there, naming what would
 */
export function decoderBaseSize (
  { blocks, outputBlock = 1 }: DecoderConfig,
  [height, width]: Size,
  factor: number
): Size {
  const doublings = blocks.filter(({ upsample }) => upsample !== 'none').length
  const growth = 2 ** doublings * outputBlock
  requireDivisible(
    height,
    width,
    growth,
    'model.decoder.blocks',
    '2 to the number of upsampling decoder blocks ' +
      `(${doublings})${outputBlock === 1 ? '' : ` times model.decoder.outputBlock (${outputBlock})`}, at ` +
      `1/${factor} of the image's size`
  )
  return [height / growth, width / growth]
}

/** @throws TrainerError PVAE_CONFIG_INVALID, naming what does not fit and what would. */
export function requireDivisible (height: number, width: number, divisor: number, field: string, what: string): void {
  if (height % divisor === 0 && width % divisor === 0) return
  const fitting = divisorsOf(height).filter(candidate => width % candidate === 0)
  const near = (size: number) => Math.max(divisor, Math.round(size / divisor) * divisor)
  throw new TrainerError(
    'PVAE_CONFIG_INVALID',
    `expected ${height}×${width} to be divisible by ${what} for ${field} but received ${divisor}; what fits: ` +
      `${fitting.join(', ')}, or a size such as ${near(height)}×${near(width)}`
  )
}

function divisorsOf (n: number): number[] {
  return Array.from({ length: n }, (_, i) => i + 1).filter(candidate => n % candidate === 0)
}
