/** Rooms as those of 3D Shapes: one thing, one wall, one floor, seen from one side or another. */
import { partitions, type Preset } from './preset.js'

export const roomPresets: readonly Preset[] = [
  {
    name: 'shapes3d',
    description: 'Rooms as those of 3D Shapes, drawn by definition: hues, scale, shape and orientation known',
    needsData: false,
    config: {
      name: 'shapes3d',
      description: 'Rooms as those of 3D Shapes in six partitions, as many as there are factors',
      data: { source: 'rooms3d' },
      model: {
        // A hue is an angle: two units can hold it without a seam.
        partitions: partitions(2, 2, 2, 2, 1, 1),
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
        // What a batch of 64 tells of is less than what a room has: the estimate is too high, and its weight is small.
        totalCorrelation: { estimator: 'minibatch', weight: { from: 0, to: 6, start: 0.4, end: 0.9 } },
      },
      fit: { epochs: 1, steps: 4000, batchSize: 64, learningRate: 1e-3 },
    },
  },
]
