/**
 * Makes several attempts at one run from different seeds and keeps the best, judged without labels.
 *
 * `runs/<name>/attempts/<k>/` is a whole run of its own, with the seed of the first attempt + k − 1;
 * `runs/<name>/restarts.json` says how each went. In the end the kept attempt's config, log and final checkpoint become
 * those of `runs/<name>`, which then is a run like any other.
 */
import { join } from 'node:path'
import type { RunConfig } from '../config/schema.js'
import type { TrainingState } from '../foundation/training-state.js'
import { TrainerError } from '../foundation/errors.js'
import {
  bestOf,
  isGoodEnough,
  readRestarts,
  reasonToGiveUp,
  writeRestarts,
  type Attempt,
  type AttemptQuality,
} from './attempts.js'
import type { Checkpoint } from './checkpoint.js'
import type { FitOptions, FitResult } from './options.js'
import { parseEpochRecords } from './record.js'
import { createRun, resumeRun, type RunLocation, type WritableRun } from './run-directory.js'

export interface AttemptWork extends Pick<FitOptions, 'config' | 'run' | 'checkpoint' | 'giveUp'> {
  readonly attempt: number
  readonly restarts: number
}

export interface RestartsOptions {
  /** Whose folder the attempts lie in, and whose result the kept one's becomes. */
  readonly run: WritableRun
  /** With the seed of the first attempt. */
  readonly config: RunConfig
  /** Attempts at most, at least 1. */
  readonly restarts: number
  /** Works on one attempt, to whatever end. */
  train (work: AttemptWork): Promise<FitResult>
  /** Measures what an attempt is judged by. */
  measure (config: RunConfig, state: TrainingState): Promise<AttemptQuality>
  /** Once aborted, an attempt that was being measured counts as interrupted: a resumed run measures it. */
  readonly signal?: AbortSignal | undefined
  /** Told of each newer checkpoint that is not whole. */
  onRefused (error: TrainerError): void
  /** Told of each attempt that ended. */
  onAttempt? (attempt: Attempt): void
}

export interface RestartsResult {
  /** The kept attempt's, or that of the one that was interrupted. */
  readonly result: FitResult
  /** That attempt's. */
  readonly config: RunConfig
}

/**
 * Trains up to `restarts` attempts, or goes on where an earlier process stopped. An attempt is given up early when it
 * goes badly, unless it is the last and none has finished; none follows one that finished with a total correlation
 * below ACCEPTED_TOTAL_CORRELATION and no dead partition. Kept is the finished attempt with the fewest dead partitions,
 * then the lowest total correlation, then loss.
 * @throws TrainerError as fit; PVAE_DIVERGED only when no attempt finished
 */
export async function fitWithRestarts (options: RestartsOptions): Promise<RestartsResult> {
  const { run, config, restarts } = options
  const attempts = [...(await readRestarts(run.path))?.attempts ?? []]
  await writeRestarts(run.path, { restarts, attempts })
  let divergence: TrainerError | undefined
  for (let number = attempts.length + 1; number <= restarts && !attempts.some(isGoodEnough); number++) {
    const isNeeded = number === restarts && !attempts.some(({ outcome }) => outcome === 'finished')
    const seeded = { ...config, seed: (config.seed + number - 1) % 2 ** 32 }
    try {
      const ended = await makeAttempt(options, seeded, number, isNeeded)
      if ('interrupted' in ended) return { result: ended.interrupted, config: seeded }
      attempts.push(ended.attempt)
    } catch (error) {
      if (!(error instanceof TrainerError) || error.code !== 'PVAE_DIVERGED') throw error
      divergence = error
      attempts.push({ attempt: number, seed: seeded.seed, outcome: 'diverged', steps: 0, reason: error.message })
    }
    await writeRestarts(run.path, { restarts, attempts })
    options.onAttempt?.(attempts.at(-1)!)
  }
  const best = bestOf(attempts)
  if (best === undefined) {
    throw (
      divergence ??
      new TrainerError('PVAE_DIVERGED', `expected one of ${restarts} attempts to finish but found none that did`)
    )
  }
  const kept = await keepAttempt(run, config, best)
  await writeRestarts(run.path, { restarts, attempts, kept: best.attempt })
  return kept
}

async function makeAttempt (
  options: RestartsOptions,
  config: RunConfig,
  attempt: number,
  isNeeded: boolean
): Promise<{ attempt: Attempt } | { interrupted: FitResult }> {
  const run = await openAttempt(attemptLocation(options.run, attempt), config)
  try {
    const checkpoint = (await run.checkpoints.loadLatest(options.onRefused))?.checkpoint
    const giveUp: FitOptions['giveUp'] = async (state, progress) =>
      reasonToGiveUp(await options.measure(config, state), progress)
    const result = await options.train({
      attempt,
      restarts: options.restarts,
      config,
      run,
      checkpoint,
      ...(isNeeded ? {} : { giveUp }),
    })
    if (result.outcome === 'interrupted') return { interrupted: result }
    let quality: AttemptQuality
    try {
      quality = await options.measure(config, result.state)
    } catch (error) {
      if (options.signal?.aborted === true) return { interrupted: { ...result, outcome: 'interrupted' } }
      throw error
    }
    const last = parseEpochRecords(await run.readLog()).at(-1)
    const loss = last?.test?.loss ?? last?.train.loss
    return {
      attempt: {
        attempt,
        seed: config.seed,
        outcome: result.outcome,
        steps: result.state.step,
        ...(result.reason === undefined ? {} : { reason: result.reason }),
        ...quality,
        ...(loss === undefined ? {} : { loss }),
      },
    }
  } finally {
    await run.close()
  }
}

const attemptLocation = (run: Pick<WritableRun, 'path'>, attempt: number): RunLocation => ({
  runs: join(run.path, 'attempts'),
  name: String(attempt),
})

async function openAttempt (location: RunLocation, config: RunConfig): Promise<WritableRun> {
  try {
    return await resumeRun(location)
  } catch (error) {
    if (error instanceof TrainerError && error.code === 'PVAE_RUN_NOT_FOUND') return await createRun(location, config)
    throw error
  }
}

/** Gives the run what the attempt has: config, origin, log and final checkpoint. Doing it again changes nothing. */
async function keepAttempt (run: WritableRun, config: RunConfig, { attempt, seed }: Attempt): Promise<RestartsResult> {
  const kept = await resumeRun(attemptLocation(run, attempt))
  try {
    const latest = await kept.checkpoints.loadLatest(error => { throw error })
    const { state, trainedSeconds } = latest!.checkpoint
    const origin = await kept.readOrigin()
    const seeded = { ...config, seed }
    await run.writeConfig(seeded)
    if (origin !== undefined) await run.writeOrigin(origin)
    await run.truncateLog(0)
    for (const record of parseEpochRecords(await kept.readLog())) await run.appendLog(record)
    const path = await run.checkpoints.save({ ...latest!.checkpoint, config: seeded } satisfies Checkpoint, {
      final: true,
    })
    return { result: { outcome: 'finished', state, totalSteps: state.step, trainedSeconds, path }, config: seeded }
  } finally {
    await kept.close()
  }
}
