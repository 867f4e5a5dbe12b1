import { invalid } from '../config/invalid.js'
import { readRestarts } from '../fit/attempts.js'
import { fitWithRestarts, type RestartsResult } from '../fit/restarts.js'
import { checkResumable } from '../fit/resumption.js'
import type { RunDirectory } from '../fit/run-directory.js'
import { refusalOf } from './load-checkpoint.js'
import { measureAttempt } from './measure-attempt.js'
import type { RunContext } from './observer.js'
import { trainOnce, type Training } from './train-once.js'

/**
 * Tells how many attempts a run may have in all; undefined for a run of one attempt, and for one whose attempts are
 * over.
 * @param asked for a run that goes on: it must be as many as it began with
 * @throws TrainerError PVAE_CONFIG_INVALID
 */
export async function attemptsLeft (asked: number | undefined, run: RunDirectory): Promise<number | undefined> {
  const begun = await readRestarts(run.path)
  if (asked !== undefined && asked !== begun?.restarts) {
    throw invalid(
      '--restarts',
      begun === undefined ? 'no restarts, as the run began,' : `${begun.restarts}, as the run began,`,
      String(asked)
    )
  }
  return begun?.kept === undefined ? begun?.restarts : undefined
}

/** Trains from several seeds, or goes on doing so, and keeps the best. */
export async function trainAttempts (
  training: Omit<Training, 'checkpoint' | 'giveUp'>,
  restarts: number,
  context: RunContext
): Promise<RestartsResult> {
  const { options, config, network, data: { train }, run } = training
  const { observer, signal } = context
  checkResumable({ config: run.config, dataFingerprint: train.fingerprint }, config, train.fingerprint)
  return await fitWithRestarts({
    run,
    config,
    restarts,
    train ({ attempt, restarts, ...ofAttempt }) {
      const { config: { seed }, checkpoint } = ofAttempt
      observer.onAttempt?.({ attempt, restarts, seed, step: checkpoint?.state.step })
      return trainOnce({ ...training, ...ofAttempt }, context)
    },
    measure: (config, state) => measureAttempt(config, network, train, state, signal, options.engine.threads),
    signal,
    onRefused: refusalOf(observer),
    onAttempt: attempt => observer.onAttemptEnd?.(attempt),
  })
}
