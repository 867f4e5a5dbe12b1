import { PIXEL_RULE } from '@partition-vae/models'
import { decodeImage as decode, decoderVersion as libraries, type Fit } from '@partition-vae/models/image'

/** The rule by which images are decoded, and the versions of what decodes: others may give slightly other pixels. */
export const decoderVersion = `rule ${PIXEL_RULE}, ${libraries}`

/** Larger images are refused before they are decoded: 40 megapixels of RGBA are 160 MB. */
const MAX_PIXELS = 40_000_000

export interface DecodeOptions {
  readonly height: number
  readonly width: number
  readonly channels: 1 | 3
  /** fill stretches, contain adds black bars, cover crops the edges. */
  readonly fit: Fit
}

/**
 * Decodes a PNG, JPEG or WebP file by the rule that the service follows too (PIXEL_RULE), over black.
 * @returns 8 bit [height, width, channels]
 * @throws Error with a one-line reason when the image is damaged, too large or of another format
 */
export async function decodeImage (file: Uint8Array, { fit, ...shape }: DecodeOptions): Promise<Uint8Array> {
  // Not on this thread: it trains, and several images are decoded at once.
  return await decode(file, shape, { fit, invert: false, maxPixels: MAX_PIXELS, blocking: false })
}
