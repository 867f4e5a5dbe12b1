import type { LoadReport } from '@partition-vae/collections/runtime'
import type { Cancellation } from '../foundation/cancellation.js'
import { errorFromMessage, OverloadedError, ShuttingDownError } from '../foundation/errors.js'
import { DEFAULT_QUEUE } from '../settings/limits.js'
import { createCosts } from './costs.js'
import type { LocalRunner } from './local.js'
import type { JobReport, PoolObserver } from './observer.js'
import { createJobQueue, type Job } from './queue.js'
import { createSharing } from './sharing.js'
import { createSlot, type PoolLog, type Slot } from './slot.js'
import type { AnyTask, BatchReply, Kind, ModelSource, Result, Task } from './tasks.js'
import { binarySize } from './transfer.js'
import { createVersions, type LoadOptions } from './versions.js'

export interface PoolOptions {
  /** Threads, ≥ 1. */
  readonly workers: number
  /**
   * How many of them may run short jobs at the same time, ≥ 1: these are done sooner by fewer threads, which leave a
   * core to this one. Default: all.
   */
  readonly shortAtOnce?: number
  readonly log: PoolLog
  /** Jobs that may wait, ≥ 1. Default: that of PVAE_MAX_QUEUE. */
  readonly maxQueue?: number
  readonly observer?: PoolObserver
  /** Runs what is quick in this thread, as long as there is nothing else to do. Default: all goes to the workers. */
  readonly local?: LocalRunner
  /** The worker's module. */
  readonly entry?: URL
  /** Node.js options of the threads (default: those of this process). */
  readonly execArgv?: readonly string[]
}

/** N threads, each with its own sessions of every model, and one queue that all of them take from. */
export interface Pool {
  /**
   * Loads a version into every worker, beside what they serve; it can be run from then on. One worker goes ahead, each
   * in its turn, so that a version that is refused is refused once.
   * @throws what the worker threw, by code: a ModelError's, or PVAE_INFERENCE_FAILED; PVAE_WORKER_CRASHED;
   * PVAE_SHUTTING_DOWN
   */
  load (model: ModelSource, options?: LoadOptions): Promise<LoadReport>
  /** Takes a version out of every worker, after what runs there. Whoever asks for it from then on is refused. */
  unload (key: string): Promise<void>
  /**
   * Jobs of one version and kind that wait together run together. A job that is cancelled is not computed, unless it
   * runs already.
   * @throws what the worker threw, by code; the reason of the cancellation; PVAE_OVERLOADED; PVAE_WORKER_CRASHED;
   * PVAE_SHUTTING_DOWN
   */
  run<K extends Kind> (key: string, kind: K, task: Task<K>, cancellation?: Cancellation): Promise<Result<K>>
  /** Threads. */
  readonly workers: number
  /** Jobs that wait. */
  readonly queued: number
  /** The next job would be refused. */
  readonly full: boolean
  /** Finishes what runs, refuses what waits, ends the threads. */
  close (): Promise<void>
}

/** A job that waits, and the request that waits for it. */
interface PendingJob extends Job {
  readonly kind: Kind
  readonly task: AnyTask
  readonly since: number
  readonly report: ((report: JobReport) => void) | undefined
  readonly resolve: (value: Result<Kind>) => void
  readonly reject: (error: Error) => void
}

/** Images or latents in a task; a kind that names neither counts as one. */
function rowsOf (task: object, latentSize: number): number {
  if ('rows' in task && typeof task.rows === 'number') return task.rows
  if ('images' in task && Array.isArray(task.images)) return task.images.length
  return 'latents' in task && task.latents instanceof Float32Array ? Math.ceil(task.latents.length / latentSize) : 1
}

