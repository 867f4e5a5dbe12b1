/** The records that engines make of the steps they are asked to profile. All times are microseconds. */

export type Shape = readonly number[]

/** One operation of one step. */
export interface ProfiledOperation {
  /** Unique in the graph. */
  readonly name: string
  /** The operator that the runtime ran, in its own words, e.g. `FusedConv`. */
  readonly operator: string
  /** TensorFlow.js's kernel that it was made for; empty for what a runtime adds of itself. */
  readonly kernel: string
  /** The layer of the network; empty outside any. */
  readonly layer: string
  /** Empty where unknown. */
  readonly pass: 'forward' | 'backward' | 'update' | ''
  readonly inputs: readonly Shape[]
  readonly outputs: readonly Shape[]
  /** On the clock of `performance.now()`. */
  readonly start: number
  readonly duration: number
}

/** One step: from the moment its engine hands it to the runtime until the results are there. */
export interface ProfiledRun {
  readonly start: number
  readonly duration: number
  /** The part of it in which operations are run; what comes before and after passes tensors in and out. */
  readonly executionStart: number
  readonly executionDuration: number
  readonly operations: readonly ProfiledOperation[]
  /** What the engine does with the results itself. */
  readonly update?: ProfiledOperation
}

/** All operations of a run, in order. */
export function operationsOf (
  { operations, update }: Pick<ProfiledRun, 'operations' | 'update'>
): readonly ProfiledOperation[] {
  return update === undefined ? operations : [...operations, update]
}

/** Steps one after another. */
export type EngineProfile = readonly ProfiledRun[]
