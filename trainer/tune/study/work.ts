import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { invalid } from '../../config/invalid.js'
import { RUNS, runNameOf, runTrial, type TrialOptions } from './run-trial.js'
import type { Study } from './study.js'

export interface WorkOptions extends TrialOptions {
  /** Trials of the study in all, whoever runs them. */
  readonly trials: number
  /** No trial begins after so many ms from now; those that run go on to their end. */
  readonly time: number
}

/** Between two looks at a study whose trials all have their process, in ms. */
const PAUSE = 1000

/** After so many trials none of which could be trained, nobody waits for the next. */
const HOPELESS = 3

/**
 * Runs trials until the study is finished or the signal is aborted. Any number of processes may do so.
 * @throws TrainerError for what would stop every trial, and where the first trials all failed
 */
export async function workOn (study: Study, options: WorkOptions, signal: AbortSignal): Promise<void> {
  const begun = performance.now()
  while (!signal.aborted) {
    checkHope(study)
    const claim = await study.claim({ trials: options.trials, begins: performance.now() - begun < options.time })
    if (claim === 'finished') return
    if (claim === 'waiting') {
      await pause(signal)
      continue
    }
    try {
      const end = await runTrial(study, claim, options, signal)
      if (end === undefined) {
        await pause(signal)
        continue
      }
      await study.end(claim.trial, end)
      // Nobody goes on with it, and its page was never drawn.
      if (end.state === 'pruned') await forgetCheckpoints(study, claim.trial.number)
    } finally {
      await claim.lease.release()
    }
  }
}

async function forgetCheckpoints ({ directory }: Study, trial: number): Promise<void> {
  await rm(join(directory, RUNS, runNameOf(trial), 'checkpoints'), { recursive: true, force: true })
}

async function pause (signal: AbortSignal): Promise<void> {
  await sleep(PAUSE, undefined, { signal }).catch(() => {})
}

function checkHope (study: Study): void {
  const { trials } = study.state()
  const ended = trials.filter(({ state }) => state !== 'running')
  if (ended.length < HOPELESS || ended.some(({ state }) => state !== 'fail')) return
  const reason = ended.at(-1)!.userAttributes.get('pvae:error')
  throw invalid('the search space', 'trials that can be trained', `${ended.length} that failed, the last since: ${reason}`)
}