export function createPool ({
  workers,
  shortAtOnce = workers,
  log,
  maxQueue = DEFAULT_QUEUE.jobs,
  observer,
  local,
  entry = new URL('./worker.js', import.meta.url),
  execArgv,
}: PoolOptions): Pool {
  const queue = createJobQueue<PendingJob>({ ...DEFAULT_QUEUE, jobs: maxQueue })
  const costs = createCosts()
  const running = new Set<Promise<void>>()
  let shortRunning = 0
  let closing = false
  let scheduled = false
  const slots: Slot[] = []
  const sharing = createSharing(workers > 1, log)
  const versions = createVersions(slots, sharing, local)
  const noObserver: PoolObserver = { waited () {}, batchDone () {}, workerReplaced () {} }
  const watch = observer ?? noObserver
  for (let i = 0; i < workers; i++) {
    slots.push(createSlot({ entry, execArgv, log, observer: watch, models: versions.sources, onIdle: dispatch }))
  }

  /**
   * Gives what waits to idle workers: each takes all it may of what is oldest; of long jobs its share, as the others
   * are there for them too, and what is computed together is answered together.
   */
  function dispatch (): void {
    scheduled = false
    for (const slot of slots) {
      const { oldest } = queue
      if (oldest === undefined) return
      if (!slot.idle) continue
      const long = costs.long(oldest)
      if (!long && shortRunning >= shortAtOnce) return
      const idle = queue.length === 1 && running.size === 0
      const jobs = queue.take(versions.limitsOf, long ? Math.ceil(queue.length / workers) : Infinity)
      const [{ key, task }] = jobs as [PendingJob]
      const runner = idle && local?.accepts(key, task) === true ? local : slot
      const counted = runner === slot && !long ? 1 : 0
      shortRunning += counted
      const batch = runBatch(runner, jobs).finally(() => {
        running.delete(batch)
        shortRunning -= counted
      })
      running.add(batch)
    }
  }

  /**
   * After everything that has arrived together has been read: what one turn of the event loop brings goes into one
   * batch.
   */
  function scheduleDispatch (): void {
    if (scheduled) return
    scheduled = true
    setImmediate(dispatch)
  }

  async function runBatch (runner: Pick<Slot, 'run'>, jobs: readonly PendingJob[]): Promise<void> {
    const now = performance.now()
    for (const { since } of jobs) watch.waited(now - since)
    const [{ key, kind }] = jobs as [PendingJob]
    try {
      const reply = await runner.run(
        key,
        jobs.map(({ task }) => task)
      )
      costs.learn(jobs, reply.timings.wholeMs)
      settle(jobs, reply)
      const batch = { jobs: jobs.length, rows: jobs.reduce((sum, { rows }) => sum + rows, 0), ...reply.timings }
      watch.batchDone({ kind, ...batch })
      for (const { since, report } of jobs) report?.({ queuedAt: since, startedAt: now, ...batch })
    } catch (error) {
      for (const { reject } of jobs) reject(error as Error)
    } finally {
      scheduleDispatch()
    }
  }

  function settle (jobs: readonly PendingJob[], { outcomes }: BatchReply): void {
    for (const [i, { resolve, reject }] of jobs.entries()) {
      const outcome = outcomes[i]!
      if ('error' in outcome) reject(errorFromMessage(outcome.error))
      else resolve(outcome.value)
    }
  }

  return {
    workers,
    get queued () {
      return queue.length
    },
    get full () {
      return queue.full
    },
    load: versions.load,
    unload: versions.unload,
    run<K extends Kind>(key: string, kind: K, task: Task<K>, cancellation?: Cancellation) {
      return new Promise<Result<K>>((resolve, reject) => {
        if (closing) return reject(new ShuttingDownError('The service is shutting down'))
        if (cancellation?.reason !== undefined) return reject(cancellation.reason)
        const abandon = (reason: Error) => {
          queue.remove(job)
          reject(reason)
        }
        const job: PendingJob = {
          key,
          kind,
          task: { kind, ...task } as AnyTask,
          rows: rowsOf(task, versions.latentSizeOf(key)),
          bytes: binarySize(task),
          since: performance.now(),
          report: watch.jobQueued?.(key, kind),
          resolve (value) {
            cancellation?.remove(abandon)
            resolve(value as Result<K>)
          },
          reject (error) {
            cancellation?.remove(abandon)
            reject(error)
          },
        }
        if (!queue.push(job)) return reject(overloaded())
        cancellation?.add(abandon)
        scheduleDispatch()
      })
    },
    async close () {
      dispatch() // what has come in this turn of the event loop and finds a worker idle still runs
      closing = true
      for (const { reject } of queue.drain()) reject(new ShuttingDownError('The service is shutting down'))
      await Promise.all(running)
      await Promise.all([...slots.map(slot => slot.close()), local?.close()])
      await sharing.close()
    },
  }
}

/** The one answer where there is more to do than can be done in time. */
export function overloaded (): Error {
  return new OverloadedError('More requests wait than can be answered in time; try again in a moment')
}
