/** A small posed model for tests, on images that are neither square nor grey. */
import type { PosedModelConfig } from '../../../../trainer/config/posed-schema.js'

export const image = { height: 8, width: 12, channels: 3 } as const

export const posedModel: PosedModelConfig = {
  architecture: 'posed',
  // The parts are told by kind, not by order or name.
  partitions: [
    { name: 'what', size: 3, kind: 'shape' },
    { name: 'where', size: 3, kind: 'pose' },
    { name: 'how', size: 2, kind: 'style' },
  ],
  subresolution: { factor: 1, interpolation: 'nearest' },
  activation: 'elu', // smooth, so that two engines' rounding can't fall on different sides of a kink
  pose: {
    encoder: { blocks: [{ channels: 4, kernel: 3, downsample: 'stride' }], hidden: [6] },
    slantFrom: 'moments',
    slant: 0.3,
    height: 0.15,
    width: 0.2,
  },
  encoder: {
    blocks: [
      { channels: 4, kernel: 4, downsample: 'stride' },
      { channels: 5, kernel: 3, downsample: 'max-pool' },
    ],
    hidden: [],
  },
  heads: { hidden: 5, residual: true },
  style: { hidden: 6, from: 'base' },
  decoder: {
    hidden: [7],
    base: 4,
    blocks: [
      { channels: 5, kernel: 4, upsample: 'transposed' },
      { channels: 4, kernel: 3, upsample: 'none' },
    ],
    outputKernel: 3,
  },
  likelihood: { kind: 'bernoulli' },
}

/** The same with a pose of units that are named, and options of the pose. */
export function withUnits (
  units: NonNullable<PosedModelConfig['pose']['units']>,
  options: Partial<PosedModelConfig['pose']> = {}
): PosedModelConfig {
  const model = withSizes({ pose: units.length })
  return { ...model, pose: { ...model.pose, units, ...options } }
}

/** The same with partitions of other sizes, by kind. */
export function withSizes (
  sizes: Partial<Record<'pose' | 'shape' | 'style', number>>,
  model = posedModel
): PosedModelConfig {
  return {
    ...model,
    partitions: model.partitions.map(partition => ({ ...partition, size: sizes[partition.kind] ?? partition.size })),
  }
}
