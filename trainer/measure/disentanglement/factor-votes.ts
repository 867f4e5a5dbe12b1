/** The FactorVAE score of scenes that are drawn anew, or of images that share factors. */
import { NotMeasurable, reasonOf } from '../not-measured.js'
import type { Pace } from '../pace.js'
import { factorVaeScore, type SampleRepresentations } from './factor-vae-score.js'
import type { NumberedValues } from './numbered-values.js'
import type { Block, Factors, Table } from './representation.js'
import { resampleRows, shareFactors, type SharedRows } from './row-sampler.js'

export interface VoteOptions {
  readonly means: Table
  readonly factors: Factors
  readonly numbers: readonly NumberedValues[]
  /** Of each unit over all images, [D]. */
  readonly variance: ArrayLike<number>
  readonly seed: number
  /** New scenes that share factors; without it images that do are drawn from those that there are. */
  readonly sampleRepresentations?: SampleRepresentations | undefined
  /** Votes to learn from for the FactorVAE scores, and points for the BetaVAE score; half as many judge. */
  readonly votes: number
  readonly pace?: Pace | undefined
  /** Told of each score that can't be taken, or would say nothing, and why; of all of a level as ''. */
  readonly onLeftOut: (score: string, reason: string) => void
}

/** A set of factors, and the images that share their values. */
export interface Shared { readonly fixed: readonly number[], readonly rows: SharedRows }

/**
 * Finds, for each set of factors that are all discrete, the images that share its values. → undefined where there is no
 * such set, or, with the reason left, too few images share one
 */
export function sharing (
  options: VoteOptions,
  sets: ReadonlyArray<readonly number[]>
): readonly Shared[] | undefined {
  const { numbers, factors: { names } } = options
  const discrete = sets.filter(fixed => fixed.every(k => numbers[k]!.values !== undefined))
  // Continuous factors are never shared: nothing is amiss.
  if (discrete.length === 0) return undefined
  try {
    if (discrete.length < 2) {
      throw new NotMeasurable('expected at least 2 discrete factors, or groups, to be told apart but found 1')
    }
    return discrete.map(fixed => ({ fixed, rows: shareFactors(numbers, fixed, names) }))
  } catch (error) {
    options.onLeftOut('factorVae', reasonOf(error))
    return undefined
  }
}

/** @param all sets of factors, to hold fixed in scenes that are drawn anew where they can be */
export async function factorVae (
  { means, variance, seed, votes, sampleRepresentations, pace }: VoteOptions,
  blocks: readonly Block[],
  all: ReadonlyArray<readonly number[]>,
  shared: readonly Shared[] | undefined
) {
  const classes = sampleRepresentations === undefined ? shared?.map(({ fixed }) => fixed) : all
  if (classes === undefined) return {}
  if (classes.length < 2) {
    throw new NotMeasurable('expected at least 2 factors, or groups, to be told apart but found 1')
  }
  const { score } = await factorVaeScore({
    sampleRepresentations: sampleRepresentations ?? resampleRows(means, shared!, seed),
    variance,
    blocks,
    classes,
    seed,
    trainVotes: votes,
    testVotes: Math.ceil(votes / 2),
    pace,
  })
  return { factorVae: score, factorVaeChance: 1 / classes.length }
}
