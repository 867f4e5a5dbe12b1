/** Trains and measures the runs of a benchmark; any number of processes may do so in the same folder. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openLeases } from '@partition-vae/collections/work'
import { readRun } from '../fit/run-directory.js'
import { RunInterrupted } from '../run/interrupted.js'
import { loadCheckpoint } from '../run/load-checkpoint.js'
import type { RunObserver } from '../run/observer.js'
import type { EngineChoice } from '../run/options.js'
import { trainOrResume } from '../run/train-or-resume.js'
import { TrainerError } from '../foundation/errors.js'
import type { BenchmarkRun } from './contestants.js'
import { checkSameRun, describeMachine, readResults, RUNS, writeResult, type RunResult } from './results.js'

export interface WorkOptions {
  /** The benchmark's folder. */
  readonly directory: string
  readonly runs: readonly BenchmarkRun[]
  readonly engine: EngineChoice
  readonly command: string
  /** Told how far the run under way has come: a share of its steps, or undefined while it is measured. */
  readonly onProgress?: ((run: BenchmarkRun, share: number | undefined) => void) | undefined
}

/** Between two looks at runs that others work on, in ms. */
const PAUSE = 1000

/**
 * Works on runs until all are over or the signal is aborted. One that diverged is over too.
 * @throws TrainerError for what would stop every run, and for a run that began otherwise than it is asked for
 */
export async function workOn (options: WorkOptions, signal: AbortSignal): Promise<void> {
  const { directory, runs } = options
  const leases = await openLeases({ folder: join(directory, 'leases') })
  try {
    while (!signal.aborted) {
      const results = await readResults(directory)
      for (const run of runs) {
        const result = results.get(run.name)
        if (result !== undefined) checkSameRun(run, result)
      }
      const open = runs.filter(({ name }) => !results.has(name))
      if (open.length === 0) return
      if (!await workOnFirst(open)) await pause()
    }
  } finally {
    await leases.close()
  }

  /** @returns false where others work on all of them */
  async function workOnFirst (open: readonly BenchmarkRun[]): Promise<boolean> {
    for (const run of open) {
      const lease = await leases.take(run.name)
      if (lease === undefined) continue
      try {
        // It may have come to its end since the results were read.
        if ((await readResults(directory)).has(run.name)) return true
        const result = await trainAndMeasure(run, options, signal)
        if (result === undefined) return false
        await writeResult(directory, result)
        return true
      } finally {
        await lease.release()
      }
    }
    return false
  }

  async function pause (): Promise<void> {
    await sleep(PAUSE, undefined, { signal }).catch(() => {})
  }
}

/** @returns undefined where it was interrupted, or another process is at it still: it is to be taken again */
async function trainAndMeasure (
  run: BenchmarkRun,
  { directory, engine, command, onProgress }: WorkOptions,
  signal: AbortSignal
): Promise<RunResult | undefined> {
  const { name, contestant, seed, request } = run
  const runs = join(directory, RUNS)
  let assessing: number | undefined
  let measuring: number | undefined
  const observer: RunObserver = {
    onStep: ({ step, totalSteps }) => onProgress?.(run, step / totalSteps),
    onAssessing () {
      assessing = performance.now()
      onProgress?.(run, undefined)
    },
    onAssessed () { if (assessing !== undefined) measuring = performance.now() - assessing },
  }
  // Only the end counts, so that what is measured in between costs no time.
  const options = { request, runs, name, engine, evaluateEvery: Number.MAX_SAFE_INTEGER, tensorboard: false, command }
  const known = {
    run: name,
    contestant: { name: contestant.name, title: contestant.title },
    seed,
    asked: { ...contestant.asked, seed },
    machine: describeMachine(engine.threads),
  }
  try {
    const metrics = await trainOrResume(options, { observer, signal })
    const { config, ...trained } = await readTrained(runs, name)
    const seconds = { training: trained.seconds, ...measuring !== undefined && { measuring: measuring / 1000 } }
    return { ...known, model: config.model, seconds, steps: trained.steps, metrics }
  } catch (error) {
    if (signal.aborted && (error instanceof RunInterrupted || error === signal.reason)) return undefined
    if (error instanceof TrainerError && error.code === 'PVAE_RUN_LOCKED') return undefined
    if (!(error instanceof TrainerError) || error.code !== 'PVAE_DIVERGED') throw error
    const { model } = contestant.asked
    return { ...known, model, seconds: { training: 0 }, steps: 0, error: error.message }
  }
}

async function readTrained (runs: string, name: string) {
  const run = await readRun({ runs, name })
  const { state, trainedSeconds } = await loadCheckpoint(run, {})
  return { config: run.config, seconds: trainedSeconds, steps: state.step }
}
