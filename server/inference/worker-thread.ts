import { Worker } from 'node:worker_threads'
import { errorFromMessage, WorkerCrashedError } from '../foundation/errors.js'
import type { WorkerReply, WorkerRequest } from './tasks.js'
import { packBinary } from './transfer.js'

/** A request without its number: `WorkerRequest` is a union, and `Omit` alone would merge its members. */
type Unnumbered<R> = R extends WorkerRequest ? Omit<R, 'id'> : never

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

/** One thread, asked by messages. Every request is answered: by the worker, or by its death. */
export interface WorkerThread {
  /** @throws PVAE_WORKER_CRASHED if the thread ends before it answers; else what the worker threw */
  request (request: Unnumbered<WorkerRequest>): Promise<unknown>
  terminate (): Promise<void>
  readonly alive: boolean
  /** Resolves when the thread has ended, with the reason where nobody asked it to. */
  readonly ended: Promise<Error | undefined>
}

export function startWorkerThread (entry: URL, execArgv?: readonly string[]): WorkerThread {
  const worker = new Worker(entry, { name: 'pvae-inference', ...execArgv && { execArgv: [...execArgv] } })
  const waiting = new Map<number, Waiting>()
  let next = 0
  let failure: Error | undefined
  let terminating = false
  let alive = true

  worker.on('message', (reply: WorkerReply) => {
    const request = waiting.get(reply.id)
    waiting.delete(reply.id)
    if ('error' in reply) request?.reject(errorFromMessage(reply.error))
    else request?.resolve(reply.value)
  })
  worker.on('error', error => { failure = error })

  const ended = new Promise<Error | undefined>(resolve => {
    worker.on('exit', code => {
      alive = false
      const reason = terminating ? undefined : failure ?? new Error(`the thread exited with code ${code}`)
      for (const { reject } of waiting.values()) reject(crashed())
      waiting.clear()
      resolve(reason)
    })
  })

  return {
    ended,
    get alive () { return alive },
    request (request) {
      return new Promise((resolve, reject) => {
        if (!alive) return reject(crashed())
        const id = next++
        waiting.set(id, { resolve, reject })
        // Graphs go to every worker, and again to one that replaces it: those are cloned.
        if (request.type !== 'run') return worker.postMessage({ id, ...request })
        const { packed, transfer } = packBinary(request)
        worker.postMessage({ id, ...packed }, transfer)
      })
    },
    async terminate () {
      terminating = true
      await worker.terminate()
    },
  }
}

function crashed (): Error {
  return new WorkerCrashedError('The worker that had this request ended before it answered; another takes its place')
}
