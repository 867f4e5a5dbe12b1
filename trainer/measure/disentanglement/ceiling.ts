import type { Static } from '@partition-vae/models/typebox'
import type { Work } from '../work/job.js'
import { groupScores, record } from './group-scores.js'
import { explainedVariance } from './probe-predictions.js'
import { probe } from './probe.js'
import { selectColumns, type Factors, type Split } from './representation.js'
import type { CeilingSchema } from './schema.js'
import type { Targets } from './targets.js'

export type Ceiling = Static<typeof CeilingSchema>

/**
 * Measures how large the gaps of a perfect model are. In real footage factors are correlated: the ball's height says
 * where the players are. A partition that holds exactly the factors of one group then also predicts other groups, and
 * the gap 1 − (second best) stays below 1 however good the model is. So the perfect latent is measured like any other:
 * its partitions are the groups, its units the true factors as probes predict them, its probes those of the model.
 * `fromOthers` is the R² of a group from the true factors of all other groups together: what a partition that never
 * sees the group's object may reach.
 */
export async function measureCeiling (
  { groups, names: factors }: Factors,
  targets: Targets,
  options: { seed: number; split: Split; steps?: number | undefined; work?: Work | undefined }
): Promise<Ceiling> {
  const names = Object.keys(groups)
  const inputOf = (members: readonly number[]) =>
    selectColumns(targets.table, members.flatMap(k => targets.columnsOf[k]!))
  const groupFactors = names.map(name => inputOf(groups[name]!))
  const all = factors.map((_, k) => k)
  const rest = names.map(name => all.filter(k => !groups[name]!.includes(k)))
  const others = names.filter((_, g) => rest[g]!.length > 0)
  const inputs = [
    ...groupFactors,
    ...rest.filter(members => members.length > 0).map(inputOf),
  ]
  const explained = explainedVariance(await probe({ inputs, targets, ...options }))
  const { gap, meanGap } = groupScores(explained.slice(0, names.length), names, groups)
  // With one group alone there is nothing to predict it from.
  const fromOthers = names.map(name =>
    others.includes(name)
      ? groupScores([explained[names.length + others.indexOf(name)]!], ['others'], { [name]: groups[name]! }).meanBest
      : 0
  )
  return { gap, meanGap, fromOthers: record(names, fromOthers) }
}
