/** Object masks in arrays. */
import { TrainerError } from '../../foundation/errors.js'
import { corrupt, describeShape, type ArrayMember } from './array-file.js'
import { toDoubles } from './number-types.js'
import type { ImageLayout } from './pixels.js'

export interface MaskLayout {
  /** The dimensions that one image's mask has. */
  readonly rank: number
  /** Masks of things one above the other: the first is the background's. 0 for numbers of objects in one mask. */
  readonly layers: number
}

/**
 * Tells where the masks are: numbers of objects (N, H, W) or (N, H, W, 1), 0 for the background; or a mask for each
 * thing (N, K, H, W) or (N, K, H, W, 1), the background's first, as the Multi-Object Datasets have them.
 * @throws TrainerError PVAE_DATA_MIXED for masks of another size or number than the images
 */
export function maskLayoutOf (
  where: string, { name, shape, isFortran }: ArrayMember, { shape: { height, width }, count }: ImageLayout
): MaskLayout {
  const sides = shape.length >= 4 && shape.at(-1) === 1 ? shape.slice(0, -1) : shape
  const rank = shape.length - 1
  const fits = shape[0] === count && sides.at(-2) === height && sides.at(-1) === width && !isFortran
  if (fits && sides.length === 3) return { rank, layers: 0 }
  if (fits && sides.length === 4 && sides[1]! <= 256) return { rank, layers: sides[1]! }
  const expected = `(${count}, ${height}, ${width}) or (${count}, things, ${height}, ${width}), as the images are, in C ` +
    `order, for the shape of ${name}`
  const found = `${describeShape(shape)}${isFortran ? ' in Fortran order' : ''}`
  throw new TrainerError('PVAE_DATA_MIXED', `${where}: expected ${expected} but found ${found}`)
}

/**
 * Reads one image's mask: 8 bit [H, W], 0 for the background. Where a pixel is in several layers, the one counts that
 * has it most, and of those the first.
 * @throws TrainerError PVAE_DATA_CORRUPT for numbers that are no whole ones from 0 to 255
 */
export function maskOf (what: string, bytes: Uint8Array, { type }: ArrayMember, { layers }: MaskLayout): Uint8Array {
  if (type === 'text') throw corrupt(what, 'numbers', 'text')
  const values = toDoubles(bytes, type)
  if (layers === 0) {
    const wrong = values.find(value => !Number.isInteger(value) || value < 0 || value > 255)
    if (wrong !== undefined) throw corrupt(what, 'whole numbers from 0 to 255 for the objects', `${wrong}`)
    return Uint8Array.from(values)
  }
  const pixels = values.length / layers
  const mask = new Uint8Array(pixels)
  for (let pixel = 0; pixel < pixels; pixel++) {
    let most = values[pixel]!
    for (let layer = 1; layer < layers; layer++) {
      const value = values[layer * pixels + pixel]!
      if (value > most) [most, mask[pixel]] = [value, layer]
    }
  }
  return mask
}
