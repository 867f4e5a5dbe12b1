/** Whose a trial is: processes take those that were lost, and draw new ones. */
import { hostname } from 'node:os'
import type { Lease, Leases } from '@partition-vae/collections/work'
import { createRandom } from '../../random/index.js'
import { distributionOf } from '../journal/distribution.js'
import { WORKER_PREFIX, type Change } from '../journal/file.js'
import { createTrial, endTrial, setParameter, setTrialAttribute, type Operation } from '../journal/operations.js'
import type { JournalState, StudyState, Trial } from '../journal/replay.js'
import { sampleUniformly } from '../sample/random.js'
import { sampleByTpe } from '../sample/tpe.js'
import { groupsOf, holds, type Drawn } from '../space/groups.js'
import { observationsOf } from './observations.js'
import type { StudyOptions } from './settings.js'

/** A trial that this process works on. */
export interface Claim {
  readonly trial: Trial
  readonly drawn: Drawn
  readonly lease: Lease
  /** Another process began it and was lost. */
  readonly isTakenOver: boolean
}

/** How much of a study there is to be. */
export interface Budget {
  /** Trials in all. */
  readonly trials: number
  /** Whether new ones begin. */
  readonly begins: boolean
}

type Decision = Change<Claim | 'waiting' | 'finished'>

/** Takes a trial that was lost, else a new one, where the budget has one left. */
export async function claimTrial (
  state: JournalState, study: StudyState, leases: Leases, options: StudyOptions, budget: Budget
): Promise<Decision> {
  return await takeOver(study, leases, options) ?? await takeNew(state, study, leases, options, budget)
}

/** Counts the trials that have not ended yet, whether they have begun or not. */
export function countLeft (study: StudyState, { trials, begins }: Budget): number {
  return runningIn(study).length + (begins ? Math.max(0, trials - study.trials.length) : 0)
}

/** Takes a trial of a process that was lost. */
async function takeOver (study: StudyState, leases: Leases, { space }: StudyOptions): Promise<Decision | undefined> {
  for (const trial of runningIn(study)) {
    const lease = await leases.take(leaseOf(trial.number))
    if (lease === undefined) continue
    const drawn = Object.fromEntries(trial.parameters)
    if (!isWhole(drawn)) {
      // Its process was lost while it wrote the trial's lines. The next claim looks at the others.
      await lease.release()
      return { operations: [endTrial(trial.id, 'fail', null)], result: 'waiting' }
    }
    return { operations: [workerOf(trial.id)], result: { trial, drawn, lease, isTakenOver: true } }
  }
  return undefined

  function isWhole (drawn: Drawn): boolean {
    return groupsOf(space).every(({ paths, when }) =>
      !holds(when, space, drawn) || paths.every(path => drawn[path] !== undefined))
  }
}

async function takeNew (
  state: JournalState,
  study: StudyState,
  leases: Leases,
  { space, objectives, sampler, seed }: StudyOptions,
  budget: Budget
): Promise<Decision> {
  const number = study.trials.length
  if (!budget.begins || number >= budget.trials) {
    return { operations: [], result: countLeft(study, budget) === 0 ? 'finished' : 'waiting' }
  }
  const random = createRandom(seed, 'tune', number)
  const drawn = sampler === 'random'
    ? sampleUniformly(space, random)
    : sampleByTpe(space, observationsOf(study, objectives), random)
  const lease = await leases.take(leaseOf(number))
  // A process of another machine was lost before it had written the trial: its lease runs out.
  if (lease === undefined) return { operations: [], result: 'waiting' }
  const id = state.nextTrial
  const trial: Trial = {
    id,
    number,
    creator: WORKER_PREFIX,
    state: 'running',
    parameters: new Map(Object.entries(drawn)),
    distributions: new Map(),
    userAttributes: new Map(),
    intermediateValues: new Map(),
    values: undefined,
    started: undefined,
    ended: undefined,
  }
  const operations = [
    createTrial(study.id),
    ...Object.entries(drawn).map(([path, value]) => setParameter(id, path, value, distributionOf(space[path]!))),
    workerOf(id),
  ]
  return { operations, result: { trial, drawn, lease, isTakenOver: false } }
}

/** Our trials that run. What Optuna runs in the same study is its own. */
function runningIn ({ trials }: StudyState): Trial[] {
  return trials.filter(({ state, creator }) => state === 'running' && creator.startsWith(WORKER_PREFIX))
}

export const leaseOf = (number: number) => `trial-${number}`

function workerOf (trial: number): Operation {
  return setTrialAttribute(trial, 'pvae:worker', `${hostname()}:${process.pid}`)
}
