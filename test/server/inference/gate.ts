import { setEnvironmentData } from 'node:worker_threads'
import type { WORKER } from '../service.js'

/** Where a test holds workers back, until it has seen what it wants to see. */
export interface Gate {
  /** Workers that stop at the gate: see gated-worker.mjs. */
  readonly worker: typeof WORKER
  /** Lets so many pass, who wait or come later. */
  pass (count: number): void
  /** How many have come to the gate so far. */
  readonly stopped: number
}

/** Before the pool, as threads get it when they are started. One for each test: earlier threads keep theirs. */
export function createGate (): Gate {
  const memory = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT)
  const state = new Int32Array(memory)
  setEnvironmentData('gate', memory)
  return {
    worker: { entry: new URL('./gated-worker.mjs', import.meta.url), execArgv: [] },
    pass (count) {
      Atomics.add(state, 0, count)
      Atomics.notify(state, 0)
    },
    get stopped () { return Atomics.load(state, 1) },
  }
}
