import type { RunConfig } from '../config/schema.js'
import type { Engine, StepMetrics } from '../engine/engine.js'
import type { TrainingState } from '../foundation/training-state.js'
import type { Network } from '../model/network.js'
import type { Timeline } from '../profile/timeline.js'
import type { BatchSource } from './batch-source.js'
import type { Checkpoint } from './checkpoint.js'
import type { LabelledSource } from './labelled-source.js'
import type { Unshared } from './unshared.js'
import type { EpochRecord, TestAverages } from './record.js'
import type { WritableRun } from './run-directory.js'
import type { Scheduled } from './schedule.js'

/** Told after every step. */
export interface StepReport extends Scheduled {
  /** Steps taken since the run began. */
  readonly step: number
  readonly totalSteps: number
  readonly stepsPerEpoch: number
  readonly batchSize: number
  readonly metrics: StepMetrics
}

export interface FitOptions {
  readonly config: RunConfig
  /** The config's, at full resolution. */
  readonly network: Network
  /** Holds the seed's initial state. */
  readonly engine: Engine
  readonly batches: BatchSource
  /** Given exactly when the objective has labels. */
  readonly labelled?: LabelledSource | undefined
  /** Given exactly when the objective has pairs whose differing factor is known. */
  readonly unshared?: Unshared | undefined
  readonly dataFingerprint: string
  readonly run: WritableRun
  /** Go on from this; from the start when absent. */
  readonly checkpoint?: Checkpoint | undefined
  /**
   * Measures the test split, for the log; undefined where it could not be. May throw once the signal is aborted: a
   * resumed run measures it then.
   */
  readonly evaluate?: ((state: TrainingState, scheduled: Scheduled) => Promise<TestAverages | undefined>) | undefined
  /** Evaluate after every so many epochs, and after the last one. Default 1. */
  readonly evaluateEvery?: number | undefined
  /**
   * Asked before the first step of each further tenth of the run whether to give the run up, and why. Default: never.
   */
  readonly giveUp?: ((state: TrainingState, progress: number) => Promise<string | undefined>) | undefined
  /**
   * Once aborted: the step under way is finished or measuring is stopped, a checkpoint saved, and the outcome is
   * `interrupted`.
   */
  readonly signal?: AbortSignal | undefined
  /** Told how long each part of the loop takes. */
  readonly timeline?: Pick<Timeline, 'span'> | undefined
  /** Waited for, as `onEpoch` is: what they write is there before a checkpoint that follows. */
  readonly onStep?: ((report: StepReport) => unknown) | undefined
  readonly onEpoch?: ((record: EpochRecord) => unknown) | undefined
  /** Milliseconds, monotonic: for checkpoints by time. */
  readonly now?: (() => number) | undefined
}

/** Options whose loop is timed, be it by nobody. */
export type TimedOptions = FitOptions & { readonly timeline: Pick<Timeline, 'span'> }

export interface FitResult {
  readonly outcome: 'finished' | 'interrupted' | 'given up'
  /** The reason why it was given up. */
  readonly reason?: string
  readonly state: TrainingState
  readonly totalSteps: number
  /** Wall time spent in training steps, over all processes that worked on the run. */
  readonly trainedSeconds: number
  /** The checkpoint that holds `state`. */
  readonly path: string
}
