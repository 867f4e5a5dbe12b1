/** Threads that measuring shares its work among. */
import { Worker } from 'node:worker_threads'
import { readCapacity } from '@partition-vae/collections/capacity'
import { TrainerError, type TrainerErrorCode } from '../../foundation/errors.js'
import { createPace } from '../pace.js'
import { workHere, type Job, type Work } from './job.js'

export interface ToThread {
  readonly module: string
  readonly name: string
  readonly input: unknown
}

export type FromThread =
  | { readonly output: unknown }
  | { readonly error: Error, readonly code: TrainerErrorCode | undefined }

export interface SharedWork extends Work {
  /** Ends all threads, whatever they do. */
  close (): Promise<void>
}

export interface WorkOptions {
  /** How many jobs are done at once, at most. With 1 the calling thread does them. Default: all cores. */
  readonly threads?: number | undefined
  /** Once aborted, all that is asked for fails with its reason. */
  readonly signal?: AbortSignal | undefined
}

interface Task extends ToThread {
  resolve (output: unknown): void
  reject (error: unknown): void
}

/** Threads find their module among the built ones: Node.js 20 gives them no loader for TypeScript. */
const isBuilt = import.meta.url.endsWith('.js')

/**
 * Shares jobs among threads, which start when there is something to do. What is asked for first is begun first; whoever
 * does it, the results are the same.
 */
export function startWork ({ threads: most = readCapacity().cores, signal }: WorkOptions): SharedWork {
  if (most <= 1 || !isBuilt) return { ...workHere(createPace(signal)), close: async () => {} }
  const waiting: Task[] = []
  const threads = new Set<Worker>()
  const busy = new Map<Worker, Task>()
  let ended: { readonly why: unknown } | undefined

  function end (why: unknown): void {
    ended ??= { why }
    for (const { reject } of [...waiting.splice(0), ...busy.values()]) reject(ended.why)
    busy.clear()
    for (const thread of threads) thread.terminate().catch(() => {})
  }

  function start (): Worker {
    const thread = new Worker(new URL('./thread.js', import.meta.url), { name: 'pvae-measure' })
    threads.add(thread)
    // Threads that wait keep no process from its end.
    thread.unref()
    thread.on('message', (message: FromThread) => {
      const task = busy.get(thread)
      busy.delete(thread)
      thread.unref()
      if ('output' in message) task?.resolve(message.output)
      else task?.reject(errorOf(message))
      next(thread)
    })
    const lose = (error: Error) => {
      threads.delete(thread)
      busy.get(thread)?.reject(error)
      busy.delete(thread)
    }
    thread.on('error', lose)
    thread.on('exit', code => lose(new Error(`a thread that measures ended with code ${code}`)))
    return thread
  }

  function next (thread: Worker): void {
    const task = waiting.shift()
    if (task === undefined) return
    const { module, name, input } = task
    busy.set(thread, task)
    thread.ref()
    thread.postMessage({ module, name, input } satisfies ToThread)
  }

  const onAbort = () => end(signal?.reason)
  signal?.addEventListener('abort', onAbort, { once: true })
  return {
    run<Input, Output> ({ module, name }: Job<Input, Output>, input: Input) {
      return new Promise<Output>((resolve, reject) => {
        if (signal?.aborted) onAbort()
        if (ended !== undefined) return reject(ended.why)
        waiting.push({ module, name, input, resolve: output => resolve(output as Output), reject })
        const idle = [...threads].find(thread => !busy.has(thread)) ?? (threads.size < most ? start() : undefined)
        if (idle !== undefined) next(idle)
      })
    },
    async close () {
      signal?.removeEventListener('abort', onAbort)
      const all = [...threads]
      end(new Error('the threads that measure are closed'))
      await Promise.all(all.map(thread => thread.terminate()))
    },
  }
}

const errorOf = ({ error, code }: Extract<FromThread, { error: Error }>): Error =>
  code === undefined ? error : new TrainerError(code, error.message)
