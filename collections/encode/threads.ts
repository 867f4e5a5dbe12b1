/** Threads that encode shards; one that dies is replaced. */
import { Worker } from 'node:worker_threads'
import type { Golden } from '@partition-vae/models'
import type { GraphSource, LoadReport } from '../runtime/graphs.js'
import type { Manifest } from '../rows/manifest.js'
import type { ShardRecord } from '../rows/shard.js'
import { shareSource, type SharedSource } from './shared-source.js'

export interface ThreadData {
  readonly folder: string
  readonly root: string
  readonly manifest: Manifest
  readonly source: GraphSource
  readonly golden: Golden
  readonly maxPixels: number
}

export interface ToThread { readonly shard: number }

export type FromThread =
  | { readonly type: 'ready', readonly report: LoadReport }
  | { readonly type: 'batch', readonly pictures: number }
  | { readonly type: 'done', readonly record: ShardRecord }
  | { readonly type: 'failed', readonly message: string, readonly code: string | undefined }

export interface EncodeThreads {
  /**
   * Encodes a shard in a thread that has nothing to do.
   * @param onBatch told how many pictures were done since it was last told
   * @throws the thread's error, also where it dies
   */
  run (shard: number, onBatch: (pictures: number) => void): Promise<ShardRecord>
  /** Ends all threads once what they do is done. */
  finish (): Promise<void>
  /** Ends all threads, whatever they do. */
  close (): Promise<void>
}

export interface ThreadOptions {
  readonly data: ThreadData
  /** How many shards are encoded at once, at most. */
  readonly threads: number
  readonly onReady?: ((report: LoadReport) => void) | undefined
  /** The thread's module, and Node.js options for it. */
  readonly entry?: URL | undefined
  readonly execArgv?: readonly string[] | undefined
}

interface Thread {
  readonly worker: Worker
  settle?: {
    onBatch (pictures: number): void
    resolve (record: ShardRecord): void
    reject (error: Error): void
  } | undefined
}

export function startThreads ({
  data, threads: most, onReady, entry = new URL('./thread.js', import.meta.url), execArgv,
}: ThreadOptions): EncodeThreads {
  const threads = new Set<Thread>()
  const running = new Set<Promise<ShardRecord>>()
  let sharing: Promise<SharedSource> | undefined
  let isClosing = false

  function start (shared: SharedSource): Thread {
    const workerData: ThreadData = { ...data, source: shared.current() }
    const worker = new Worker(entry, { workerData, ...execArgv && { execArgv: [...execArgv] } })
    const thread: Thread = { worker }
    const end = (error: Error) => {
      threads.delete(thread)
      thread.settle?.reject(error)
      thread.settle = undefined
    }
    worker.on('message', (message: FromThread) => {
      if (message.type === 'ready') {
        onReady?.(message.report)
        shared.opened().catch(() => {})
      } else if (message.type === 'batch') thread.settle?.onBatch(message.pictures)
      else {
        const { settle } = thread
        thread.settle = undefined
        if (message.type === 'done') settle?.resolve(message.record)
        else settle?.reject(Object.assign(new Error(message.message), { code: message.code }))
      }
    })
    worker.on('error', end)
    worker.on('exit', code => end(new Error(`the thread ended with code ${code}`)))
    threads.add(thread)
    return thread
  }

  return {
    async run (shard, onBatch) {
      const shared = await (sharing ??= shareSource(data.source, most))
      if (isClosing) throw new Error('the threads are closed')
      const thread = [...threads].find(({ settle }) => settle === undefined) ?? start(shared)
      const result = new Promise<ShardRecord>((resolve, reject) => { thread.settle = { onBatch, resolve, reject } })
      thread.worker.postMessage({ shard } satisfies ToThread)
      running.add(result)
      return await result.finally(() => running.delete(result))
    },
    async finish () {
      await Promise.allSettled(running)
      await this.close()
    },
    async close () {
      isClosing = true
      await Promise.all([...threads].map(({ worker }) => worker.terminate()))
      await (await sharing)?.close()
    },
  }
}
