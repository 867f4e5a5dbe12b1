import { Worker } from 'node:worker_threads'
import { CollectionError, type CollectionErrorCode } from '../foundation/errors.js'
import type { FoundRow, RangeQuery } from './row-range.js'
import type { ThreadReply, ThreadRequest, ThreadRows } from './worker.js'

/** How threads are started. Default: the built worker beside this module. */
export interface ThreadOptions {
  readonly entry?: URL
  readonly execArgv?: readonly string[]
}

/** A thread that holds rows of an index. Every question is answered: by the thread, or by its death. */
export interface SearchThread {
  readonly alive: boolean
  /**
   * Reads the rows, where that has not been done. @throws CollectionError PVAE_INDEX_INVALID, PVAE_INDEX_UNAVAILABLE
   */
  ready (): Promise<void>
  /** @throws as `ready` */
  search (query: RangeQuery): Promise<readonly FoundRow[]>
  close (): Promise<void>
}

export function startThread (rows: ThreadRows, { entry, execArgv }: ThreadOptions): SearchThread {
  const worker = new Worker(entry ?? new URL('./worker.js', import.meta.url), {
    name: 'pvae-search', workerData: rows, ...execArgv && { execArgv: [...execArgv] },
  })
  const waiting = new Map<number, { resolve: (found: readonly FoundRow[]) => void, reject: (error: Error) => void }>()
  let alive = true
  let cause: unknown
  let next = 0
  // An open index alone keeps no process from its end.
  worker.unref()

  worker.on('message', (reply: ThreadReply) => {
    const question = waiting.get(reply.id)
    waiting.delete(reply.id)
    if (waiting.size === 0) worker.unref()
    if ('found' in reply) question?.resolve(reply.found)
    else {
      const { code = 'PVAE_INDEX_INVALID', message } = reply.error
      question?.reject(new CollectionError(code as CollectionErrorCode, message))
    }
  })
  worker.on('error', error => { cause = error })
  worker.on('exit', () => {
    alive = false
    for (const { reject } of waiting.values()) reject(gone())
    waiting.clear()
  })

  function gone (): CollectionError {
    return new CollectionError('PVAE_INDEX_UNAVAILABLE', 'A thread of the search ended before it answered', { cause })
  }

  function ask (question: Omit<ThreadRequest, 'id'>): Promise<readonly FoundRow[]> {
    return new Promise((resolve, reject) => {
      if (!alive) return reject(gone())
      const id = next++
      waiting.set(id, { resolve, reject })
      worker.ref()
      worker.postMessage({ id, ...question } satisfies ThreadRequest)
    })
  }

  return {
    get alive () { return alive },
    async ready () { await ask({}) },
    search: query => ask({ query }),
    async close () { await worker.terminate() },
  }
}
