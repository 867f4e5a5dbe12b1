/** How plausible the way of a thing is from where it was last seen to where it may be seen again. */
import type { ImageShape } from '@partition-vae/models'
import type { Region } from './regions.js'

/**
 * Measures how implausible the way from one region to another is in so many frames: up to 1 for what speed and size
 * allow, by axis. What leaves over an edge of the frame may come back over the other.
 */
export function reach (
  a: Region,
  b: Region,
  gap: number,
  speed: readonly number[],
  size: number,
  { height, width }: ImageShape
): number {
  const wraps = (low: number, high: number, side: number) => low <= 0 && high >= side
  const rows = wraps(a.top, b.bottom, height) || wraps(b.top, a.bottom, height) ? 0 : Math.abs(a.row - b.row)
  const columns = wraps(a.left, b.right, width) || wraps(b.left, a.right, width) ? 0 : Math.abs(a.column - b.column)
  return Math.max(rows / (0.5 * size + 1 + speed[0]! * gap), columns / (0.5 * size + 1 + speed[1]! * gap))
}
