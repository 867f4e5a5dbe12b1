import { TrainerError } from '../errors.js'

/** A starting point: an unresolved config, which flags and `--set` change before it is checked. */
export interface Preset {
  readonly name: string
  readonly description: string
  /** The folder of images is the user's to name, with --data. */
  readonly needsData: boolean
  readonly config: Readonly<Record<string, unknown>>
}

/** Partitions named p1, p2, …: what each comes to hold is learned, so real names come after measuring. */
const partitions = (...sizes: number[]) => sizes.map((size, i) => ({ name: `p${i + 1}`, size }))

const digitsModel = {
  partitions: partitions(4, 3, 3),
  subresolution: { factor: 2, interpolation: 'bilinear' },
  encoder: {
    blocks: [
      { channels: 32, kernel: 4, downsample: 'stride' },
      { channels: 64, kernel: 4, downsample: 'stride' },
      { channels: 64, kernel: 3, downsample: 'stride' },
    ],
    hidden: [128],
  },
  heads: { hidden: 16, residual: true },
  decoder: {
    hidden: [128],
    base: 32,
    blocks: [{ channels: 32, kernel: 4, upsample: 'transposed' }],
    outputKernel: 3,
  },
  likelihood: { kind: 'gaussian', variance: 'calibrated' },
}

const digitsFit = { epochs: 20, batchSize: 128, learningRate: 2e-3 }

/**
 * The recipe of arXiv 2302.03689 on MNIST, with the defects of the published code repaired. Its loss, 100 · MSE + 10^(−log₂ f − 3) · KL at f = 2, is,
 * divided by the weight of the KL, the negative ELBO in nats of a Gaussian with σ² = 784 / (2 · 100) · 1e-4 and β = 1.
 */
const paperConfig = {
  name: 'paper-mnist',
  description: 'The recipe of the PartitionVAE paper (arXiv 2302.03689) on MNIST',
  data: { source: 'mnist' },
  model: {
    partitions: partitions(4, 3, 3),
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
      hidden: [100],
      base: 1,
      blocks: [
        { channels: 8, kernel: 5, upsample: 'none' },
        { channels: 8, kernel: 5, upsample: 'none' },
      ],
      outputKernel: 5,
    },
    likelihood: { kind: 'gaussian', variance: 3.92e-4 },
  },
  objective: { beta: 1, betaWarmup: 0, inputNoise: 0.01 },
  fit: { epochs: 25, batchSize: 64, learningRate: 2.5e-4, learningRateSchedule: 'constant', learningRateWarmupSteps: 0 },
}

export const presets: readonly Preset[] = [
  {
    name: 'mnist',
    description: 'MNIST digits: partitions (4, 3, 3), f = 2; the model that ships with the project',
    needsData: false,
    config: {
      name: 'mnist',
      description: 'MNIST digits in partitions of 4, 3 and 3 units, decoded at half the resolution',
      data: { source: 'mnist' },
      model: digitsModel,
      fit: digitsFit,
    },
  },
  {
    name: 'paper-mnist',
    description: 'MNIST digits by the paper\'s own recipe, for comparison',
    needsData: false,
    config: paperConfig,
  },
  {
    name: 'fashion',
    description: 'Fashion-MNIST or any other folder of IDX files of 28×28 images (--data DIR)',
    needsData: true,
    config: {
      name: 'fashion',
      description: 'Fashion-MNIST in partitions of 4, 3 and 3 units, decoded at half the resolution',
      data: { source: 'idx' },
      model: digitsModel,
      fit: digitsFit,
    },
  },
  {
    name: 'folder',
    description: 'A folder of PNG, JPEG or WebP images (--data DIR), 64×64 RGB unless --height, --width, --channels say otherwise',
    needsData: true,
    config: {
      name: 'folder',
      data: { source: 'folder', height: 64, width: 64, channels: 3 },
      model: {
        partitions: partitions(5, 5, 4, 3, 2, 1),
        subresolution: { factor: 1, interpolation: 'nearest' },
        activation: 'leaky-relu',
        encoder: {
          blocks: [32, 64, 64].map(channels => ({ channels, kernel: 4, downsample: 'stride' })),
          hidden: [256],
        },
        heads: { hidden: 16, residual: true },
        decoder: {
          hidden: [256],
          base: 64,
          blocks: [64, 32, 32].map(channels => ({ channels, kernel: 4, upsample: 'transposed' })),
          outputKernel: 3,
        },
        likelihood: { kind: 'gaussian', variance: 'calibrated' },
      },
      fit: { epochs: 50, batchSize: 64, learningRate: 1e-3 },
    },
  },
]

/** @throws TrainerError PVAE_PRESET_NOT_FOUND listing the known ones */
export function findPreset (name: string): Preset {
  const preset = presets.find(preset => preset.name === name)
  if (preset !== undefined) return preset
  throw new TrainerError('PVAE_PRESET_NOT_FOUND', `expected one of ${presets.map(({ name }) => name).join(', ')} for the preset but received ${JSON.stringify(name)}`)
}
