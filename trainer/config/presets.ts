import { TrainerError } from '../errors.js'
import { baselinePresets } from './baseline-presets.js'

/** A starting point: an unresolved config, which flags and `--set` change before it is checked. */
export interface Preset {
  readonly name: string
  readonly description: string
  /** The folder of images is the user's to name, with --data. */
  readonly needsData: boolean
  /** What the images show completes the config: it knows only what lies behind. Default: false. */
  readonly analyses?: boolean
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

/** A shape, drawn in a style, in a pose. */
const posedDigits = {
  architecture: 'posed',
  partitions: [{ name: 'pose', size: 3, kind: 'pose' }, { name: 'shape', size: 4, kind: 'shape' }, { name: 'style', size: 3, kind: 'style' }],
  pose: {
    slantFrom: 'moments',
    encoder: { blocks: [8, 16].map(channels => ({ channels, kernel: 4, downsample: 'stride' })), hidden: [64] },
  },
  encoder: { blocks: [32, 32].map(channels => ({ channels, kernel: 4, downsample: 'stride' })), hidden: [192] },
  heads: { hidden: 16, residual: true },
  decoder: {
    hidden: [192],
    base: 16,
    blocks: [{ channels: 12, kernel: 4, upsample: 'transposed' }],
    outputKernel: 3,
  },
  likelihood: { kind: 'bernoulli' },
}

/** Partitions that share nothing, as far as a covariance shows, and units that all say something. */
const independentPartitions = (weight: number) => ({
  betaWarmup: 0.2,
  freeBits: { nats: 0.5, level: 'unit' },
  totalCorrelation: { estimator: 'gaussian', weight },
})

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

/**
 * Drawn scenes of table tennis as (5, 5, 4, 3, 2, 1) units. Sprites are added from the one that explains most to the one that explains least, so that each
 * finds its thing in what the others have left: the second for something that moves about, the third for something that stays where it is. Most steps are
 * taken at half the resolution.
 */
const tableTennisConfig = {
  name: 'table-tennis',
  description: 'Synthetic table tennis in layers: four sprites, the background and the light',
  data: { source: 'table-tennis' },
  model: {
    architecture: 'layered',
    partitions: [
      { name: 'p1', size: 5, kind: 'sprite', rows: 28, columns: 26, activeFrom: 100 },
      { name: 'p2', size: 5, kind: 'sprite', rows: 24, columns: 22, rarity: 2, activeFrom: 450 },
      { name: 'p3', size: 4, kind: 'sprite', rows: 18, columns: 30, cell: 1.5, rarity: 0, activeFrom: 700 },
      { name: 'p4', size: 3, kind: 'sprite', rows: 14, columns: 12, activeFrom: 1200 },
      { name: 'p5', size: 2, kind: 'background' },
      { name: 'p6', size: 1, kind: 'gain' },
    ],
    coarse: { factor: 2, steps: 3125 },
    likelihood: { kind: 'gaussian', variance: 9e-4 },
  },
  objective: { contrastWeight: 6, betaWarmup: 0.45 },
  fit: { epochs: 7, batchSize: 32, learningRate: 2e-3, adam: { beta2: 0.99, epsilon: 1e-8 }, gradientClip: 200 },
}

/** Frames of a camera that stands still, and a few things that move: one sprite each, once the images have been looked at. */
const footageConfig = {
  name: 'footage',
  description: 'Footage of a camera that stands still: a sprite for each moving thing, and the background',
  data: { source: 'folder', height: 64, width: 64, channels: 3 },
  model: {
    architecture: 'layered',
    partitions: [{ name: 'p1', kind: 'background', size: 1, rank: 12 }],
    attention: { sharpness: 1, outliers: 3, window: 'always', frozenUntil: 0.4 },
    encoder: { hidden: 64 },
    decoder: { hidden: 48 },
    logVarianceFloor: -8.5,
    likelihood: { kind: 'gaussian', variance: 9e-4 },
  },
  objective: { betaWarmup: 0.6 },
  fit: { epochs: 10, batchSize: 24, learningRate: 2e-3, adam: { beta2: 0.99, epsilon: 1e-8 }, gradientClip: 200 },
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
      objective: independentPartitions(20),
      fit: digitsFit,
    },
  },
  {
    name: 'digits',
    description: 'MNIST digits as pose, shape and style: partitions that have names before anything is measured',
    needsData: false,
    config: {
      name: 'digits',
      description: 'MNIST digits as a shape of 4 units, a style of 3 and a pose of 3 (slant, height, width)',
      data: { source: 'mnist' },
      model: posedDigits,
      objective: independentPartitions(10),
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
    name: 'table-tennis',
    description: 'Synthetic table tennis: four sprites, the background and the light, each in a partition of its own',
    needsData: false,
    config: tableTennisConfig,
  },
  ...baselinePresets,
  {
    name: 'footage',
    description: 'Footage of a camera that stands still (--data DIR): looks at the frames first, then gives each moving thing a partition of its own',
    needsData: true,
    analyses: true,
    config: footageConfig,
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
