/** Sizes of a model on images of a given shape, and whether they work out. */
import type { ImageShape } from '@partition-vae/models'
import type { JointModelConfig } from '../../config/schema.js'
import { TrainerError } from '../../errors.js'

export interface ModelSizes {
  /** Height and width of the encoder's last feature map. */
  readonly features: readonly [height: number, width: number]
  /** Height and width of the decoder's first feature map. */
  readonly base: readonly [height: number, width: number]
  /** Height and width of the decoder's output before upsampling: 1/f of the image. */
  readonly subresolution: readonly [height: number, width: number]
}

/** @throws TrainerError PVAE_CONFIG_INVALID, naming what does not fit and what would. */
export function planSizes (config: JointModelConfig, image: ImageShape): ModelSizes {
  const { factor } = config.subresolution
  const { height, width } = image
  requireDivisible(height, width, factor, 'model.subresolution.factor', 'the subresolution factor')
  const doublings = config.decoder.blocks.filter(({ upsample }) => upsample !== 'none').length
  const growth = 2 ** doublings
  requireDivisible(height / factor, width / factor, growth, 'model.decoder.blocks', `2 to the number of upsampling decoder blocks (${doublings}), at 1/${factor} of the image's size`)

  let [h, w] = [height, width]
  config.encoder.blocks.forEach(({ downsample }, i) => {
    if (downsample === 'none') return
    if (h === 1 || w === 1) {
      throw new TrainerError('PVAE_CONFIG_INVALID',
        `expected at most ${i} encoder blocks that halve the size for images of ${height}×${width} but model.encoder.blocks[${i}] would halve ${h}×${w}`)
    }
    const halve = downsample === 'stride' ? (size: number) => Math.ceil(size / 2) : (size: number) => Math.floor(size / 2)
    h = halve(h)
    w = halve(w)
  })
  return {
    features: [h, w],
    base: [height / factor / growth, width / factor / growth],
    subresolution: [height / factor, width / factor],
  }
}

function requireDivisible (height: number, width: number, divisor: number, field: string, what: string): void {
  if (height % divisor === 0 && width % divisor === 0) return
  const fitting = divisorsOf(height).filter(candidate => width % candidate === 0)
  const near = (size: number) => Math.max(divisor, Math.round(size / divisor) * divisor)
  throw new TrainerError('PVAE_CONFIG_INVALID',
    `expected ${height}×${width} to be divisible by ${what} for ${field} but received ${divisor}; what fits: ${fitting.join(', ')}, or a size such as ${near(height)}×${near(width)}`)
}

function divisorsOf (n: number): number[] {
  return Array.from({ length: n }, (_, i) => i + 1).filter(candidate => n % candidate === 0)
}
