import sharp from 'sharp'

export interface Raster {
  /** 8 bit, interleaved, rows top to bottom. */
  readonly pixels: Uint8Array
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3 | 4
  /**
   * Reduce to the 256 colours that fit best: for charts, which have few, and where size matters more than the last bit.
   */
  readonly palette?: boolean
}

/**
 * As small a PNG as lossless compression gives (from a palette, if so asked): figures travel with the model, in git.
 */
export async function compactPng ({ pixels, width, height, channels, palette = false }: Raster): Promise<Uint8Array> {
  const image = sharp(pixels, { raw: { width, height, channels } })
  if (channels === 4) image.flatten({ background: '#ffffff' })
  // Without this sharp writes grey images with three channels.
  if (channels === 1) image.toColourspace('b-w')
  return await image
    .png({ compressionLevel: 9, palette, ...(palette && { colours: 256, dither: 0, effort: 5 }) })
    .toBuffer()
}

/** As small a file as pictures that are only looked at need: WebP, lossy. Beyond 16,383 pixels a side there is none. */
export async function lossyWebp ({ pixels, width, height, channels }: Omit<Raster, 'palette'>): Promise<Uint8Array> {
  return await sharp(pixels, { raw: { width, height, channels } })
    .webp({ quality: 80, effort: 5, smartSubsample: true })
    .toBuffer()
}
