import { join } from 'node:path'
import { hostname } from 'node:os'
import { openLeases, type Lease, type Leases } from '@partition-vae/collections/work'
import { createDirectory } from '../../foundation/files.js'
import { createRandom } from '../../random/index.js'
import { distributionOf } from '../journal/distribution.js'
import { openJournal, WORKER_PREFIX, type Journal } from '../journal/file.js'
import {
  createStudy, createTrial, endTrial, setIntermediateValue, setMetricNames, setParameter, setTrialAttribute,
  type Operation, type State,
} from '../journal/operations.js'
import type { JournalState, StudyState, Trial } from '../journal/replay.js'
import { sampleUniformly } from '../sample/random.js'
import { sampleByTpe } from '../sample/tpe.js'
import { groupsOf, holds, type Drawn } from '../space/groups.js'
import { isStopped } from './asha.js'
import { asLoss } from './objective.js'
import { observationsOf } from './observations.js'
import { checkSameStudy, settingsOperations, type StudySettings } from './settings.js'

export type SamplerName = 'tpe' | 'random'

export interface StudyOptions extends StudySettings {
  /** The study's folder. */
  readonly directory: string
  readonly name: string
  readonly sampler: SamplerName
  readonly seed: number
  /** Whether trials are stopped early. */
  readonly prunes: boolean
}

/** A trial that this process works on. */
export interface Claim {
  readonly trial: Trial
  readonly drawn: Drawn
  readonly lease: Lease
  /** Another process began it and was lost. */
  readonly isTakenOver: boolean
}

export interface Study {
  readonly directory: string
  readonly state: () => StudyState
  refresh (): Promise<void>
  /**
   * Takes a trial: one whose process was lost, else a new one, while there are fewer than `trials` and `begins` says
   * so. `waiting` while others work on what is left, which may be lost yet.
   */
  claim (budget: { readonly trials: number, readonly begins: boolean }): Promise<Claim | 'waiting' | 'finished'>
  /** Reports an objective after an epoch. → true where the trial is to be stopped */
  report (trial: Trial, epoch: number, value: number): Promise<boolean>
  /** Ends a trial, and says more about it. */
  end (trial: Trial, end: TrialEnd): Promise<void>
  /** Gives back what is still held. */
  close (): Promise<void>
}

export interface TrialEnd {
  readonly state: Exclude<State, 'running' | 'waiting'>
  readonly values?: readonly number[] | undefined
  readonly attributes: Readonly<Record<string, unknown>>
}

/**
 * Opens a study, which begins where there is none.
 * @throws TrainerError PVAE_CONFIG_INVALID where it began with other settings; PVAE_OUTPUT_UNWRITABLE
 */
export async function openStudy (options: StudyOptions): Promise<Study> {
  const { directory, name } = options
  await createDirectory(directory)
  const journal = await openJournal(join(directory, JOURNAL))
  await begin(journal, options)
  const leases = await openLeases({ folder: join(directory, 'leases') })
  const stateOf = () => studyOf(journal.state, name)
  return {
    directory,
    state: stateOf,
    refresh: () => journal.refresh(),
    claim: budget => journal.change(async state => {
      const study = studyOf(state, name)
      return await takeOver(study, leases, options) ?? await takeNew(state, study, leases, options, budget)
    }),
    report: (trial, epoch, value) => journal.change(state => {
      const [objective] = options.objectives
      const others = studyOf(state, name).trials.filter(({ id }) => id !== trial.id)
      const losses = others.flatMap(({ intermediateValues }) => {
        const other = intermediateValues.get(epoch)
        return other === undefined ? [] : [asLoss(other, objective!)]
      })
      const operations = Number.isFinite(value) ? [setIntermediateValue(trial.id, epoch, value)] : []
      return { operations, result: options.prunes && isStopped(epoch, asLoss(value, objective!), losses) }
    }),
    end: (trial, { state, values, attributes }) => journal.change(() => ({
      operations: [
        ...Object.entries(attributes).map(([key, value]) => setTrialAttribute(trial.id, key, value)),
        endTrial(trial.id, state, values ?? null),
      ],
      result: undefined,
    })),
    close: () => leases.close(),
  }
}

const JOURNAL = 'journal.log'

async function begin (journal: Journal, options: StudyOptions): Promise<void> {
  const { name, objectives } = options
  await journal.change(state => {
    const study = state.study(name)
    if (study !== undefined) {
      checkSameStudy(study, options)
      return { operations: [], result: undefined }
    }
    const id = state.nextStudy
    return {
      operations: [
        createStudy(name, objectives.map(({ direction }) => direction)),
        setMetricNames(id, objectives.map(({ metric }) => metric)),
        ...settingsOperations(id, options),
      ],
      result: undefined,
    }
  })
}

function studyOf (state: JournalState, name: string): StudyState {
  return state.study(name)!
}

interface Decision {
  readonly operations: readonly Operation[]
  readonly result: Claim | 'waiting' | 'finished'
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
  { trials, begins }: { readonly trials: number, readonly begins: boolean }
): Promise<Decision> {
  const number = study.trials.length
  if (!begins || number >= trials) {
    return { operations: [], result: runningIn(study).length === 0 ? 'finished' : 'waiting' }
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

const leaseOf = (number: number) => `trial-${number}`

function workerOf (trial: number): Operation {
  return setTrialAttribute(trial, 'pvae:worker', `${hostname()}:${process.pid}`)
}
