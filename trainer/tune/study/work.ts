import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { invalid } from '../../config/invalid.js'
import { RUNS, runNameOf, runTrial, type TrialOptions } from './run-trial.js'
import type { Study, TrialEnd } from './study.js'

export interface WorkOptions extends TrialOptions {
  /** Trials of the study in all, whoever runs them. */
  readonly trials: number
  /** By `performance.now()`: no trial begins after it; those that run go on to their end. */
  readonly until: number
}

/** Between two looks at a study whose trials all have their process, in ms. */
const PAUSE = 1000

/** After so many trials none of which could be trained, nobody waits for the next. */
const HOPELESS = 3

/** Told of the trials that this process takes. */
export interface WorkObserver {
  onClaim? (trial: number): void
  onEnd? (trial: number, end: TrialEnd): void
}

/**
 * Runs trials until the study is finished or the signal is aborted. Any number of processes may do so.
 * @throws TrainerError for what would stop every trial, and where the first trials all failed
 */
export async function workOn (study: Study, options: WorkOptions, signal: AbortSignal): Promise<void> {
  while (await workOnOne(study, options, signal) === 'ended') continue
}

/**
 * Runs one trial: one that was lost, else a new one. Where others work on all that is left, it waits for what becomes
 * of it.
 * @returns finished: there is none to run any more
 * @throws as `workOn`
 */
export async function workOnOne (
  study: Study, options: WorkOptions, signal: AbortSignal, observer: WorkObserver = {}
): Promise<'ended' | 'finished' | 'interrupted'> {
  while (!signal.aborted) {
    checkHope(study)
    const claim = await study.claim({ trials: options.trials, begins: performance.now() < options.until })
    if (claim === 'finished') return 'finished'
    if (claim === 'waiting') {
      await pause(signal)
      continue
    }
    const { trial: { number } } = claim
    observer.onClaim?.(number)
    try {
      const end = await runTrial(study, claim, options, signal)
      if (end === undefined) {
        await pause(signal)
        continue
      }
      await study.end(claim.trial, end)
      // Nobody goes on with it, and its page was never drawn.
      if (end.state === 'pruned') await forgetCheckpoints(study, number)
      observer.onEnd?.(number, end)
      return 'ended'
    } finally {
      await claim.lease.release()
    }
  }
  return 'interrupted'
}

async function forgetCheckpoints ({ directory }: Study, trial: number): Promise<void> {
  await rm(join(directory, RUNS, runNameOf(trial), 'checkpoints'), { recursive: true, force: true })
}

async function pause (signal: AbortSignal): Promise<void> {
  await sleep(PAUSE, undefined, { signal }).catch(() => {})
}

/** @throws TrainerError PVAE_CONFIG_INVALID where the first trials all failed */
export function checkHope (study: Study): void {
  const { trials } = study.state()
  const ended = trials.filter(({ state }) => state !== 'running')
  if (ended.length < HOPELESS || ended.some(({ state }) => state !== 'fail')) return
  const reason = ended.at(-1)!.userAttributes.get('pvae:error')
  throw invalid('the search space', 'trials that can be trained', `${ended.length} that failed, the last since: ${reason}`)
}
