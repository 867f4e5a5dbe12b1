/** Animated GIF and WebP: decoded here, by what decodes pictures. */
import { readFile } from 'node:fs/promises'
import { decodeAnimation, readAnimation, type Animation } from '@partition-vae/models/image'
import type { Clip } from './clip.js'
import type { Sampling } from './sampling.js'

/** Frames that are decoded at a time are at most so many bytes, as RGBA, but at least one. */
const BYTES_AT_ONCE = 64 * 2 ** 20

/** @throws Error in one line where it can't be read */
export async function openAnimation (path: string): Promise<Clip> {
  const bytes = await readFile(path)
  const { width, height, delays } = await readAnimation(bytes)
  const seconds = delays.reduce((sum, delay) => sum + delay, 0) / 1000
  const atOnce = Math.max(1, Math.floor(BYTES_AT_ONCE / (width * height * 4)))
  return {
    size: { width, height },
    frames: delays.length,
    rate: delays.length / seconds,
    async * decode ({ sampling, skip, signal }) {
      const chosen = sampledIndices(sampling, delays).slice(skip)
      for (let i = 0; i < chosen.length;) {
        signal?.throwIfAborted()
        const first = chosen[i]!
        const count = Math.min(atOnce, delays.length - first)
        const frames = await decodeAnimation(bytes, { width, height }, { first, count }).catch((error: Error) => error)
        if (frames instanceof Error) {
          if (count === 1) return firstLine(frames)
          // One of them is broken: those before it are good.
          const found = await decodeAnimation(bytes, { width, height }, { first, count: 1 }).catch(firstLine)
          if (typeof found === 'string') return found
          yield found[0]!
          i++
          continue
        }
        for (; i < chosen.length && chosen[i]! < first + count; i++) yield frames[chosen[i]! - first]!
      }
      return undefined
    },
  }
}

const firstLine = (error: Error): string => error.message.trim().split('\n')[0]!

/** Indices of the frames that are taken, in order; one that is long on the screen may be taken more than once. */
function sampledIndices (sampling: Sampling, delays: Animation['delays']): number[] {
  if ('every' in sampling) {
    return Array.from({ length: Math.ceil(delays.length / sampling.every) }, (_, i) => i * sampling.every)
  }
  const indices: number[] = []
  let end = 0
  delays.forEach((delay, index) => {
    end += delay
    while (indices.length * 1000 / sampling.rate < end) indices.push(index)
  })
  return indices
}
