import { setImmediate } from 'node:timers/promises'

/** Awaited in the midst of a long computation, so that the process hears signals meanwhile. */
export type Pause = () => Promise<void> | undefined

/**
 * Milliseconds between two looks at what else has happened: short beside the second within which a signal is to be
 * heard, long beside what a look costs.
 */
const INTERVAL = 50

/**
 * Makes a pause that lets the event loop turn now and then.
 * @param signal once it is aborted, the next turn rejects with its reason
 */
export function createPause (signal?: AbortSignal): Pause {
  let last = performance.now()
  return () => {
    if (performance.now() - last < INTERVAL) return undefined
    return setImmediate().then(() => {
      last = performance.now()
      signal?.throwIfAborted()
    })
  }
}
