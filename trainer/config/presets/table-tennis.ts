/** Drawn scenes of table tennis: in layers, and in what layers are measured against, with as many units. */
import { partitions, type Preset } from './preset.js'

/**
 * Drawn scenes of table tennis as (5, 5, 4, 3, 2, 1) units. Sprites are added one by one, so that each finds its thing
 * in what the others have left. The second and third begin on whatever is left most of; only the first, which begins
 * when the background is still unfinished, and the last, whose thing is small, discount what is usual at a pixel. Most
 * steps are taken at half the resolution.
 */
const tableTennisConfig = {
  name: 'table-tennis',
  description: 'Synthetic table tennis in layers: four sprites, the background and the light',
  data: { source: 'table-tennis' },
  model: {
    architecture: 'layered',
    partitions: [
      { name: 'p1', size: 5, kind: 'sprite', rows: 28, columns: 26, activeFrom: 100 },
      { name: 'p2', size: 5, kind: 'sprite', rows: 24, columns: 22, rarity: 0, activeFrom: 450 },
      { name: 'p3', size: 4, kind: 'sprite', rows: 28, columns: 44, rarity: 0, activeFrom: 700 },
      { name: 'p4', size: 3, kind: 'sprite', rows: 14, columns: 12, activeFrom: 1200 },
      { name: 'p5', size: 2, kind: 'background' },
      { name: 'p6', size: 1, kind: 'gain' },
    ],
    coarse: { factor: 2, steps: 3125 },
    attention: { blur: 0.4 },
    likelihood: { kind: 'gaussian', variance: 9e-4 },
  },
  objective: { contrastWeight: 6, betaWarmup: 0.45 },
  fit: { epochs: 7, batchSize: 32, learningRate: 2e-3, adam: { beta2: 0.99, epsilon: 1e-8 }, gradientClip: 200 },
}

/** Convolutions on both sides, one decoder for all units. */
const convolutional = {
  activation: 'leaky-relu',
  subresolution: { factor: 1, interpolation: 'nearest' },
  encoder: { blocks: [32, 64, 64].map(channels => ({ channels, kernel: 4, downsample: 'stride' })), hidden: [256] },
  heads: { hidden: 16, residual: true },
  decoder: {
    hidden: [256],
    base: 64,
    blocks: [48, 32, 24].map(channels => ({ channels, kernel: 4, upsample: 'transposed' })),
    outputKernel: 3,
  },
  likelihood: { kind: 'gaussian', variance: 0.0025 },
}
const fit = { epochs: 6, batchSize: 32, learningRate: 1e-3, adam: { beta2: 0.99 } }
const objective = { betaWarmup: 0.3 }

export const tableTennisPresets: readonly Preset[] = [
  {
    name: 'table-tennis',
    description: 'Synthetic table tennis: four sprites, the background and the light, each in a partition of its own',
    needsData: false,
    drawnAt: { height: 48, width: 64 },
    config: tableTennisConfig,
  },
  {
    name: 'vae',
    description: 'Synthetic table tennis in a plain VAE without partitions, for comparison',
    needsData: false,
    config: {
      name: 'vae',
      description: 'A plain VAE on synthetic table tennis',
      data: { source: 'table-tennis' },
      model: { ...convolutional, partitions: [{ name: 'all', size: 20 }] },
      objective,
      fit,
    },
  },
  {
    name: 'joint',
    description: 'Synthetic table tennis in partitions with one decoder for all, for comparison',
    needsData: false,
    config: {
      name: 'joint',
      description: 'A PartitionVAE with one joint decoder on synthetic table tennis',
      data: { source: 'table-tennis' },
      model: { ...convolutional, partitions: partitions(5, 5, 4, 3, 2, 1) },
      objective,
      fit,
    },
  },
]
