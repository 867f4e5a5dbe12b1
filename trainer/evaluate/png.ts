import sharp from 'sharp'

export interface Raster {
  /** 8 bit, interleaved, rows top to bottom. */
  readonly pixels: Uint8Array
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3 | 4
  /** Reduce to at most this many colours: for charts and heat maps, which have few. */
  readonly colours?: number
}

/** As small a PNG as lossless compression gives (with `colours`: from a palette): figures travel with the model, in git. */
export async function compactPng ({ pixels, width, height, channels, colours }: Raster): Promise<Uint8Array> {
  const image = sharp(pixels, { raw: { width, height, channels } })
  if (channels === 4) image.flatten({ background: '#ffffff' })
  // Without this sharp writes grey images with three channels.
  if (channels === 1) image.toColourspace('b-w')
  return await image.png({ compressionLevel: 9, effort: 10, ...(colours === undefined ? { palette: false } : { palette: true, colours, dither: 0 }) }).toBuffer()
}
