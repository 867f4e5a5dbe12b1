import { ShuttingDownError } from '../errors.js'
import { createJobQueue, type Job } from './queue.js'
import { createSlot, type PoolLog, type Slot } from './slot.js'
import type { AnyTask, Kind, LoadReport, ModelSource, Result, Task } from './tasks.js'

export interface PoolOptions {
  /** Threads, ≥ 1. */
  readonly workers: number
  readonly log: PoolLog
  /** The worker's module. */
  readonly entry?: URL
}

/** N threads, each with its own sessions of every model, and one queue that all of them take from. */
export interface Pool {
  /**
   * Loads a version into every worker, beside what they serve; it can be run from then on. The first worker goes ahead, so that a version
   * that is refused is refused once.
   * @throws what the worker threw, by code: a ModelError's, or PVAE_INFERENCE_FAILED; PVAE_WORKER_CRASHED; PVAE_SHUTTING_DOWN
   */
  load (model: ModelSource): Promise<LoadReport>
  /** @throws what the worker threw, by code; PVAE_WORKER_CRASHED; PVAE_SHUTTING_DOWN */
  run<K extends Kind> (key: string, kind: K, task: Task<K>): Promise<Result<K>>
  /** Finishes what runs, refuses what waits, ends the threads. */
  close (): Promise<void>
}

interface PendingJob extends Job {
  readonly task: AnyTask
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

export function createPool ({ workers, log, entry = new URL('./worker.js', import.meta.url) }: PoolOptions): Pool {
  const queue = createJobQueue<PendingJob>()
  const models = new Map<string, ModelSource>()
  const running = new Set<Promise<void>>()
  let closing = false
  const slots: Slot[] = []
  for (let i = 0; i < workers; i++) slots.push(createSlot({ entry, log, models: () => models.values(), onIdle: dispatch }))

  /** Gives waiting jobs to idle workers: an idle worker takes what is oldest. */
  function dispatch (): void {
    for (const slot of slots) {
      if (!slot.idle) continue
      const job = queue.take()
      if (job === undefined) return
      const run = slot.run(job.key, job.task).then(job.resolve, job.reject).finally(() => running.delete(run))
      running.add(run)
    }
  }

  /** Waits for all before it throws: what is still loading could not be unloaded. */
  async function loadIntoAll (missing: readonly Slot[], model: ModelSource): Promise<void> {
    const outcomes = await Promise.allSettled(missing.map(slot => slot.load(model)))
    const refused = outcomes.find(outcome => outcome.status === 'rejected')
    if (refused !== undefined) throw refused.reason
  }

  async function unloadEverywhere (key: string): Promise<void> {
    await Promise.allSettled(slots.filter(slot => slot.has(key)).map(slot => slot.unload(key)))
  }

  return {
    async load (model) {
      const { key } = model
      try {
        const report = await slots[0]!.load(model)
        // A worker may die and come back in the meantime: until the version is listed below, its successor does not know of it.
        while (slots.some(slot => !slot.has(key))) await loadIntoAll(slots.filter(slot => !slot.has(key)), model)
        models.set(key, model)
        return report
      } catch (error) {
        await unloadEverywhere(key)
        throw error
      }
    },
    run (key, kind, task) {
      return new Promise((resolve, reject) => {
        if (closing) return reject(new ShuttingDownError('The service is shutting down'))
        queue.push({ key, task: { kind, ...task } as AnyTask, resolve: value => resolve(value as Result<typeof kind>), reject })
        dispatch()
      })
    },
    async close () {
      closing = true
      for (const { reject } of queue.drain()) reject(new ShuttingDownError('The service is shutting down'))
      await Promise.all(running)
      await Promise.all(slots.map(slot => slot.close()))
    },
  }
}
