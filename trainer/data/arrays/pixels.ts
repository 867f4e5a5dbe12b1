/** Images in arrays: which dimensions are which, and how numbers become 8 bit. */
import type { ImageShape } from '@partition-vae/models'
import { corrupt, describeShape, type ArrayMember } from './array-file.js'
import { isFloat, toDoubles, type NumberType } from './number-types.js'

/** Where an image's numbers are in an array. */
export interface ImageLayout {
  readonly shape: ImageShape
  /** The dimensions that one image has, the last ones; those before them count images. */
  readonly rank: 2 | 3
  /** Whether channels come first. */
  readonly isPlanar: boolean
  readonly count: number
}

/**
 * Tells where the images are: (…, H, W), (…, H, W, C) or (…, C, H, W), with 1 or 3 channels; what comes before counts
 * them.
 * @throws TrainerError PVAE_DATA_CORRUPT for another shape, and for Fortran order
 */
export function imageLayoutOf (where: string, { name, shape, isFortran }: ArrayMember): ImageLayout {
  const isChannels = (side: number | undefined) => side === 1 || side === 3
  const [a, b, c] = shape.slice(-3) as [number, number, number]
  const countOf = (rank: number) => shape.slice(0, shape.length - rank).reduce((product, side) => product * side, 1)
  const layout = shape.length >= 4 && isChannels(c)
    ? { shape: { height: a, width: b, channels: c }, rank: 3, isPlanar: false, count: countOf(3) } as const
    : shape.length >= 4 && isChannels(a)
      ? { shape: { height: b, width: c, channels: a }, rank: 3, isPlanar: true, count: countOf(3) } as const
      : shape.length === 3
        ? { shape: { height: b, width: c, channels: 1 }, rank: 2, isPlanar: false, count: countOf(2) } as const
        : undefined
  if (layout === undefined || layout.shape.height * layout.shape.width === 0) {
    const expected = `(count, height, width), with channels 1 or 3 last or second, for the shape of ${name}`
    throw corrupt(where, expected, describeShape(shape))
  }
  if (isFortran && layout.count > 1) {
    throw corrupt(where, `C order for ${name}`, 'Fortran order, whose images are not stored one after the other: write ' +
      'it anew with numpy.ascontiguousarray')
  }
  return layout
}

/** How numbers stand for brightness: from black to white. */
export const RANGES = ['0..255', '-1..1', '0..1'] as const
export type Range = typeof RANGES[number]

/**
 * Tells the range of an array's numbers from some of them: those from 0 to 1 are shares, integers too, as in dSprites;
 * numbers with a fraction from −1 to 1 are shares with a sign; all else is 8 bit.
 */
export function guessRange (type: NumberType, some: Float64Array): Range {
  let [low, high] = [Infinity, -Infinity]
  for (const value of some) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  if (high > 1) return '0..255'
  return low < 0 && isFloat(type) ? '-1..1' : '0..1'
}

/**
 * Brings an image's numbers to 8 bit.
 * @param bytes of one image, little-endian
 * @param what names the image, for errors
 * @returns [H, W, C], its own memory
 * @throws TrainerError PVAE_DATA_CORRUPT for numbers outside of the range, or not finite
 */
export function imageOf (
  what: string, bytes: Uint8Array, { type }: ArrayMember, { shape, isPlanar }: ImageLayout, range: Range
): Uint8Array {
  if (type === 'text') throw corrupt(what, 'numbers', 'text')
  const pixels = type === 'uint8' && range === '0..255'
    ? Uint8Array.from(bytes)
    : brightness(what, toDoubles(bytes, type), range)
  return isPlanar ? interleaved(pixels, shape) : pixels
}

function brightness (what: string, values: Float64Array, range: Range): Uint8Array {
  const [low, high] = range === '0..255' ? [0, 255] : range === '0..1' ? [0, 1] : [-1, 1]
  const tolerance = (high - low) * 1e-5
  const out = new Uint8Array(values.length)
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (!(value >= low - tolerance && value <= high + tolerance)) {
      throw corrupt(what, `numbers from ${low} to ${high}`, `${value}: set data.range where that is not the range`)
    }
    out[i] = Math.min(255, Math.max(0, Math.round((value - low) / (high - low) * 255)))
  }
  return out
}

/** [C, H, W] → [H, W, C] */
function interleaved (planes: Uint8Array, { height, width, channels }: ImageShape): Uint8Array {
  const pixels = height * width
  return planes.map((_, i) => planes[i % channels * pixels + Math.floor(i / channels)]!)
}
