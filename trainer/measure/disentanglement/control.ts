import type { Static } from '@partition-vae/models/typebox'
import { createRandom } from '../../random/index.js'
import type { Work } from '../work/job.js'
import { groupScores } from './group-scores.js'
import { explainedVariance } from './probe-predictions.js'
import { probe } from './probe.js'
import { deviationOf, meanOf, selectColumns, type Block, type Split, type Table } from './representation.js'
import type { ControlSchema } from './schema.js'
import type { Targets } from './targets.js'

export type Control = Static<typeof ControlSchema>

export interface ControlOptions {
  readonly means: Table
  readonly blocks: readonly Block[]
  readonly targets: Targets
  readonly groups: Readonly<Record<string, readonly number[]>>
  readonly seed: number
  readonly split: Split
  /** Training steps of the probes. */
  readonly steps?: number | undefined
  /** Random partitions, ≥ 1. */
  readonly draws: number
  readonly work?: Work | undefined
}

/**
 * The control: the same latent under random partitions of the same sizes. What these score comes from the latent's size
 * and from single units that are meaningful by themselves; only what lies above is the partitions' merit.
 */
export async function measureControl ({
  means,
  blocks,
  targets,
  groups,
  seed,
  split,
  steps,
  draws,
  work,
}: ControlOptions): Promise<Control> {
  const shuffled = Array.from({ length: draws }, (_, draw) => shuffleUnits(blocks, seed, draw))
  const inputs = shuffled.flatMap(draw => draw.map(({ units }) => selectColumns(means, units)))
  const explained = explainedVariance(await probe({ inputs, targets, seed, split, steps, work }))
  const scores = shuffled.map((draw, i) =>
    groupScores(
      explained.slice(i * blocks.length, (i + 1) * blocks.length),
      draw.map(({ name }) => name),
      groups
    )
  )
  const over = (values: number[]) => ({ mean: meanOf(values), deviation: deviationOf(values) })
  return {
    draws,
    meanBest: over(scores.map(({ meanBest }) => meanBest)),
    meanGap: over(scores.map(({ meanGap }) => meanGap)),
    meanAssigned: over(scores.map(({ meanAssigned }) => meanAssigned)),
    disentanglement: over(scores.map(({ disentanglement }) => disentanglement)),
    completeness: over(scores.map(({ completeness }) => completeness)),
  }
}

/** The same units dealt at random to blocks of the same sizes and names. */
export function shuffleUnits (blocks: readonly Block[], seed: number, draw: number): Block[] {
  const units = Uint32Array.from(blocks.flatMap(({ units }) => units))
  createRandom(seed, 'random-partitions', draw).shuffle(units)
  let start = 0
  return blocks.map(({ name, units: { length } }) => {
    start += length
    return { name, units: [...units.subarray(start - length, start)] }
  })
}
