/**
 * The literature's unsupervised baselines: network, optimiser and batch as in disentanglement_lib (Locatello et al.
 * 2019, "Challenging common assumptions in the unsupervised learning of disentangled representations", arXiv
 * 1811.12359, appendix G), and what each asks of the latent as its own paper has it for dSprites.
 */
import type { Size } from '../choose-size.js'
import { partitions } from './preset.js'

export interface Baseline {
  readonly name: string
  readonly title: string
  /** What the paper chose. */
  readonly setting: string
  /** The paper that the objective's numbers are from. */
  readonly source: string
  readonly objective: Readonly<Record<string, unknown>>
}

/** Each unit is a partition, so that measures of partitions and of units are the same, and so is total correlation. */
const UNITS = Array.from({ length: 10 }, () => 1)

/** Of 64 × 64 pixels. The last convolution gives 2 × 2 pixels, which a transposed one of size 4 is a case of. */
const model = {
  partitions: partitions(...UNITS),
  activation: 'relu',
  encoder: {
    blocks: [[32, 4], [32, 4], [64, 2], [64, 2]].map(([channels, kernel]) =>
      ({ channels, kernel, downsample: 'stride' })),
    hidden: [256],
  },
  heads: { linear: true },
  decoder: {
    hidden: [256],
    base: 64,
    blocks: [64, 32, 32].map(channels => ({ channels, kernel: 4, upsample: 'transposed' })),
    outputKernel: 3,
    outputBlock: 2,
  },
  likelihood: { kind: 'bernoulli' },
}

/** The study takes 300,000 steps. A tenth of them takes 70 CPU minutes of 64 × 64 pixels; of FactorVAE, 160. */
const fit = {
  epochs: 1,
  steps: 30_000,
  batchSize: 64,
  learningRate: 1e-4,
  learningRateSchedule: 'constant',
  learningRateWarmupSteps: 0,
  adam: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
}

export const baselines: readonly Baseline[] = [
  {
    name: 'beta-vae',
    title: 'β-VAE',
    setting: 'β = 4',
    source: 'Higgins et al. 2017',
    objective: { beta: 4, betaWarmup: 0 },
  },
  {
    name: 'factor-vae',
    title: 'FactorVAE',
    setting: 'γ = 35',
    source: 'Kim and Mnih 2018',
    objective: { beta: 1, betaWarmup: 0, totalCorrelation: { estimator: 'discriminator', weight: 35 } },
  },
  {
    name: 'beta-tcvae',
    title: 'β-TCVAE',
    setting: 'β = 6',
    source: 'Chen et al. 2018',
    // β weighs the total correlation within the KL, which has a share of 1 in it already.
    objective: { beta: 1, betaWarmup: 0, totalCorrelation: { estimator: 'minibatch', weight: 5 } },
  },
  {
    name: 'annealed-vae',
    title: 'Annealed VAE',
    setting: 'C = 25 nats',
    source: 'Burgess et al. 2018',
    // The first 100,000 of the study's 300,000 steps.
    objective: { capacity: { weight: 1000, nats: { from: 0, to: 25, start: 0, end: 1 / 3 } } },
  },
]

export const BASELINE_NAMES: readonly string[] = baselines.map(({ name }) => name)

type Config = Readonly<Record<string, unknown>>

/** Names the model of a baseline on the images of a config. */
export const nameOnBaseline = (config: string, { name }: Baseline): string => `${config}-${name}`

/** Gives a config whose images are another's, and whose model, objective and training are a baseline's. */
export function onBaseline (config: Config, baseline: Baseline): Config {
  const { name = 'model', data, seed } = config
  const { title, source, objective } = baseline
  return {
    name: nameOnBaseline(String(name), baseline),
    description: `${title} (${source}), as in disentanglement_lib`,
    ...seed === undefined ? {} : { seed },
    data,
    model,
    objective,
    fit,
  }
}

/** Doublings of the size that the decoder has for images of 64 × 64 pixels, its output's included. */
const DOUBLINGS = 4
/** Cells of the decoder's first feature map up to which it has 64 channels; then fewer, in proportion. */
const CELLS = 64

/**
 * Gives the baselines' model for images of a size: its decoder doubles the size as often as that has factors of 2, and
 * its encoder halves it while there is something to halve.
 */
export function baselineModelFor ({ height, width }: Size): Config {
  let doublings = 0
  while (doublings < DOUBLINGS && height % 2 ** (doublings + 1) === 0 && width % 2 ** (doublings + 1) === 0) doublings++
  const cells = height * width / 4 ** doublings
  const { outputBlock, ...decoder } = model.decoder
  const smallest = Math.min(height, width)
  return {
    ...model,
    encoder: {
      ...model.encoder,
      blocks: model.encoder.blocks.map((block, i) => smallest > 2 ** i ? block : { ...block, downsample: 'none' }),
    },
    decoder: {
      ...decoder,
      ...doublings === 0 ? {} : { outputBlock },
      base: cells <= CELLS ? decoder.base : Math.max(4, Math.round(CELLS * decoder.base / cells)),
      blocks: decoder.blocks.map((block, i) =>
        i < DOUBLINGS - Math.max(1, doublings) ? { ...block, upsample: 'none' } : block),
    },
  }
}
