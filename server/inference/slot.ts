import { setTimeout as delay } from 'node:timers/promises'
import { ShuttingDownError } from '../foundation/errors.js'
import type { LoadReport } from '@partition-vae/collections/runtime'
import type { PoolObserver } from './observer.js'
import type { AnyTask, BatchReply, ModelSource } from './tasks.js'
import { startWorkerThread, type WorkerThread } from './worker-thread.js'

export interface PoolLog {
  info (details: object, message: string): void
  warn (details: object, message: string): void
  error (details: object, message: string): void
}

export interface SlotOptions {
  readonly entry: URL
  readonly execArgv: readonly string[] | undefined
  readonly log: PoolLog
  readonly observer: Pick<PoolObserver, 'workerReplaced'>
  /** Every version that is served: what a replaced thread loads before it takes work. */
  readonly models: () => Iterable<ModelSource>
  /** Called each time the slot can take work. */
  readonly onIdle: () => void
}

/** One place of the pool. Its thread is replaced when it dies; the place stays. */
export interface Slot {
  /** Its thread lives, has loaded everything and is doing nothing. */
  readonly idle: boolean
  has (key: string): boolean
  load (model: ModelSource): Promise<LoadReport>
  /** As `shareWeights`, on its thread. */
  share (model: ModelSource, folder: string): Promise<ModelSource | undefined>
  unload (key: string): Promise<void>
  /** One batch. The slot is idle again when this settles. */
  run (key: string, tasks: readonly AnyTask[]): Promise<BatchReply>
  /** Ends the thread; it is not replaced. */
  close (): Promise<void>
}

/**
 * A thread that dies again and again is started ever more slowly: after 0.1 s, doubled up to 10 s, until it has lived
 * for 10 s.
 */
const RESTART = { first: 100, longest: 10_000 }

export function createSlot ({ entry, execArgv, log, observer, models, onIdle }: SlotOptions): Slot {
  const closing = new AbortController()
  const loaded = new Set<string>()
  let thread: WorkerThread
  let ready = false
  let busy = false
  let loading = 0
  /** Those who wait for a thread that is ready. */
  let waiting: Array<{ resolve: () => void, reject: (error: Error) => void }> = []
  const life = live()

  async function live (): Promise<void> {
    let failures = 0
    while (!closing.signal.aborted) {
      const born = Date.now()
      thread = startWorkerThread(entry, execArgv)
      await becomeReady()
      const reason = await thread.ended
      ready = false
      loaded.clear()
      if (closing.signal.aborted) return
      failures = Date.now() - born > RESTART.longest ? 1 : failures + 1
      const restartInMs = Math.min(RESTART.longest, RESTART.first * 2 ** (failures - 1))
      observer.workerReplaced()
      log.error({ err: reason, restartInMs }, 'a worker ended unexpectedly and is replaced')
      await delay(restartInMs, undefined, { signal: closing.signal }).catch(() => {}) // closing ends the wait
    }
  }

  async function becomeReady (): Promise<void> {
    try {
      for (const model of models()) await loadInto(model)
    } catch (err) {
      // Other threads serve these versions: this one is at fault, and the next may not be.
      log.error({ err }, 'a worker could not load the models that are served')
      return await thread.terminate()
    }
    ready = true
    for (const { resolve } of waiting) resolve()
    waiting = []
    onIdle()
  }

  async function whenReady (): Promise<void> {
    if (closing.signal.aborted) throw new ShuttingDownError('The service is shutting down')
    if (!ready) await new Promise<void>((resolve, reject) => waiting.push({ resolve, reject }))
  }

  async function loadInto (model: ModelSource): Promise<LoadReport> {
    // A session is created in one go, and blocks the thread: work goes to the others in the meantime.
    loading++
    try {
      const report = await thread.request({ type: 'load', model }) as LoadReport
      loaded.add(model.key)
      return report
    } finally {
      loading--
    }
  }

  return {
    get idle () { return ready && !busy && loading === 0 && thread.alive },
    has: key => loaded.has(key),
    async load (model) {
      await whenReady()
      try {
        return await loadInto(model)
      } finally {
        onIdle()
      }
    },
    async share (model, folder) {
      await whenReady()
      loading++
      try {
        return await thread.request({ type: 'share', model, folder }) as ModelSource | undefined
      } finally {
        loading--
        onIdle()
      }
    },
    async unload (key) {
      loaded.delete(key)
      await thread.request({ type: 'unload', key })
    },
    async run (key, tasks) {
      busy = true
      try {
        return await thread.request({ type: 'run', key, tasks }) as BatchReply
      } finally {
        busy = false
      }
    },
    async close () {
      closing.abort()
      for (const { reject } of waiting) reject(new ShuttingDownError('The service is shutting down'))
      waiting = []
      await thread.terminate()
      await life
    },
  }
}
