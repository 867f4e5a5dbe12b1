import { join } from 'node:path'
import { writeFileAtomic } from '../../foundation/files.js'
import { readRun } from '../../fit/run-directory.js'
import type { StudyState, Trial } from '../journal/replay.js'
import { nonDominationRanks } from '../sample/pareto.js'
import { asLoss, type Objective } from '../study/objective.js'
import { RUNS, runNameOf } from '../study/run-trial.js'

/**
 * Lists the trials that no other beats: the one with the best value, or with several objectives the Pareto front, best
 * first objective first. Of equals the first trial counts where there is one objective.
 */
export function bestTrials ({ trials }: StudyState, objectives: readonly Objective[]): Trial[] {
  const complete = trials.filter(({ state, values }) => state === 'complete' && values !== undefined)
  const losses = complete.map(({ values }) => objectives.map((objective, i) => asLoss(values![i]!, objective)))
  const ranks = nonDominationRanks(losses)
  const front = complete.map((_, i) => i).filter(i => ranks[i] === 0).sort((i, j) => losses[i]![0]! - losses[j]![0]!)
  return (objectives.length === 1 ? front.slice(0, 1) : front).map(i => complete[i]!)
}

/** Tells whether the first `count` trials to end were beaten by this one, in its one objective. */
export function isNewBest (trial: Trial, before: readonly Trial[], [objective]: readonly Objective[]): boolean {
  if (trial.state !== 'complete' || trial.values === undefined) return false
  const loss = asLoss(trial.values[0]!, objective!)
  return before.every(({ state, values }) => state !== 'complete' || asLoss(values![0]!, objective!) > loss)
}

/**
 * Writes the configs of the best trials into the study's folder, as `pvae train --config` takes them: `best.json`, or
 * of a Pareto front `best-<trial>.json` each.
 * @returns paths, in the trials' order
 * @throws TrainerError PVAE_OUTPUT_UNWRITABLE; PVAE_RUN_NOT_FOUND where a trial's folder was deleted
 */
export async function writeBestConfigs (
  directory: string,
  trials: readonly Trial[],
  objectives: readonly Objective[]
): Promise<string[]> {
  const paths: string[] = []
  for (const { number } of trials) {
    const { config } = await readRun({ runs: join(directory, RUNS), name: runNameOf(number) })
    const path = join(directory, objectives.length === 1 ? 'best.json' : `best-${number}.json`)
    await writeFileAtomic(path, `${JSON.stringify(config, null, 2)}\n`)
    paths.push(path)
  }
  return paths
}
