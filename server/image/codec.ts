import sharp from 'sharp'
import type { ImageShape } from '@partition-vae/models'
import {
  decodeImage as decode,
  ImageFault,
  type DecodeOptions as SharedOptions,
  type Fit,
} from '@partition-vae/models/image'
import { expected, ImageInvalidError, ImageTooLargeError, OutputTooLargeError } from '../foundation/errors.js'
import { encodePng } from './png.js'

export type { Fit }
export type OutputFormat = 'png' | 'webp'
export type DecodeOptions = Omit<SharedOptions, 'blocking'>

/**
 * PNG, JPEG or WebP → the model's 8 bit [H, W, C], row by row, by the rule that training follows too (PIXEL_RULE). The
 * background (under transparency, beside a contained image) is what becomes 0, black, for the model: black, or white
 * where `invert` is set. Plain files are decoded on this thread: a worker has nothing else to do meanwhile.
 * @param name what to call the image in an error, e.g. `image[2]`
 * @throws PVAE_IMAGE_INVALID for bytes that do not decode, PVAE_IMAGE_TOO_LARGE beyond `maxPixels`
 */
export async function decodeImage (
  bytes: Uint8Array,
  shape: ImageShape,
  options: DecodeOptions,
  name: string
): Promise<Uint8Array> {
  try {
    return await decode(bytes, shape, { ...options, blocking: true })
  } catch (error) {
    if (!(error instanceof ImageFault)) throw error
    if (error.kind === 'too large') {
      throw new ImageTooLargeError(expected(`at most ${options.maxPixels} pixels (width × height)`, name, 'more'))
    }
    throw new ImageInvalidError(
      expected('a whole PNG, JPEG or WebP', name, `${bytes.length} bytes that do not decode (${error.message})`)
    )
  }
}

/** The largest side that WebP can hold: 14 bits. Pixels. */
const WEBP_SIDE = 16383

/**
 * 8 bit [H, W, C], one channel, three, or four with a straight alpha → a file. Grey stays one channel in PNG; WebP is
 * lossless (it has no grey).
 * @throws PVAE_OUTPUT_TOO_LARGE for a WebP with a side beyond 16,383
 */
export async function encodeImage (
  bytes: Uint8Array,
  { height, width, channels }: ImageShape,
  format: OutputFormat
): Promise<Uint8Array> {
  if (format === 'webp' && Math.max(height, width) > WEBP_SIDE) {
    throw new OutputTooLargeError(
      expected(
        `at most ${WEBP_SIDE} pixels a side`,
        'a WebP',
        `a request for ${width} × ${height}; PNG can be larger`
      )
    )
  }
  if (format === 'png') return encodePng(bytes, { height, width, channels })
  return await sharp(bytes, { raw: { height, width, channels: channels as 1 | 3 | 4 } })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .webp({ lossless: true, effort: 2 })
    .toBuffer()
}
