import { createCheckpointClock } from './checkpoint-clock.js'
import { checkState } from './divergence.js'
import type { FitResult, TimedOptions } from './options.js'
import type { Position } from './position.js'

export interface Saver {
  /** Tells whether a checkpoint is due by time. */
  isDue (): boolean
  /**
   * Writes the engine's state and the position.
   * @throws TrainerError PVAE_DIVERGED for a state that is not finite, PVAE_OUTPUT_UNWRITABLE
   */
  save (final?: boolean): Promise<Omit<FitResult, 'outcome' | 'reason'>>
}

export function createSaver (
  { config, engine, run, dataFingerprint, timeline, now = () => performance.now() }: TimedOptions,
  totalSteps: number,
  position: Position
): Saver {
  const clock = createCheckpointClock(config.fit.checkpointEverySeconds, () => now() / 1000)
  async function save (final = false) {
    const begun = now()
    const state = await engine.readState()
    checkState(state)
    const { sums: epochSums, trainedSeconds } = position
    const path = await run.checkpoints.save({ state, config, dataFingerprint, epochSums, trainedSeconds }, { final })
    clock.written((now() - begun) / 1000)
    return { state, path, totalSteps, trainedSeconds }
  }
  return {
    isDue: () => clock.isDue(),
    save: final => timeline.span('save checkpoint', () => save(final)),
  }
}
