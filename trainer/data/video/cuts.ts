/** Where a clip changes to another scene, by the colours of neighbouring frames. */
import type { ImageShape } from '@partition-vae/models'

const BINS = 16
/** The share of a frame's colours that must change at a cut, and how many times as much as near by. */
const LEAST_CHANGE = 0.3
const TIMES_NEAR_BY = 3
/** Frames before and after that are near by: a flash, which comes and goes, is no cut. */
const NEAR_BY = 3

export interface CutFinder {
  /** @param frame 8 bit [H, W, C] */
  add (frame: Uint8Array): void
  /** Indices of the frames that begin another scene. */
  cuts (): number[]
}

/** Compares each frame's histogram with that of the one before. Fades from one scene to the next are not found. */
export function createCutFinder ({ height, width, channels }: ImageShape): CutFinder {
  let before: Uint32Array | undefined
  /** By frame from the second on: the share of colours that changed, in [0, 1]. */
  const changes: number[] = []
  return {
    add (frame) {
      const histogram = new Uint32Array(channels * BINS)
      for (let i = 0; i < frame.length; i++) histogram[i % channels * BINS + Math.floor(frame[i]! * BINS / 256)]!++
      if (before !== undefined) {
        let moved = 0
        for (let bin = 0; bin < histogram.length; bin++) moved += Math.abs(histogram[bin]! - before[bin]!)
        changes.push(moved / (2 * height * width * channels))
      }
      before = histogram
    },
    cuts: () => changes.flatMap((change, i) => {
      if (change < LEAST_CHANGE) return []
      const near = [...changes.slice(Math.max(0, i - NEAR_BY), i), ...changes.slice(i + 1, i + NEAR_BY + 1)]
      return change >= TIMES_NEAR_BY * Math.max(0, ...near) ? [i + 1] : []
    }),
  }
}
