import type { RunConfig } from '../config/schema.js'
import type { ImageDataset } from '../data/dataset.js'
import type { Checkpoint } from '../fit/checkpoint.js'
import { checkResumable } from '../fit/resumption.js'
import type { RunDirectory, WritableRun } from '../fit/run-directory.js'
import { TrainerError } from '../foundation/errors.js'
import type { RunObserver } from './observer.js'

/**
 * Loads the last whole checkpoint of a run.
 * @throws TrainerError PVAE_CHECKPOINT_NOT_FOUND for a run that has none yet, PVAE_CHECKPOINT_INVALID when none is
 * whole
 */
export async function loadCheckpoint (run: RunDirectory, observer: RunObserver): Promise<Checkpoint> {
  const latest = await run.checkpoints.loadLatest(refusalOf(observer))
  if (latest === undefined) {
    throw new TrainerError(
      'PVAE_CHECKPOINT_NOT_FOUND',
      `expected a checkpoint in ${run.checkpoints.directory} but found none yet`
    )
  }
  return latest.checkpoint
}

/**
 * Loads the checkpoint that a run goes on from; undefined for a run that was killed before its first. The run takes on
 * the config it goes on with.
 * @throws TrainerError PVAE_CHECKPOINT_MISMATCH, PVAE_DATA_MISMATCH, PVAE_CHECKPOINT_INVALID
 */
export async function resumeCheckpoint (
  run: WritableRun,
  config: RunConfig,
  { fingerprint }: ImageDataset,
  observer: RunObserver
): Promise<Checkpoint | undefined> {
  const latest = await run.checkpoints.loadLatest(refusalOf(observer))
  checkResumable(latest?.checkpoint ?? { config: run.config, dataFingerprint: fingerprint }, config, fingerprint)
  await run.writeConfig(config)
  observer.onResume?.(latest && { step: latest.checkpoint.state.step, path: latest.path })
  return latest?.checkpoint
}

/** Tells an observer of each newer checkpoint that is damaged. */
export function refusalOf (observer: RunObserver): (error: TrainerError) => void {
  return error => observer.onRefusedCheckpoint?.(error)
}
