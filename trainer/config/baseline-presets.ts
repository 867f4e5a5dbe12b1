/** What layered models are measured against, on the same drawn scenes and with the same 20 units. */
import type { Preset } from './presets.js'

const SIZES = [5, 5, 4, 3, 2, 1]
const TOTAL = SIZES.reduce((sum, size) => sum + size, 0)
const HEIGHT = 48
const WIDTH = 64

/**
 * The paper's recipe and network, with the defects of the published code repaired. Its loss at f = 2, 100 · MSE + 10^(−log₂ f − 3) · KL, is, divided by the
 * weight of the KL, the negative ELBO in nats of a Gaussian with σ² = H · W · C / (2 · 100) · 1e-4 and β = 1.
 */
const paper = {
  name: 'paper-table-tennis',
  description: 'The recipe of the PartitionVAE paper (arXiv 2302.03689) on synthetic table tennis',
  data: { source: 'table-tennis' },
  model: {
    partitions: SIZES.map((size, i) => ({ name: `p${i + 1}`, size })),
    subresolution: { factor: 2, interpolation: 'nearest' },
    activation: 'relu',
    encoder: {
      blocks: [
        { channels: 32, kernel: 5, downsample: 'max-pool' },
        { channels: 8, kernel: 5, downsample: 'max-pool' },
      ],
      hidden: [],
    },
    heads: { hidden: 16, residual: false },
    decoder: {
      hidden: [100, 100],
      base: 1,
      blocks: [16, 16, 16, 16].map(channels => ({ channels, kernel: 5, upsample: 'none' })),
      outputKernel: 1,
    },
    likelihood: { kind: 'gaussian', variance: HEIGHT * WIDTH * 3 / 200 * 1e-4 },
  },
  objective: { beta: 1, betaWarmup: 0, inputNoise: 0.01 },
  fit: { epochs: 50, batchSize: 64, learningRate: 2.5e-4, learningRateSchedule: 'constant', learningRateWarmupSteps: 0 },
}

/** Convolutions on both sides, one decoder for all units. */
const convolutional = {
  activation: 'leaky-relu',
  subresolution: { factor: 1, interpolation: 'nearest' },
  encoder: { blocks: [32, 64, 64].map(channels => ({ channels, kernel: 4, downsample: 'stride' })), hidden: [256] },
  heads: { hidden: 16, residual: true },
  decoder: { hidden: [256], base: 64, blocks: [48, 32, 24].map(channels => ({ channels, kernel: 4, upsample: 'transposed' })), outputKernel: 3 },
  likelihood: { kind: 'gaussian', variance: 0.0025 },
}
const fit = { epochs: 6, batchSize: 32, learningRate: 1e-3, adam: { beta2: 0.99 } }
const objective = { betaWarmup: 0.3 }

export const baselinePresets: readonly Preset[] = [
  { name: paper.name, description: 'Synthetic table tennis by the paper\'s own recipe, for comparison', needsData: false, config: paper },
  {
    name: 'vae',
    description: 'Synthetic table tennis in a plain VAE without partitions, for comparison',
    needsData: false,
    config: {
      name: 'vae',
      description: 'A plain VAE on synthetic table tennis',
      data: { source: 'table-tennis' },
      model: { ...convolutional, partitions: [{ name: 'all', size: TOTAL }] },
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
      model: { ...convolutional, partitions: paper.model.partitions },
      objective,
      fit,
    },
  },
]
