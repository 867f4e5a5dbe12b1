import { readJpegExif, readPngExif, readWebpExif } from './exif.js'
import type { Orientation } from './picture.js'
import type { ImageFormat } from './sniff.js'
import { readTiffOrientation } from './tiff.js'

const READERS: Readonly<Record<ImageFormat, (bytes: Uint8Array) => Iterable<Uint8Array>>> = {
  png: readPngExif, jpeg: readJpegExif, webp: readWebpExif,
}

/**
 * The orientation that a file's EXIF states, wherever the container can hold it: the first that reads as one. XMP is
 * not asked.
 * @returns 1 where there is none, and where it is damaged: a picture with broken metadata is still a picture
 */
export function readOrientation (bytes: Uint8Array, format: ImageFormat): Orientation {
  for (const exif of READERS[format](bytes)) {
    const orientation = readTiffOrientation(exif)
    if (orientation !== undefined) return orientation
  }
  return 1
}
