/** Keeps long computations open to Ctrl-C and SIGTERM: Node sees a signal only between two pieces of work. */
import { setImmediate } from 'node:timers/promises'
import { pixelCount, type ImageShape } from '@partition-vae/models'
import type { InferenceGraphs } from '../engine/engine.js'

/**
 * Called again and again inside a long loop: now and then lets the process look for signals.
 * @throws the signal's reason once it is aborted
 */
export type Pace = () => Promise<void>

/** For callers that nobody interrupts. */
export const UNPACED: Pace = async () => {}

/**
 * Milliseconds of work on end: short enough to stop well within a second on a busy machine, long enough to cost
 * nothing.
 */
const PIECE = 50

/** @param signal once it is seen aborted, no further piece of work begins */
export function createPace (signal?: AbortSignal, now: () => number = () => performance.now()): Pace {
  let begun = now()
  return async () => {
    signal?.throwIfAborted()
    if (now() - begun < PIECE) return
    await setImmediate()
    begun = now()
    signal?.throwIfAborted()
  }
}

/**
 * Elements of images, and images, that a graph is given at once: a batch of large ones would keep the process for
 * seconds.
 */
const MOST_ELEMENTS = 2 ** 19
const MOST_IMAGES = 64

/**
 * The same graphs, run piece by piece so that a signal is seen between pieces. @throws the signal's reason once it is
 * aborted
 */
export function interruptible (
  inference: InferenceGraphs,
  shape: ImageShape,
  latentSize: number,
  signal: AbortSignal
): InferenceGraphs {
  const size = pixelCount(shape)
  const most = Math.max(1, Math.min(MOST_IMAGES, Math.floor(MOST_ELEMENTS / size)))
  const inPieces = async (
    values: Float32Array,
    width: number,
    run: (piece: Float32Array) => Promise<Float32Array[]>
  ): Promise<Float32Array[]> => {
    const pieces: Float32Array[][] = []
    for (let start = 0; start === 0 || start < values.length; start += most * width) {
      signal.throwIfAborted()
      pieces.push(await run(values.subarray(start, start + most * width)))
    }
    return pieces.length === 1 ? pieces[0]! : pieces[0]!.map((_, i) => joined(pieces.map(piece => piece[i]!)))
  }
  const { layers } = inference
  return {
    async encode (image) {
      const [mean, logVariance] = await inPieces(image, size, async piece => {
        const posterior = await inference.encode(piece)
        return [posterior.mean, posterior.logVariance]
      })
      return { mean: mean!, logVariance: logVariance! }
    },
    decode: async latent => (await inPieces(latent, latentSize, async piece => [await inference.decode(piece)]))[0]!,
    ...(layers && {
      layers: async (latent: Float32Array) =>
        (await inPieces(latent, latentSize, async piece => [await layers(piece)]))[0]!,
    }),
    dispose: () => inference.dispose(),
  }
}

/** Arrays one after another. */
export function joined (parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
