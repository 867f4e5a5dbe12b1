/** Object masks as pictures. */
import {
  decodeImage, isTurned, readOrientation, readSize, readStoredPixels, sniffImage, turnUpright, type Orientation,
  type Size,
} from '@partition-vae/models/image'
import { TrainerError } from '../../foundation/errors.js'

const MAX_PIXELS = 40_000_000

/** What a picture's head states. */
export interface StoredPicture {
  /** As its pixels are stored. */
  readonly size: Size
  /** How they are to be turned, as EXIF states it. */
  readonly orientation: Orientation
}

/** → undefined for what is no PNG, JPEG or WebP */
export function readStored (bytes: Uint8Array): StoredPicture | undefined {
  const format = sniffImage(bytes)
  const size = format === undefined ? undefined : readSize(bytes, format)
  return size === undefined ? undefined : { size, orientation: readOrientation(bytes, format!) }
}

/** The size that people see. */
export function uprightSize ({ size: { height, width }, orientation }: StoredPicture): Size {
  return isTurned(orientation) ? { height: width, width: height } : { height, width }
}

/** Tells whether a mask lies on an image's pixels, as these are stored or as people see them. */
export function fitsImage (mask: StoredPicture, image: StoredPicture): boolean {
  const isSame = (a: Size, b: Size) => a.height === b.height && a.width === b.width
  return isSame(uprightSize(mask), uprightSize(image)) || (mask.orientation === 1 && isSame(mask.size, image.size))
}

/**
 * Decodes a picture of objects: grey is the number of the object, 0 for the background; colours are numbered in each
 * picture by their values, black being the background. Grey PNGs of 1, 2, 4 and 16 bit keep the numbers that are
 * stored: they are not scaled to 8 bit, as pictures are. It is turned as its own EXIF states; without any, as its
 * image is, where it has the size of the image's stored pixels.
 * @param what names it, for errors
 * @param image that it is of
 * @returns 8 bit [H, W], upright, and its size
 * @throws TrainerError PVAE_DATA_CORRUPT for what is no PNG or WebP, is damaged, has more than 256 colours, numbers
 * above 255 or colours of 16 bit
 */
export async function decodeMask (
  bytes: Uint8Array, what: string, image?: StoredPicture
): Promise<{ mask: Uint8Array, size: Size }> {
  const own = readStored(bytes)
  const isAsStored = own?.orientation === 1 && own.size.height === image?.size.height &&
    own.size.width === image.size.width
  const { mask, size } = await decodeOwn(bytes, what)
  if (!isAsStored) return { mask, size }
  const turned = { size, orientation: image!.orientation }
  return { mask: turnUpright(mask, { ...size, channels: 1 }, turned.orientation), size: uprightSize(turned) }
}

/** Decodes a mask, turned as its own file states. */
async function decodeOwn (bytes: Uint8Array, what: string): Promise<{ mask: Uint8Array, size: Size }> {
  const corrupt = (found: string) =>
    new TrainerError('PVAE_DATA_CORRUPT', `${what}: expected a mask, as a PNG or WebP, but found ${found}`)
  const stored = readStored(bytes)
  if (stored === undefined) throw corrupt('another format')
  const format = sniffImage(bytes)
  if (format === 'jpeg') throw corrupt('a JPEG, which mixes the numbers of objects')
  const size = uprightSize(stored)
  const { height, width } = size
  const { bits, isPlainGrey } = format === 'png' ? storageOf(bytes) : { bits: 8, isPlainGrey: false }
  if (bits === 16) {
    if (!isPlainGrey) throw corrupt('16 bit of colours or transparency, which are not kept apart in 8 bit')
    if (width * height > MAX_PIXELS) throw corrupt(`${width} × ${height} pixels, more than ${MAX_PIXELS}`)
    const numbers = await readWide(bytes).catch((error: unknown) => { throw corrupt((error as Error).message) })
    const most = numbers.reduce((most, number) => Math.max(most, number), 0)
    if (most > 255) throw corrupt(`the number ${most} of an object, above 255`)
    const mask = Uint8Array.from(numbers)
    return { mask: turnUpright(mask, { ...stored.size, channels: 1 }, stored.orientation), size }
  }
  const pixels = await decodeImage(bytes, { height, width, channels: 3 }, {
    fit: 'fill', invert: false, maxPixels: MAX_PIXELS, blocking: false,
  }).catch((error: unknown) => { throw corrupt((error as Error).message) })
  const mask = numbersOf(pixels)
  if (mask === undefined) throw corrupt('more than 256 colours')
  if (!isPlainGrey || bits === 8) return { mask, size }
  // Undoes the decoder's scaling of the highest number to 255.
  const step = 255 / (2 ** bits - 1)
  return { mask: mask.map(level => Math.round(level / step)), size }
}

/** Reads a PNG's header (IHDR): bits of each number, and whether there is but grey. */
function storageOf (bytes: Uint8Array): { readonly bits: number, readonly isPlainGrey: boolean } {
  return { bits: bytes[24]!, isPlainGrey: bytes[25] === 0 }
}

/** Reads the numbers of a grey PNG of 16 bit: [H, W]. */
async function readWide (bytes: Uint8Array): Promise<Uint16Array> {
  const pixels = await readStoredPixels(bytes, false)
  return new Uint16Array(Uint8Array.from(pixels).buffer)
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
