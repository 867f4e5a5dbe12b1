import { TrainerError } from '../foundation/errors.js'

/** Tells how far a run had come when it was interrupted: what is kept and how to go on follow from that. */
export type InterruptedStage =
  | { readonly at: 'decoding', /** Files; those done are kept. */ readonly done?: number, readonly total?: number }
  | { readonly at: 'analysing' }
  | { readonly at: 'before training' }
  | {
    /** Also while an epoch or an attempt is measured. */
    readonly at: 'training'
    /** The run's name. */
    readonly run: string
    readonly step: number
    readonly totalSteps: number
    /** The checkpoint that holds this step. */
    readonly path: string
  }
  /** While the result is measured: the training is saved already. */
  | { readonly at: 'assessing', /** The run's name. */ readonly run: string }

/** Ends a run that was interrupted, after all is saved. */
export class RunInterrupted extends Error {
  override readonly name = 'RunInterrupted'
  readonly stage: InterruptedStage

  constructor (stage: InterruptedStage) {
    super(`interrupted while ${stage.at}`)
    this.stage = stage
  }
}

/** Ends a run that has begun and can't write any more. What it saved before is whole: it can be resumed. */
export class RunUnwritable extends TrainerError {
  /** The run's name. */
  readonly run: string

  constructor (run: string, cause: TrainerError) {
    super('PVAE_OUTPUT_UNWRITABLE', cause.message, { cause })
    this.run = run
  }
}
