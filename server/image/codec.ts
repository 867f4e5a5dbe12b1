import sharp, { type Sharp } from 'sharp'
import { pixelCount, type ImageShape } from '@partition-vae/models'
import { expected, ImageInvalidError, ImageTooLargeError, OutputTooLargeError } from '../errors.js'
import { decodeFast } from './fast.js'
import { encodeSmallPng, SMALL_PNG } from './small-png.js'
import { sniffImage } from './sniff.js'

// Everything libvips could open is an attack surface: SVG, GIF, TIFF, PDF and files by path are gone, for this whole process.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({ operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer', 'VipsForeignLoadWebpBuffer'] })
// Requests do not repeat images: a cache would only hold memory. Parallelism comes from the workers.
sharp.cache(false)
sharp.concurrency(1)

/** `fill` stretches, `contain` pads, `cover` crops the middle. */
export type Fit = 'fill' | 'contain' | 'cover'
export type OutputFormat = 'png' | 'webp'

export interface DecodeOptions {
  readonly fit: Fit
  /** Light on dark becomes dark on light, and back: each byte b becomes 255 − b. */
  readonly invert: boolean
  /** Largest width × height to accept. */
  readonly maxPixels: number
}

/**
 * PNG, JPEG or WebP → the model's 8 bit [H, W, C], row by row. The order is: EXIF orientation, transparency laid over the
 * background, fit to H × W (Lanczos; an image that has the size already keeps its pixels), to grey or sRGB, 8 bit, inversion.
 * The background (under transparency, beside a contained image) is what becomes 0, black, for the model: black, or white where `invert` is set.
 * Of an animation, the first frame. The size is read from the header before anything is decoded.
 * @param name what to call the image in an error, e.g. `image[2]`
 * @throws PVAE_IMAGE_INVALID for bytes that do not decode, PVAE_IMAGE_TOO_LARGE beyond `maxPixels`
 */
export async function decodeImage (bytes: Uint8Array, shape: ImageShape, options: DecodeOptions, name: string): Promise<Uint8Array> {
  const pixels = decodeFast(bytes, sniffImage(bytes), shape, options) ?? await decodeAny(bytes, shape, options, name)
  if (options.invert) for (let i = 0; i < pixels.length; i++) pixels[i] = 255 - pixels[i]!
  return pixels
}

/** The general way, for every kind of file. */
async function decodeAny (bytes: Uint8Array, shape: ImageShape, { fit, invert, maxPixels }: DecodeOptions, name: string): Promise<Uint8Array> {
  const background = invert ? '#fff' : '#000'
  // Inside of a function of its own, as sharp throws at once for some inputs and rejects for others.
  const run = async () => await sharp(bytes, { failOn: 'error', limitInputPixels: maxPixels })
    .autoOrient()
    .flatten({ background })
    .resize(shape.width, shape.height, { fit, background })
    .toColourspace(shape.channels === 1 ? 'b-w' : 'srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  const { data, info } = await run().catch((error: Error) => { throw refusal(error, bytes, maxPixels, name) })
  if (data.length !== pixelCount(shape)) {
    throw new ImageInvalidError(expected(`${shape.channels} channels`, name, `${info.channels} after decoding`))
  }
  return data
}

function refusal (error: Error, bytes: Uint8Array, maxPixels: number, name: string): Error {
  if (error.message.includes('exceeds pixel limit')) {
    return new ImageTooLargeError(expected(`at most ${maxPixels} pixels (width × height)`, name, 'more'))
  }
  return new ImageInvalidError(expected('a whole PNG, JPEG or WebP', name, `${bytes.length} bytes that do not decode (${error.message.trim().split('\n')[0]})`))
}

/** What WebP can hold: 14 bits. */
const WEBP_SIDE = 16383

/**
 * 8 bit [H, W, C] → a file. Grey stays one channel in PNG; WebP is lossless (it has no grey).
 * @throws PVAE_OUTPUT_TOO_LARGE for a WebP with a side beyond 16,383
 */
export async function encodeImage (bytes: Uint8Array, { height, width, channels }: ImageShape, format: OutputFormat): Promise<Uint8Array> {
  if (format === 'webp' && Math.max(height, width) > WEBP_SIDE) {
    throw new OutputTooLargeError(expected(`at most ${WEBP_SIDE} pixels a side`, 'a WebP', `a request for ${width} × ${height}; PNG can be larger`))
  }
  if (format === 'png' && bytes.length <= SMALL_PNG) return encodeSmallPng(bytes, { height, width, channels })
  const image: Sharp = sharp(bytes, { raw: { height, width, channels: channels === 1 ? 1 : 3 } })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
  // Level 3: half the time of the default for a few percent of size.
  return format === 'png' ? await image.png({ compressionLevel: 3 }).toBuffer() : await image.webp({ lossless: true, effort: 2 }).toBuffer()
}
