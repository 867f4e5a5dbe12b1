/** The paper's recipe (Sheriff et al. 2023, arXiv 2302.03689), with the defects of the published code repaired. */
import { partitions, type Preset } from './preset.js'

interface PaperRun {
  readonly sizes: readonly number[]
  /** H · W · C */
  readonly elements: number
  /** Widths of the linear layers between latent and canvas. */
  readonly hidden: readonly number[]
  readonly blocks: ReadonlyArray<{ readonly channels: number, readonly kernel: number, readonly upsample: 'none' }>
  readonly outputKernel: number
  readonly epochs: number
}

/**
 * The paper's loss at f = 2, 100 · MSE + 10^(−log₂ f − 3) · KL, is, divided by the weight of the KL, the negative ELBO
 * in nats of a Gaussian with σ² = H · W · C / (2 · 100) · 1e-4 and β = 1.
 */
const paperRecipe = ({ sizes, elements, hidden, blocks, outputKernel, epochs }: PaperRun) => ({
  model: {
    partitions: partitions(...sizes),
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
    decoder: { hidden, base: 1, blocks, outputKernel },
    likelihood: { kind: 'gaussian', variance: elements / 200 * 1e-4 },
  },
  objective: { beta: 1, betaWarmup: 0, inputNoise: 0.01 },
  fit: { epochs, batchSize: 64, learningRate: 2.5e-4, learningRateSchedule: 'constant', learningRateWarmupSteps: 0 },
})

const canvas = (...channels: number[]) => channels.map(channels => ({ channels, kernel: 5, upsample: 'none' as const }))

export const paperPresets: readonly Preset[] = [
  {
    name: 'paper-mnist',
    description: "MNIST digits by the paper's own recipe, for comparison",
    needsData: false,
    config: {
      name: 'paper-mnist',
      description: 'The recipe of the PartitionVAE paper (arXiv 2302.03689) on MNIST',
      data: { source: 'mnist' },
      ...paperRecipe({
        sizes: [4, 3, 3],
        elements: 28 * 28,
        hidden: [100],
        blocks: canvas(8, 8),
        outputKernel: 5,
        epochs: 25,
      }),
    },
  },
  {
    name: 'paper-table-tennis',
    description: "Synthetic table tennis by the paper's own recipe, for comparison",
    needsData: false,
    config: {
      name: 'paper-table-tennis',
      description: 'The recipe of the PartitionVAE paper (arXiv 2302.03689) on synthetic table tennis',
      data: { source: 'table-tennis' },
      ...paperRecipe({
        sizes: [5, 5, 4, 3, 2, 1],
        elements: 48 * 64 * 3,
        hidden: [100, 100],
        blocks: canvas(16, 16, 16, 16),
        outputKernel: 1,
        epochs: 50,
      }),
    },
  },
]
