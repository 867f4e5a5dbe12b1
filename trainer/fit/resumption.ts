import { parseRunConfig } from '../config/resolve.js'
import type { RunConfig } from '../config/schema.js'
import { TrainerError } from '../foundation/errors.js'
import type { Checkpoint } from './checkpoint.js'
import { differences } from './comparison.js'
import { dependsOnTotalSteps } from './schedule.js'

/** Settings that leave every weight as it would have been. */
const HARMLESS = ['name', 'description', 'fit.checkpointEverySteps', 'fit.checkpointEverySeconds']
/** How long a run is. */
const LENGTH = ['fit.epochs', 'fit.steps']

/**
 * Whether a run may go on with a config: only where the result is what one uninterrupted run with that config gives.
 * `fit.epochs` and `fit.steps` may differ only if no schedule looks at the run's length (constant learning rate, no β
 * warm-up): a cosine over 20 epochs is not one over 10 with 10 more.
 * @throws TrainerError PVAE_CHECKPOINT_MISMATCH naming the field; PVAE_DATA_MISMATCH
 */
export function checkResumable (
  { config: before, dataFingerprint }: Pick<Checkpoint, 'config' | 'dataFingerprint'>,
  now: RunConfig,
  fingerprint: string
): void {
  // Resolved anew: options that came after the run began had their defaults then.
  for (const { path, before: was, now: is } of differences(parseRunConfig(before), now)) {
    if (HARMLESS.includes(path) || (LENGTH.includes(path) && !dependsOnTotalSteps(now.fit, now.objective, now.model))) {
      continue
    }
    // Steps take the place of epochs.
    if (path === 'fit.epochs' && now.fit.steps !== undefined && before.fit.steps === now.fit.steps) continue
    const reason = LENGTH.includes(path)
      ? '; its schedules depend on the length of the run (constant learning rate and no β warm-up would not)'
      : ''
    throw new TrainerError(
      'PVAE_CHECKPOINT_MISMATCH',
      `expected ${JSON.stringify(was) ?? 'nothing'} for ${path}, as the run began, but received ` +
        `${JSON.stringify(is) ?? 'nothing'}${reason}`
    )
  }
  if (dataFingerprint !== fingerprint) {
    throw new TrainerError(
      'PVAE_DATA_MISMATCH',
      `expected the data the run began with (fingerprint ${dataFingerprint}) but found other data (fingerprint ` +
        `${fingerprint})`
    )
  }
}
