/** The lines of a journal in Optuna's format (its JournalStorage, 3.1 and later): an operation each. */

/** Optuna's op_code. */
export const OPERATION = {
  createStudy: 0,
  deleteStudy: 1,
  setStudyUserAttribute: 2,
  setStudySystemAttribute: 3,
  createTrial: 4,
  setTrialParameter: 5,
  setTrialState: 6,
  setTrialIntermediateValue: 7,
  setTrialUserAttribute: 8,
  setTrialSystemAttribute: 9,
  discardTrials: 10,
} as const

export const DIRECTION = { minimize: 1, maximize: 2 } as const
export type Direction = keyof typeof DIRECTION

/** Optuna's TrialState. */
export const STATE = { running: 0, complete: 1, pruned: 2, fail: 3, waiting: 4 } as const
export type State = keyof typeof STATE

/** One line, as it is read: which fields there are depends on the operation. */
export interface JournalEntry {
  readonly op_code: number
  readonly worker_id: string
  readonly [field: string]: unknown
}

/** One line, before the worker that writes it is named. */
export interface Operation {
  readonly op_code: number
  readonly [field: string]: unknown
}

/** Times as Optuna writes them: UTC, to the microsecond. */
const timestamp = (at: Date) => at.toISOString().replace('Z', '000+00:00')

export function createStudy (name: string, directions: readonly Direction[]): Operation {
  return {
    op_code: OPERATION.createStudy,
    study_name: name,
    directions: directions.map(direction => DIRECTION[direction]),
  }
}

export function setStudyAttribute (study: number, name: string, value: unknown): Operation {
  return { op_code: OPERATION.setStudyUserAttribute, study_id: study, user_attr: { [name]: value } }
}

/** Names the objectives, as Optuna's dashboard shows them. */
export function setMetricNames (study: number, names: readonly string[]): Operation {
  return {
    op_code: OPERATION.setStudySystemAttribute,
    study_id: study,
    system_attr: { 'study:metric_names': names },
  }
}

export function createTrial (study: number, now = new Date()): Operation {
  return { op_code: OPERATION.createTrial, study_id: study, datetime_start: timestamp(now) }
}

/** @param distribution as `distributionOf` writes it */
export function setParameter (trial: number, path: string, value: number, distribution: string): Operation {
  return {
    op_code: OPERATION.setTrialParameter,
    trial_id: trial,
    param_name: path,
    param_value_internal: value,
    distribution,
  }
}

export function setTrialAttribute (trial: number, name: string, value: unknown): Operation {
  return { op_code: OPERATION.setTrialUserAttribute, trial_id: trial, user_attr: { [name]: value } }
}

export function setIntermediateValue (trial: number, step: number, value: number): Operation {
  return { op_code: OPERATION.setTrialIntermediateValue, trial_id: trial, step, intermediate_value: value }
}

/** Ends a trial. @param values of all objectives, or none */
export function endTrial (
  trial: number,
  state: Exclude<State, 'running' | 'waiting'>,
  values: readonly number[] | null,
  now = new Date()
): Operation {
  return {
    op_code: OPERATION.setTrialState,
    trial_id: trial,
    state: STATE[state],
    values,
    datetime_complete: timestamp(now),
  }
}
