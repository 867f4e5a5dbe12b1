/** The state of a journal: what its operations make of each other, by Optuna's rules. */
import { invalid } from '../../config/invalid.js'
import { DIRECTION, OPERATION, STATE, type Direction, type JournalEntry, type State } from './operations.js'

export interface Trial {
  /** Unique in the journal. */
  readonly id: number
  /** Counted from 0 in its study. */
  readonly number: number
  /** The worker that began it. */
  readonly creator: string
  state: State
  /** By path; of a choice the index. */
  readonly parameters: Map<string, number>
  readonly distributions: Map<string, string>
  readonly userAttributes: Map<string, unknown>
  readonly intermediateValues: Map<number, number>
  values: readonly number[] | undefined
  started: string | undefined
  ended: string | undefined
}

export interface StudyState {
  readonly id: number
  readonly name: string
  readonly directions: readonly Direction[]
  readonly userAttributes: Map<string, unknown>
  readonly trials: Trial[]
}

export interface JournalState {
  /** Applies the next line. @throws TrainerError PVAE_CONFIG_INVALID for an operation that Optuna does not have */
  apply (entry: JournalEntry): void
  study (name: string): StudyState | undefined
  /** The id that the next study, and the next trial, will have. */
  readonly nextStudy: number
  readonly nextTrial: number
}

export function createJournalState (): JournalState {
  const studies = new Map<number, StudyState>()
  const trials = new Map<number, Trial>()
  let studiesMade = 0

  const study = (name: string) => [...studies.values()].find(study => study.name === name)
  /** Operations on a trial that is not there, or has ended, change nothing: another process was quicker. */
  const open = (entry: JournalEntry) => {
    const trial = trials.get(entry['trial_id'] as number)
    return trial === undefined || isEnded(trial.state) ? undefined : trial
  }

  return {
    study,
    get nextStudy () { return studiesMade },
    get nextTrial () { return trials.size },
    apply (entry) {
      switch (entry.op_code) {
        case OPERATION.createStudy: {
          const name = String(entry['study_name'])
          if (study(name) !== undefined) return
          const directions = (entry['directions'] as number[]).map(directionOf)
          studies.set(studiesMade, { id: studiesMade, name, directions, userAttributes: new Map(), trials: [] })
          studiesMade++
          return
        }
        case OPERATION.deleteStudy:
          studies.delete(entry['study_id'] as number)
          return
        case OPERATION.setStudyUserAttribute:
          assign(studies.get(entry['study_id'] as number)?.userAttributes, entry['user_attr'])
          return
        case OPERATION.createTrial: {
          const of = studies.get(entry['study_id'] as number)
          if (of === undefined) return
          const trial = trialOf(entry, trials.size, of.trials.length)
          trials.set(trial.id, trial)
          of.trials.push(trial)
          return
        }
        case OPERATION.setTrialParameter: {
          const trial = open(entry)
          trial?.parameters.set(String(entry['param_name']), Number(entry['param_value_internal']))
          trial?.distributions.set(String(entry['param_name']), String(entry['distribution']))
          return
        }
        case OPERATION.setTrialState:
          setState(open(entry), entry)
          return
        case OPERATION.setTrialIntermediateValue:
          open(entry)?.intermediateValues.set(Number(entry['step']), numberOf(entry['intermediate_value']))
          return
        case OPERATION.setTrialUserAttribute:
          assign(open(entry)?.userAttributes, entry['user_attr'])
          return
        case OPERATION.setStudySystemAttribute:
        case OPERATION.setTrialSystemAttribute:
        case OPERATION.discardTrials:
          return // of no interest to us
        default:
          throw invalid('op_code of the journal', 'an integer from 0 to 10', JSON.stringify(entry.op_code))
      }
    },
  }
}

function isEnded (state: State): boolean {
  return state !== 'running' && state !== 'waiting'
}

function setState (trial: Trial | undefined, entry: JournalEntry): void {
  if (trial === undefined) return
  const state = stateOf(entry['state'] as number)
  if (state === 'running' && trial.state === 'running') return
  trial.state = state
  if (state === 'running') trial.started = entry['datetime_start'] as string
  if (isEnded(state)) trial.ended = entry['datetime_complete'] as string
  if (Array.isArray(entry['values'])) trial.values = entry['values'] as number[]
}

/** A trial as it begins; one that is copied from another study comes with all it has. */
function trialOf (entry: JournalEntry, id: number, number: number): Trial {
  const value = entry['value'] as number | null | undefined
  const values = entry['values'] as number[] | null | undefined
  const fields = (name: string) => Object.entries((entry[name] ?? {}) as Record<string, unknown>)
  return {
    id,
    number,
    creator: entry.worker_id,
    state: stateOf((entry['state'] ?? STATE.running) as number),
    parameters: new Map(fields('params').map(([path, value]) => [path, Number(value)])),
    distributions: new Map(fields('distributions').map(([path, value]) => [path, String(value)])),
    userAttributes: new Map(fields('user_attrs')),
    intermediateValues: new Map(fields('intermediate_values').map(([step, value]) => [Number(step), numberOf(value)])),
    values: values ?? (value === null || value === undefined ? undefined : [value]),
    started: (entry['datetime_start'] ?? undefined) as string | undefined,
    ended: (entry['datetime_complete'] ?? undefined) as string | undefined,
  }
}

function stateOf (code: number): State {
  const found = Object.entries(STATE).find(([, value]) => value === code)
  if (found === undefined) throw invalid('state of a trial in the journal', 'an integer from 0 to 4', String(code))
  return found[0] as State
}

function directionOf (code: number): Direction {
  return code === DIRECTION.maximize ? 'maximize' : 'minimize'
}

function assign (attributes: Map<string, unknown> | undefined, given: unknown): void {
  for (const [name, value] of Object.entries(given as Record<string, unknown>)) attributes?.set(name, value)
}

/** What was no number in Python's JSON is read as null. */
function numberOf (value: unknown): number {
  return value === null ? NaN : Number(value)
}
