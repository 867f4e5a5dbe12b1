import { createRandom, type Random } from '../../random/index.js'
import { fitSoftmax, mostProbable } from '../classification/softmax.js'
import { UNPACED, type Pace } from '../pace.js'
import { defineJob } from '../work/job.js'
import { invalid, type Table } from './representation.js'
import type { SharedRows } from './row-sampler.js'

export interface BetaVaeOptions {
  readonly means: Table
  /** The images by the values of each factor that has to be told. */
  readonly shared: readonly SharedRows[]
  readonly seed: number
  /** Points to learn from, default 10,000; half as many judge. */
  readonly points?: number | undefined
  /** Pairs a point, default 64. */
  readonly batchSize?: number | undefined
  readonly pace?: Pace | undefined
}

/**
 * Computes the BetaVAE score (Higgins et al. 2017, "β-VAE: learning basic visual concepts with a constrained
 * variational framework", section 3): two batches of images are paired so that each pair shares one factor; from the
 * mean absolute difference of their codes a linear classifier tells the factor. Accuracy on points not learnt from;
 * chance is 1 / factors. With disentanglement_lib's settings (`beta_vae.py`): 64 pairs a point, 10,000 points to learn
 * from, 5,000 to judge, logistic regression with C = 1. Images are resampled from those that there are.
 * @throws TrainerError PVAE_INVALID_PARAMETER for fewer than 2 factors
 */
export async function betaVaeScore (options: BetaVaeOptions): Promise<number> {
  const { means, shared, seed, points = 10_000, pace = UNPACED } = options
  if (shared.length < 2) throw invalid('at least 2 factors for the BetaVAE score', String(shared.length))
  const train = await draw(options, points, createRandom(seed, 'beta-vae', 'train'))
  const test = await draw(options, Math.ceil(points / 2), createRandom(seed, 'beta-vae', 'test'))
  const weights = await fitSoftmax(train.differences, train.factors, shared.length, { penalty: 1, pace })
  const told = mostProbable(weights, test.differences, shared.length)
  await pace()
  return told.reduce((right, factor, i) => right + Number(factor === test.factors[i]), 0) / told.length

  async function draw ({ batchSize = 64 }: BetaVaeOptions, count: number, random: Random) {
    const { columns } = means
    const differences = new Float32Array(count * columns)
    const factors = new Uint16Array(count)
    for (let point = 0; point < count; point++) {
      if (point % 256 === 0) await pace()
      const factor = factors[point] = random.integer(shared.length)
      const { classes, classOf } = shared[factor]!
      for (let pair = 0; pair < batchSize; pair++) {
        const first = random.integer(means.rows)
        const members = classes[classOf[first]!]!
        const second = members[random.integer(members.length)]!
        for (let unit = 0; unit < columns; unit++) {
          const difference = means.values[first * columns + unit]! - means.values[second * columns + unit]!
          differences[point * columns + unit]! += Math.abs(difference) / batchSize
        }
      }
    }
    return { differences: { values: differences, rows: count, columns }, factors }
  }
}

export const scoreBetaVae = defineJob(
  import.meta.url,
  'scoreBetaVae',
  (options: Omit<BetaVaeOptions, 'pace'>, pace) => betaVaeScore({ ...options, pace })
)
