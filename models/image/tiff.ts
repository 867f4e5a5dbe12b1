import type { Orientation } from './picture.js'

const ORIENTATION = 0x0112
const BYTE = 1
const SHORT = 3
const LONG = 4

/**
 * The orientation in an EXIF block, which is a TIFF header with its first directory, in either order of bytes, with or
 * without the `Exif\0\0` that JPEG puts before it.
 * @returns undefined where there is none, or the block is damaged
 */
export function readTiffOrientation (exif: Uint8Array): Orientation | undefined {
  // What is read beyond the end is a RangeError.
  try {
    const start = String.fromCharCode(...exif.subarray(0, 6)) === 'Exif\0\0' ? 6 : 0
    const view = new DataView(exif.buffer, exif.byteOffset + start, exif.byteLength - start)
    const mark = view.getUint16(0)
    if (mark !== 0x4949 && mark !== 0x4d4d) return undefined
    const little = mark === 0x4949
    if (view.getUint16(2, little) !== 42) return undefined
    const directory = view.getUint32(4, little)
    const entries = view.getUint16(directory, little)
    for (let entry = directory + 2; entry < directory + 2 + 12 * entries; entry += 12) {
      // Tag, type, count, value.
      if (view.getUint16(entry, little) !== ORIENTATION) continue
      const type = view.getUint16(entry + 2, little)
      const at = entry + 8
      const value = type === SHORT
        ? view.getUint16(at, little)
        : type === LONG ? view.getUint32(at, little) : type === BYTE ? view.getUint8(at) : 0
      return value >= 1 && value <= 8 ? value as Orientation : undefined
    }
  } catch {}
  return undefined
}
