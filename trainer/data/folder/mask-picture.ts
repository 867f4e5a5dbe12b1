/** Object masks as pictures. */
import { decodeImage, readSize, sniffImage, type Size } from '@partition-vae/models/image'
import { TrainerError } from '../../foundation/errors.js'

const MAX_PIXELS = 40_000_000

/**
 * Decodes a picture of objects: grey is the number of the object, 0 for the background; colours are numbered in each
 * picture by their values, black being the background.
 * @param what names it, for errors
 * @returns 8 bit [H, W], and its size
 * @throws TrainerError PVAE_DATA_CORRUPT for what is no PNG or WebP, is damaged or has more than 256 colours
 */
export async function decodeMask (bytes: Uint8Array, what: string): Promise<{ mask: Uint8Array, size: Size }> {
  const corrupt = (found: string) =>
    new TrainerError('PVAE_DATA_CORRUPT', `${what}: expected a mask, as a PNG or WebP, but found ${found}`)
  const format = sniffImage(bytes)
  const size = format === undefined ? undefined : readSize(bytes, format)
  if (size === undefined) throw corrupt('another format')
  if (format === 'jpeg') throw corrupt('a JPEG, which mixes the numbers of objects')
  const { height, width } = size
  const pixels = await decodeImage(bytes, { height, width, channels: 3 }, {
    fit: 'fill', invert: false, maxPixels: MAX_PIXELS, blocking: false,
  }).catch((error: unknown) => { throw corrupt((error as Error).message) })
  const mask = numbersOf(pixels)
  if (mask === undefined) throw corrupt('more than 256 colours')
  return { mask, size }
}

/** Grey levels are numbers; colours are counted, in the order of red, green and blue. */
function numbersOf (pixels: Uint8Array): Uint8Array | undefined {
  const colours = new Uint32Array(pixels.length / 3)
  for (let i = 0; i < colours.length; i++) {
    colours[i] = pixels[3 * i]! << 16 | pixels[3 * i + 1]! << 8 | pixels[3 * i + 2]!
  }
  const isGrey = colours.every(colour => colour >> 16 === (colour & 255) && (colour >> 8 & 255) === (colour & 255))
  if (isGrey) return Uint8Array.from(colours, colour => colour & 255)
  const distinct = [...new Set(colours).add(0)].sort((a, b) => a - b)
  if (distinct.length > 256) return undefined
  const numbers = new Map(distinct.map((colour, number) => [colour, number]))
  return Uint8Array.from(colours, colour => numbers.get(colour)!)
}
