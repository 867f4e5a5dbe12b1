import sharp from 'sharp'

// The one importer of sharp for reading training images. The rules are those of the service's codec: what a model is trained on and
// what it is served must be the same pixels.

sharp.cache(false)
// Several images are decoded at once: one thread for each is better than several for one.
sharp.concurrency(1)
// Only these three decoders: the others (SVG, PDF, TIFF, GIF, …) are attack surface, and we tell formats by content, never by name.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({ operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer', 'VipsForeignLoadWebpBuffer'] })

/** Versions of the decoder: other versions may decode to slightly other pixels. */
export const decoderVersion = `sharp ${sharp.versions.sharp}, libvips ${sharp.versions.vips}`

/** Larger images are refused before they are decoded: 40 megapixels of RGBA are 160 MB. */
export const MAX_PIXELS = 40_000_000

export interface DecodeOptions {
  readonly height: number
  readonly width: number
  readonly channels: 1 | 3
  /** fill stretches, contain adds black bars, cover crops the edges. */
  readonly fit: 'fill' | 'contain' | 'cover'
}

export type ImageFormat = 'png' | 'jpeg' | 'webp'

/** Bytes that `sniffFormat` looks at. */
export const SNIFF_BYTES = 12

/** The format of an image file, told by its first bytes. `head`: at least SNIFF_BYTES of it, or the whole file. */
export function sniffFormat (head: Uint8Array): ImageFormat | undefined {
  const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1')
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'png'
  if (text.startsWith('\xff\xd8\xff')) return 'jpeg'
  if (text.startsWith('RIFF') && text.startsWith('WEBP', 8)) return 'webp'
  return undefined
}

/**
 * Decodes a PNG, JPEG or WebP file: turned upright as its EXIF says, transparency laid over black, resized with Lanczos 3 unless it has the
 * size already, in sRGB or grey. Of an animation, the first frame.
 * @returns 8 bit [height, width, channels]
 * @throws Error with the decoder's one-line reason when the image is damaged, too large or of another format
 */
export async function decodeImage (file: Uint8Array, { height, width, channels, fit }: DecodeOptions): Promise<Uint8Array> {
  try {
    return await sharp(file, { failOn: 'error', limitInputPixels: MAX_PIXELS })
      .autoOrient()
      .flatten({ background: 'black' })
      .resize(width, height, { fit, kernel: 'lanczos3', background: 'black' })
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .raw({ depth: 'uchar' })
      .toBuffer()
  } catch (error) {
    throw new Error((error as Error).message.replace(/\s+/g, ' ').slice(0, 200).replace(/[\s:]+$/, ''), { cause: error })
  }
}
