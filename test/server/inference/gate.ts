import { setEnvironmentData } from 'node:worker_threads'
import type { WORKER } from '../service.js'

/** What a test holds back workers with, or is told by: one number that all threads share. */
export interface Gate {
  /** Workers that stop at the gate. */
  readonly worker: typeof WORKER
  /** Lets those pass who wait, and all who come until it is closed. */
  open (): void
  close (): void
  /** How often a thread has added 1 to the number. */
  readonly count: number
}

/** Before the pool, as threads get it when they are started. One for each test: earlier threads keep theirs. */
export function createGate (): Gate {
  const memory = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)
  const state = new Int32Array(memory)
  setEnvironmentData('gate', memory)
  return {
    worker: { entry: new URL('./gated-worker.mjs', import.meta.url), execArgv: [] },
    open () {
      Atomics.store(state, 0, 1)
      Atomics.notify(state, 0)
    },
    close () { Atomics.store(state, 0, 0) },
    get count () { return Atomics.load(state, 0) },
  }
}
