import type { Size } from './picture.js'

/** Smaller JPEGs are decoded whole: a hundredth of a second, a few megabytes. */
const LARGE = 2 ** 21

/**
 * By how much a large JPEG may be shrunk while it is decoded, and how many times as many pixels a side must then still
 * have as it is to have, for Lanczos to weigh. Against decoding it whole: at most 3 levels, where every pixel may be an
 * edge, and .4 in the mean; in photographs 1.
 */
const SHRINKS = [{ by: 8, left: 12 }, { by: 4, left: 12 }, { by: 2, left: 6 }] as const

/**
 * The size to decode a JPEG to, where it is so large that its own size would cost time and memory to no avail.
 * @param reduction how many times as many pixels it has as it is to have, on the side where that is less
 * @returns undefined for its own size; also where it could not be shrunk without a rest, which would shift it
 */
export function shrunkSize ({ width, height }: Size, reduction: number): Size | undefined {
  if (width * height <= LARGE) return undefined
  const shrink = SHRINKS.find(({ by, left }) => width % by === 0 && height % by === 0 && reduction >= by * left)
  return shrink && { width: width / shrink.by, height: height / shrink.by }
}
