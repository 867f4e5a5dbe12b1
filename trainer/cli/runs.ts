import { TrainerError } from '../foundation/errors.js'
import type { Checkpoint } from '../fit/checkpoint.js'
import type { RunDirectory } from '../fit/run-directory.js'
import type { CliContext } from './context.js'

/**
 * The last whole checkpoint of a run.
 * @param onRefused told of each newer one that is damaged
 * @throws TrainerError PVAE_CHECKPOINT_NOT_FOUND for a run that has none yet, PVAE_CHECKPOINT_INVALID when none is
 * whole
 */
export async function loadTrained (run: RunDirectory, onRefused: (error: TrainerError) => void): Promise<Checkpoint> {
  const latest = await run.checkpoints.loadLatest(onRefused)
  if (latest === undefined) {
    throw new TrainerError(
      'PVAE_CHECKPOINT_NOT_FOUND',
      `expected a checkpoint in ${run.checkpoints.directory} but found none yet`
    )
  }
  return latest.checkpoint
}

export function warnRefused ({ stderr }: CliContext): (error: TrainerError) => void {
  return error => stderr.write(`pvae: ${error.message}; the checkpoint before it is used\n`)
}
