import { InferenceSession } from 'onnxruntime-node'
import type { Test } from 'tap'

/**
 * Counts the sessions of ONNX Runtime that this thread makes and releases while a test runs: their memory is native,
 * and no collector frees it.
 */
export function countSessions (t: Test): { made: number, released: number } {
  const counts = { made: 0, released: 0 }
  const { create } = InferenceSession
  const { prototype } = InferenceSession as unknown as { prototype: { release (): Promise<void> } }
  const { release } = prototype
  t.intercept(InferenceSession, 'create', {
    value: async (...args: Parameters<typeof create>) => {
      const session = await create.apply(InferenceSession, args)
      counts.made++
      return session
    },
  })
  t.intercept(prototype, 'release', {
    value (this: unknown) {
      counts.released++
      return release.call(this)
    },
  })
  return counts
}
