/** Small models that together use every choice a config can express. */
import type { JointModelConfig } from '../../trainer/config/schema.js'

const partitions = [{ name: 'alpha', size: 3 }, { name: 'beta', size: 2 }, { name: 'gamma', size: 1 }]
const base: JointModelConfig = {
  architecture: 'joint',
  partitions,
  subresolution: { factor: 2, interpolation: 'nearest' },
  activation: 'relu',
  encoder: {
    blocks: [
      { channels: 5, kernel: 3, downsample: 'stride' },
      { channels: 6, kernel: 3, downsample: 'stride' },
    ],
    hidden: [],
  },
  heads: { hidden: 4, residual: false },
  decoder: { hidden: [], base: 6, blocks: [{ channels: 5, kernel: 3, upsample: 'nearest' }], outputKernel: 3 },
  likelihood: { kind: 'bernoulli' },
}

export const imageShape = { height: 12, width: 16, channels: 1 } as const

export const modelVariants: Record<string, JointModelConfig> = {
  'bernoulli, nearest subresolution, strides, nearest upsampling': base,
  'gaussian of fixed variance, bilinear subresolution, max-pools, transposed convolutions, hidden layers, residuals':
    {
      ...base,
      subresolution: { factor: 2, interpolation: 'bilinear' },
      encoder: {
        blocks: [
          { channels: 5, kernel: 5, downsample: 'max-pool' },
          { channels: 4, kernel: 3, downsample: 'max-pool' },
        ],
        hidden: [7],
      },
      heads: { hidden: 4, residual: true },
      decoder: {
        hidden: [7],
        base: 4,
        blocks: [{ channels: 5, kernel: 4, upsample: 'transposed' }],
        outputKernel: 1,
      },
      likelihood: { kind: 'gaussian', variance: 0.05 },
    },
  'calibrated gaussian, nearest subresolution, leaky ReLU, no downsampling at first': {
    ...base,
    activation: 'leaky-relu',
    encoder: {
      blocks: [
        { channels: 3, kernel: 1, downsample: 'none' },
        { channels: 6, kernel: 4, downsample: 'stride' },
      ],
      hidden: [],
    },
    decoder: {
      hidden: [],
      base: 3,
      blocks: [
        { channels: 4, kernel: 2, upsample: 'none' },
        { channels: 4, kernel: 5, upsample: 'transposed' },
      ],
      outputKernel: 3,
    },
    likelihood: { kind: 'gaussian', variance: 'calibrated' },
  },
  'bernoulli, full resolution, ELU, one partition': {
    ...base,
    partitions: [{ name: 'all', size: 4 }],
    activation: 'elu',
    subresolution: { factor: 1, interpolation: 'nearest' },
    decoder: {
      hidden: [5],
      base: 3,
      blocks: [
        { channels: 4, kernel: 3, upsample: 'nearest' },
        { channels: 4, kernel: 3, upsample: 'transposed' },
      ],
      outputKernel: 3,
    },
  },
  'bernoulli, full resolution, a stride of 4, blocks of 4 × 4 pixels': {
    ...base,
    subresolution: { factor: 1, interpolation: 'nearest' },
    encoder: { blocks: [{ channels: 5, kernel: 4, downsample: 'stride-4' }], hidden: [] },
    decoder: { hidden: [], base: 4, blocks: [], outputKernel: 3, outputBlock: 4 },
  },
  'bernoulli, bilinear subresolution by 4, no decoder block': {
    ...base,
    subresolution: { factor: 4, interpolation: 'bilinear' },
    decoder: { hidden: [8], base: 3, blocks: [], outputKernel: 3 },
  },
}
