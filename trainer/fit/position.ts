import { latentSizeOf, layOutPartitions, type Partition } from '@partition-vae/models'
import { TrainerError } from '../foundation/errors.js'
import { emptySums, type EpochSums } from './epoch-sums.js'
import type { FitOptions } from './options.js'
import { checkResumable } from './resumption.js'
import { epochOf, totalStepsOf } from './run-length.js'
import { scheduleAt, type Scheduled } from './schedule.js'

/** A run from its first step to its last, as the config plans it: the same in every process that works on it. */
export interface Course {
  readonly partitions: readonly Partition[]
  readonly stepsPerEpoch: number
  readonly totalSteps: number
  /** Gives what is in force at a step, from 0. */
  scheduleAt (step: number): Scheduled
  /** Tells whether an epoch, or the run, ends after so many steps. */
  isEnd (step: number): boolean
}

export function planCourse ({ config, network, batches: { stepsPerEpoch } }: FitOptions): Course {
  const totalSteps = totalStepsOf(config.fit, stepsPerEpoch)
  const phaseStarts = network.phases.map(({ from }) => from)
  return {
    partitions: layOutPartitions(config.model.partitions),
    stepsPerEpoch,
    totalSteps,
    scheduleAt (step) {
      const ofRun = scheduleAt(step, totalSteps, config.fit, config.objective, phaseStarts)
      const scheduled = { ...network.scheduleAt(step, totalSteps), ...ofRun.scheduled }
      return Object.keys(scheduled).length === 0 ? ofRun : { ...ofRun, scheduled }
    },
    isEnd: step => step % stepsPerEpoch === 0 || step === totalSteps,
  }
}

/** Tells how far a run has come. The loop moves it on; checkpoints hold what outlives the process. */
export interface Position {
  /** Steps taken since the run began. */
  step: number
  /** Sums over the epoch under way. */
  sums: EpochSums
  /** Wall time spent in training steps, over all processes that worked on the run. */
  trainedSeconds: number
  /** Steps of the epoch that this process took, and their seconds: earlier ones had other speeds. */
  epochSteps: number
  epochSeconds: number
}

/**
 * Gives the position of a checkpoint, or of a run's beginning where there is none.
 * @throws TrainerError PVAE_CHECKPOINT_MISMATCH, PVAE_DATA_MISMATCH
 */
export function startingPosition (
  { config, dataFingerprint, checkpoint }: FitOptions,
  { stepsPerEpoch, totalSteps }: Course
): Position {
  const fresh = { epochSteps: 0, epochSeconds: 0 }
  if (checkpoint === undefined) {
    return { step: 0, sums: emptySums(latentSizeOf(config.model.partitions)), trainedSeconds: 0, ...fresh }
  }
  checkResumable(checkpoint, config, dataFingerprint)
  const { state: { step }, epochSums, trainedSeconds } = checkpoint
  if (step > totalSteps) {
    const { epochs, steps } = config.fit
    throw new TrainerError(
      'PVAE_CHECKPOINT_MISMATCH',
      steps === undefined
        ? `expected at least ${epochOf(step, stepsPerEpoch)} for fit.epochs, as many as the run has had, but ` +
          `received ${epochs}`
        : `expected at least ${step} for fit.steps, as many as the run has had, but received ${steps}`
    )
  }
  return { step, sums: epochSums, trainedSeconds, ...fresh }
}
