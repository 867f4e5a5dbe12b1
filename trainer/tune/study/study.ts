import { join } from 'node:path'
import { openLeases } from '@partition-vae/collections/work'
import { createDirectory } from '../../foundation/files.js'
import { openJournal, type Journal } from '../journal/file.js'
import {
  createStudy, endTrial, setIntermediateValue, setMetricNames, setTrialAttribute, type State,
} from '../journal/operations.js'
import type { JournalState, StudyState, Trial } from '../journal/replay.js'
import { isStopped } from './asha.js'
import { claimTrial, type Budget, type Claim } from './claim.js'
import { noteCrash } from './crash.js'
import { asLoss } from './objective.js'
import { checkSameStudy, settingsOperations, type StudyOptions } from './settings.js'

/** In a study's folder. */
export const JOURNAL = 'journal.log'

export interface Study {
  readonly directory: string
  readonly state: () => StudyState
  refresh (): Promise<void>
  /**
   * Takes a trial: one whose process was lost, else a new one, while there are fewer than `trials` and `begins` says
   * so. `waiting` while others work on what is left, which may be lost yet.
   */
  claim (budget: Budget): Promise<Claim | 'waiting' | 'finished'>
  /** Reports an objective after an epoch. → true where the trial is to be stopped */
  report (trial: Trial, epoch: number, value: number): Promise<boolean>
  /** Ends a trial, and says more about it. */
  end (trial: Trial, end: TrialEnd): Promise<void>
  /**
   * Notes that the process of a trial ended in the middle of it, and not because it was told to. A trial to which that
   * happens again and again fails.
   */
  noteCrash (number: number, reason: string): Promise<void>
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
    claim: budget => journal.change(state => claimTrial(state, studyOf(state, name), leases, options, budget)),
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
    noteCrash: (number, reason) => journal.change(state => noteCrash(studyOf(state, name), leases, number, reason)),
    close: () => leases.close(),
  }
}

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
