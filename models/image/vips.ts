/**
 * The general decoder, for all that is not plain: WebP, palettes, colour profiles, 16 bits, interlaced and odd files,
 * and very large JPEGs, which no other maintained binding can shrink while it decodes. Its fixed cost is some half a
 * millisecond a picture.
 */
import sharp from 'sharp'
import type { Raster, Size } from './picture.js'

// Everything libvips could open is an attack surface: SVG, GIF, TIFF, PDF and files by path are gone, for this whole
// process.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({ operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer', 'VipsForeignLoadWebpBuffer'] })
// Pictures do not come again: a cache would only hold memory. Parallelism comes from whoever decodes several at once.
sharp.cache(false)
sharp.concurrency(1)

/** Versions of the general decoder. */
export const vipsVersion = `sharp ${sharp.versions.sharp}, libvips ${sharp.versions.vips}`

export interface VipsOptions {
  /** Under what is transparent: each channel. */
  readonly background: 0 | 255
  readonly maxPixels: number
  /** Whether the file holds grey. */
  readonly grey: boolean
  /**
   * The size of a JPEG by 2, 4 or 8, rounded up. Its blocks are decoded to fewer pixels, at a fraction of the time and
   * memory.
   */
  readonly shrunk?: Size | undefined
}

/**
 * Decodes any PNG, JPEG or WebP as it is stored, at its full size or, of a JPEG, shrunk: profiles applied, to grey or
 * sRGB, 8 bit. Of an animation, the first frame.
 * @throws Error in libvips' words, also for files that are cut off
 */
export async function decodeWithVips (
  bytes: Uint8Array, { background, maxPixels, grey, shrunk }: VipsOptions
): Promise<Raster> {
  const image = sharp(bytes, { failOn: 'error', limitInputPixels: maxPixels })
  // To just such a size, the decoder's own shrinking is all that is done.
  if (shrunk !== undefined) image.resize(shrunk.width, shrunk.height, { fit: 'fill', fastShrinkOnLoad: true })
  const { data, info } = await image
    .flatten({ background: background === 0 ? '#000' : '#fff' })
    .toColourspace(grey ? 'b-w' : 'srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  const channels = grey ? 1 : 3
  if (data.length !== info.width * info.height * channels) {
    throw new Error(`${info.channels} channels after decoding instead of ${channels}`)
  }
  return { width: info.width, height: info.height, channels, pixels: data }
}

/** An animated GIF or WebP. */
export interface Animation extends Size {
  /** Milliseconds that each frame is shown. */
  readonly delays: readonly number[]
}

/** Opens libvips' reader of GIF too, for whoever asks for animations: the service never does. */
const allowGif = () => sharp.unblock({ operation: ['VipsForeignLoadNsgifBuffer'] })

/** Delays that browsers don't believe, and what they take them for, in milliseconds. */
const UNBELIEVED = 10
const USUAL_DELAY = 100

/**
 * Reads what an animated GIF or WebP says of itself; a picture that does not move has one frame.
 * @throws Error in libvips' words
 */
export async function readAnimation (bytes: Uint8Array): Promise<Animation> {
  allowGif()
  const { width, height, pages = 1, pageHeight = height, delay = [] } =
    await sharp(bytes, { animated: true, limitInputPixels: false }).metadata()
  const delays = Array.from({ length: pages }, (_, i) => delay[i] ?? 0)
  return { width, height: pageHeight, delays: delays.map(ms => ms <= UNBELIEVED ? USUAL_DELAY : ms) }
}

/**
 * Decodes some frames of an animated GIF or WebP, each as it is seen, over black.
 * @param frames the first, and how many
 * @throws Error in libvips' words, also for files that are cut off there
 */
export async function decodeAnimation (
  bytes: Uint8Array, { width, height }: Size, { first, count }: { readonly first: number, readonly count: number }
): Promise<Raster[]> {
  allowGif()
  const { data, info } = await sharp(bytes, { page: first, pages: count, failOn: 'error', limitInputPixels: false })
    .flatten({ background: '#000' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  const size = width * height * 3
  if (info.channels !== 3 || data.length !== count * size) {
    throw new Error(`${data.length} bytes of pixels instead of ${count * size}`)
  }
  return Array.from({ length: count }, (_, i) => ({
    width, height, channels: 3, pixels: data.subarray(i * size, (i + 1) * size),
  }))
}
