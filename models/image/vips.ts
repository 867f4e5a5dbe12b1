import sharp from 'sharp'
import type { Picture } from './picture.js'

// Everything libvips could open is an attack surface: SVG, GIF, TIFF, PDF and files by path are gone, for this whole process.
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
}

/**
 * Decodes any PNG, JPEG or WebP at its full size, as it is stored: profiles applied, to grey or sRGB, 8 bit. Of an animation, the first frame.
 * @throws Error in libvips' words, also for files that are cut off
 */
export async function decodeWithVips (bytes: Uint8Array, { background, maxPixels, grey }: VipsOptions): Promise<Picture> {
  const { data, info } = await sharp(bytes, { failOn: 'error', limitInputPixels: maxPixels })
    .flatten({ background: background === 0 ? '#000' : '#fff' })
    .toColourspace(grey ? 'b-w' : 'srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  const channels = grey ? 1 : 3
  if (data.length !== info.width * info.height * channels) throw new Error(`${info.channels} channels after decoding instead of ${channels}`)
  return { width: info.width, height: info.height, channels, data: { pixels: data } }
}
