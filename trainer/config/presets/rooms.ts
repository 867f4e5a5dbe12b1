/** Rooms as those of 3D Shapes: one thing, one wall, one floor, seen from one side or another. */
import type { Preset } from './preset.js'

/** What each partition is to hold, by the names of 3D Shapes. */
const GROUPS = {
  floor: 'floor_hue',
  wall: 'wall_hue',
  object: 'object_hue',
  scale: 'scale',
  shape: 'shape',
  orientation: 'orientation',
}

export const roomPresets: readonly Preset[] = [
  {
    name: 'shapes3d',
    description: 'Rooms as those of 3D Shapes, drawn by definition, in pairs that differ in one known factor',
    needsData: false,
    config: {
      name: 'shapes3d',
      description: 'Rooms as those of 3D Shapes, each factor in a partition of its own',
      data: { source: 'rooms3d' },
      model: {
        // A hue is an angle: two units can hold it without a seam.
        partitions: Object.keys(GROUPS).map(name => ({ name, size: 2 })),
        subresolution: { factor: 2, interpolation: 'bilinear' },
        activation: 'elu',
        encoder: {
          blocks: [32, 32, 64, 64].map(channels => ({ channels, kernel: 4, downsample: 'stride' })),
          hidden: [128],
        },
        heads: { hidden: 16, residual: true },
        decoder: {
          hidden: [128],
          base: 64,
          blocks: [64, 32, 32].map(channels => ({ channels, kernel: 4, upsample: 'transposed' })),
          outputKernel: 3,
        },
        likelihood: { kind: 'bernoulli' },
      },
      objective: {
        betaWarmup: 0.3,
        // Rooms that differ in one factor, and in which: no value of any factor is told.
        // Without agreement, probes find traces of one partition's factor in others, which the decoder ignores.
        pairs: { differing: 'known', groups: GROUPS, agreement: 4 },
      },
      fit: { epochs: 1, steps: 4000, batchSize: 64, learningRate: 1e-3 },
    },
  },
]
