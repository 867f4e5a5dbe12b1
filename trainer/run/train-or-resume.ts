/** Trains runs that many processes may begin and be lost at: studies and benchmarks consist of such. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readRun } from '../fit/run-directory.js'
import { TrainerError } from '../foundation/errors.js'
import type { Metrics } from '../measure/metrics-schema.js'
import { clearForeignLock } from './foreign-lock.js'
import type { RunContext } from './observer.js'
import type { RunOptions } from './options.js'
import { train } from './train.js'

export interface NamedRun extends Omit<RunOptions, 'resume' | 'name'> {
  readonly name: string
}

/**
 * Trains and measures a run, from its last checkpoint where it was begun before. One that came to its end, before its
 * process was lost or after, is not trained again. Whoever calls it must hold the run's lease.
 * @returns the measures on the test split
 * @throws RunInterrupted, TrainerError, as `train`
 */
export async function trainOrResume (options: NamedRun, { observer, signal }: RunContext): Promise<Metrics> {
  const { runs, name } = options
  const resume = await isBegun(runs, name)
  const before = resume ? await readMetrics(join(runs, name)) : undefined
  if (before !== undefined) return before
  if (resume) await clearForeignLock(join(runs, name, 'lock'))
  let metrics: Metrics | undefined
  const listening: RunContext['observer'] = {
    ...observer,
    onAssessed (assessment) {
      metrics = assessment.metrics
      observer.onAssessed?.(assessment)
    },
  }
  await train({ ...options, resume }, { observer: listening, signal })
  return metrics!
}

async function isBegun (runs: string, name: string): Promise<boolean> {
  try {
    await readRun({ runs, name })
    return true
  } catch (error) {
    if (error instanceof TrainerError && error.code === 'PVAE_RUN_NOT_FOUND') return false
    throw error
  }
}

/** Those of a training that came to its end. */
async function readMetrics (run: string): Promise<Metrics | undefined> {
  const text = await readFile(join(run, 'report', 'metrics.json'), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : JSON.parse(text) as Metrics
}
