import type { Size } from './picture.js'

/**
 * Smaller JPEGs are decoded whole: up to 8 megapixels that costs no more time, and some tens of megabytes. At 12 it
 * costs twice the time (130 ms for 60), at 24 half a gigabyte more.
 */
const LARGE = 2 ** 23

/**
 * By how much a large JPEG may be shrunk while it is decoded, and how many times as many pixels a side must then still
 * have as it is to have, for Lanczos to weigh. Against decoding it whole: 1 level in photographs, at most 3 in noise
 * (.4 in the mean), 8 (4 in the mean) where bright stripes are a pixel wide, whose overshoot is clipped in one way and
 * averaged in the other.
 */
const SHRINKS = [{ by: 8, left: 12 }, { by: 4, left: 12 }, { by: 2, left: 6 }] as const

/**
 * The size to decode a JPEG to, where it is so large that its own size would cost time and memory to no avail.
 * @param reduction how many times as many pixels it has as it is to have, on the side where that is less
 * @returns undefined for its own size; also where it could not be shrunk without a rest, which would shift it
 */
export function shrunkSize ({ width, height }: Size, reduction: number): Size | undefined {
  if (width * height <= LARGE) return undefined
  const by = shrinkFactor({ width, height }, reduction)
  return by === 1 ? undefined : { width: width / by, height: height / by }
}

/** Gives by how much pictures of a size may be shrunk without a rest: 8, 4, 2 or 1. */
export function shrinkFactor ({ width, height }: Size, reduction: number): number {
  return SHRINKS.find(({ by, left }) => width % by === 0 && height % by === 0 && reduction >= by * left)?.by ?? 1
}
