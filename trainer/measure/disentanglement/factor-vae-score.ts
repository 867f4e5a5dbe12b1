import { createRandom, type Random } from '../../random/index.js'
import { UNPACED, type Pace } from '../pace.js'
import { invalid, type Block } from './representation.js'
import { RunningMoments } from '../moments.js'

/**
 * Posterior means of `count` new images whose factors `fixed` are the same in all, everything else drawn anew: [count,
 * D].
 */
export type SampleRepresentations = (fixed: readonly number[], count: number) => Float32Array | Promise<Float32Array>

export interface FactorVaeOptions {
  readonly sampleRepresentations: SampleRepresentations
  /** Global variance of each unit, [D]. */
  readonly variance: ArrayLike<number>
  /** The voters: units, or partitions. */
  readonly blocks: readonly Block[]
  /** The factors that are held fixed, and have to be told from the vote: single ones, or groups of them. */
  readonly classes: ReadonlyArray<readonly number[]>
  readonly seed: number
  /** Votes to learn the majority from, default 1000; disentanglement_lib: 10,000. */
  readonly trainVotes?: number | undefined
  /** Votes to judge it by, default 500; disentanglement_lib: 5,000. */
  readonly testVotes?: number | undefined
  /** Images a vote, default 64, as disentanglement_lib. */
  readonly batchSize?: number | undefined
  readonly pace?: Pace | undefined
}

/** Units that vary less are collapsed to the prior. */
const SMALLEST_DEVIATION = 0.05

export interface FactorVaeScore {
  /** Accuracy on votes not learnt from; chance is 1 / classes. */
  readonly score: number
  readonly trainScore: number
  /** Votes to learn from by block and class, [blocks][classes]. */
  readonly votes: number[][]
}

/**
 * FactorVAE score (Kim & Mnih 2018, "Disentangling by factorising", section 4): a batch of images shares one factor;
 * the code whose variance over the batch, divided by its variance over all images, is smallest casts a vote; a majority
 * vote classifier tells the factor from the code. For a partition the normalised variances of its units are averaged,
 * and a whole group of factors is held fixed, since a partition may stand for several. Units whose standard deviation
 * over all images is below 0.05 do not vote (disentanglement_lib's `prune_dims.threshold`). Its `factor_vae.py` takes
 * 64 images a vote, 10,000 votes to learn from and 5,000 to judge.
 * @throws TrainerError PVAE_INVALID_PARAMETER where representations have the wrong length, or nothing varies
 */
export async function factorVaeScore (options: FactorVaeOptions): Promise<FactorVaeScore> {
  const { variance, blocks, classes, seed, trainVotes = 1000, testVotes = 500 } = options
  if (classes.length === 0) throw invalid('at least 1 factor for the FactorVAE score', 'none')
  const voters = blocks.map(({ units }) => units.filter(unit => Math.sqrt(variance[unit]!) >= SMALLEST_DEVIATION))
  if (voters.every(units => units.length === 0)) {
    throw invalid(`at least 1 unit with a deviation of ${SMALLEST_DEVIATION} or more for the FactorVAE score`, 'none')
  }
  const train = await castVotes(options, voters, trainVotes, createRandom(seed, 'factor-vae', 'train'))
  const test = await castVotes(options, voters, testVotes, createRandom(seed, 'factor-vae', 'test'))
  const predicted = train.map(votes => votes.indexOf(Math.max(...votes)))
  const accuracy = (votes: number[][], total: number) =>
    votes.reduce((sum, row, block) => sum + row[predicted[block]!]!, 0) / total
  return { score: accuracy(test, testVotes), trainScore: accuracy(train, trainVotes), votes: train }
}

async function castVotes (
  { sampleRepresentations, variance, blocks, classes, batchSize = 64, pace = UNPACED }: FactorVaeOptions,
  voters: readonly number[][],
  count: number,
  random: Random
): Promise<number[][]> {
  const votes = blocks.map(() => classes.map(() => 0))
  for (let vote = 0; vote < count; vote++) {
    if (vote % 64 === 0) await pace()
    const chosen = random.integer(classes.length)
    const means = await sampleRepresentations(classes[chosen]!, batchSize)
    if (means.length !== batchSize * variance.length) {
      throw invalid(`${batchSize} × ${variance.length} values from sampleRepresentations`, String(means.length))
    }
    const moments = new RunningMoments(variance.length, { covariance: false })
    moments.add(means)
    const local = moments.variance()
    const spread = voters.map(units =>
      units.length === 0
        ? Infinity
        : units.reduce((sum, unit) => sum + local[unit]! / variance[unit]!, 0) / units.length
    )
    votes[spread.indexOf(Math.min(...spread))]![chosen]!++
  }
  return votes
}
