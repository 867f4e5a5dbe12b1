/** Handwritten digits, and images like them. */
import { partitions, type Preset } from './preset.js'

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
  partitions: [
    { name: 'pose', size: 3, kind: 'pose' },
    { name: 'shape', size: 4, kind: 'shape' },
    { name: 'style', size: 3, kind: 'style' },
  ],
  pose: {
    slantFrom: 'moments',
    encoder: { blocks: [8, 16].map(channels => ({ channels, kernel: 4, downsample: 'stride' })), hidden: [64] },
  },
  encoder: { blocks: [32, 32].map(channels => ({ channels, kernel: 4, downsample: 'stride' })), hidden: [256] },
  heads: { hidden: 16, residual: true },
  // One block after the shape has spoken: a style that modulates two may redraw the digit, and then the class is in
  // neither.
  decoder: {
    hidden: [256],
    base: 32,
    blocks: [{ channels: 24, kernel: 4, upsample: 'transposed' }],
    outputKernel: 3,
  },
  style: { from: 'blocks' },
  likelihood: { kind: 'bernoulli' },
}

/**
 * The joint model's objective. Total correlation is penalised once partitions have something to say: from the first
 * step on the penalty would keep units from ever waking.
 */
const jointObjective = {
  betaWarmup: 0.2,
  freeBits: { nats: 0.5, level: 'unit' },
  totalCorrelation: { estimator: 'gaussian', weight: { from: 0, to: 30, start: 0.2, end: 0.6 } },
}

/**
 * Each part may say more than likelihood pays for, so that digits get sharp. The warm-up is short, and what depends on
 * each other is told apart soon after: as long as saying things is cheap, the style says what digit it is.
 */
const posedObjective = {
  beta: 0.4,
  betaWarmup: 0.04,
  totalCorrelation: { estimator: 'gaussian', weight: { from: 0, to: 10, start: 0.05, end: 0.3 } },
  dependence: { weight: { from: 0, to: 50, start: 0.05, end: 0.3 } },
}

const digitsFit = { epochs: 20, batchSize: 128, learningRate: 2e-3 }

export const digitPresets: readonly Preset[] = [
  {
    name: 'mnist',
    description: 'MNIST digits: partitions (4, 3, 3), f = 2',
    needsData: false,
    config: {
      name: 'mnist',
      description: 'MNIST digits in partitions of 4, 3 and 3 units, decoded at half the resolution',
      data: { source: 'mnist' },
      model: digitsModel,
      objective: jointObjective,
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
      objective: posedObjective,
      fit: { ...digitsFit, epochs: 10 },
    },
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
]
