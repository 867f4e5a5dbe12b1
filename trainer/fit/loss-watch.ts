/**
 * Divergence that stays finite. A term of the loss counts as diverged when it is beyond a limit for many steps on end.
 * The limits follow from what an image is, not from how a run went so far, so no schedule of β, no stage and no growth
 * of a model in training reaches them:
 *
 * mean squared error twice that of the mean image, once it was below for as long: worse than not looking at the image
 * at all reconstruction, β·KL the nats in an image's bytes: a code that is longer than the image further terms a
 * hundred times that; some have weights of a thousand (γ of a capacity)
 */
import { pixelCount, type ImageShape, type Partition } from '@partition-vae/models'
import type { ModelConfig } from '../config/schema.js'
import type { StepMetrics } from '../engine/engine.js'
import { diverged } from './divergence.js'
import { klByPartition } from './epoch-sums.js'

/** Steps on end: single batches may be beyond any limit. */
export const PATIENCE = 50
/**
 * Of images that hardly differ: whatever has an error of a tenth of the range is no worse than a model that has just
 * begun.
 */
const LEAST_ERROR_LIMIT = 0.01

export interface LossWatchOptions {
  readonly model: ModelConfig
  readonly image: ImageShape
  readonly partitions: readonly Partition[]
  /** Squared error of a pixel element of the mean image. */
  readonly meanImageError: number
  /** Steps, from 0, at which something new takes part: what it draws at first may be worse than nothing. */
  readonly milestones: readonly number[]
}

export interface LossWatch {
  /**
   * @param step steps taken, this one included
   * @throws TrainerError PVAE_DIVERGED naming the term, its value and its limit
   */
  look (metrics: StepMetrics, beta: number, step: number): void
  /** Whether the last step was beyond a limit: then its state is no checkpoint to fall back on. */
  isSuspect (): boolean
}

interface Limited {
  readonly term: string
  /** More of it, for people. */
  readonly detail?: string
  readonly value: number
  readonly limit: number
  readonly meaning: string
}

export function createLossWatch ({
  model,
  image,
  partitions,
  meanImageError,
  milestones,
}: LossWatchOptions): LossWatch {
  const code = { limit: pixelCount(image) * Math.log(256), meaning: 'nats, all that the bytes of an image can hold' }
  const errors = { limit: Math.max(LEAST_ERROR_LIMIT, 2 * meanImageError), meaning: 'twice that of the mean image' }
  const further = { limit: 100 * code.limit, meaning: 'nats, a hundred times what the bytes of an image can hold' }
  /** By term, of those that the last step had a limit for. */
  let stepsBeyond: ReadonlyMap<string, number> = new Map()
  /**
   * Steps on end with less than the limit of the mean squared error, up to PATIENCE; 0 again once something new takes
   * part.
   */
  let stepsBelow = 0

  function limited ({ reconstruction, klByUnit, mse, terms = {} }: StepMetrics, beta: number): Limited[] {
    const kl = Object.entries(klByPartition(klByUnit, partitions))
    const [largest] = kl.toSorted(([, a], [, b]) => b - a)[0]!
    return [
      ...(stepsBelow === PATIENCE ? [{ term: 'the mean squared error', value: mse, ...errors }] : []),
      // Of a Gaussian likelihood it has no such limit: σ may be as small as one likes.
      ...(model.likelihood.kind === 'bernoulli'
        ? [{ term: 'the reconstruction', value: reconstruction, ...code }]
        : []),
      {
        term: 'β · KL',
        detail: `, most of it of partition ${largest},`,
        value: beta * kl.reduce((sum, [, part]) => sum + part, 0),
        ...code,
      },
      ...Object.entries(terms).map(([name, value]) => ({
        term: `the term ${name}`,
        value: Math.abs(value),
        ...further,
      })),
    ]
  }

  return {
    look (metrics, beta, step) {
      if (milestones.includes(step - 1)) stepsBelow = 0
      // Once it has learned what the mean image is, it has.
      if (stepsBelow < PATIENCE) stepsBelow = metrics.mse < errors.limit ? stepsBelow + 1 : 0
      const terms = limited(metrics, beta)
      stepsBeyond = new Map(
        terms.map(({ term, value, limit }) => [term, value > limit ? (stepsBeyond.get(term) ?? 0) + 1 : 0])
      )
      for (const { term, detail = '', value, limit, meaning } of terms) {
        if (stepsBeyond.get(term)! < PATIENCE) continue
        throw diverged(
          `expected at most ${limit.toPrecision(3)} (${meaning}) for ${term}${detail} but received more for ` +
            `${PATIENCE} steps, ${value.toPrecision(3)} at step ${step}`
        )
      }
    },
    isSuspect: () => [...stepsBeyond.values()].some(steps => steps > 0),
  }
}
