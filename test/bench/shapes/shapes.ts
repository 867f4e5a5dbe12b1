const strided = (...channels: number[]) => channels.map(channels => ({ channels, kernel: 4, downsample: 'stride' }))
const transposed = (...channels: number[]) =>
  channels.map(channels => ({ channels, kernel: 4, upsample: 'transposed' }))
const FULL = { factor: 1, interpolation: 'nearest' }

/**
 * Parts of the preset mnist's model, which has f = 2, that each shape replaces; the others have f = 1. All are
 * Bernoulli at full resolution, so that their ELBOs compare.
 */
export const shapes: Readonly<Record<string, object>> = {
  preset: {},
  transposed: {
    subresolution: FULL,
    encoder: { blocks: strided(32, 64), hidden: [128] },
    decoder: { hidden: [128], base: 64, blocks: transposed(64, 32), outputKernel: 3 },
  },
  'blocks of 4': {
    subresolution: FULL,
    encoder: {
      blocks: [
        { channels: 32, kernel: 4, downsample: 'stride-4' },
        { channels: 64, kernel: 3, downsample: 'none' },
        { channels: 64, kernel: 3, downsample: 'stride' },
      ],
      hidden: [128],
    },
    decoder: {
      hidden: [128],
      base: 32,
      blocks: [{ channels: 64, kernel: 3, upsample: 'none' }],
      outputKernel: 3,
      outputBlock: 4,
    },
  },
  'blocks of 2': {
    subresolution: FULL,
    encoder: { blocks: strided(32, 64, 64), hidden: [128] },
    decoder: { hidden: [128], base: 32, blocks: transposed(32), outputKernel: 3, outputBlock: 2 },
  },
}
