const APP1 = 0xe1
const SOS = 0xda
const PREFIX = 'Exif\0\0'

/** The EXIF blocks of a JPEG: the segments APP1 that start with `Exif\0\0`, before the first scan. */
export function * readJpegExif (bytes: Uint8Array): Generator<Uint8Array> {
  for (let offset = 2; offset + 4 <= bytes.length && bytes[offset] === 0xff;) {
    const marker = bytes[offset + 1]!
    if (marker === SOS) return
    if (marker === 0xff) { // a filling byte
      offset++
      continue
    }
    const length = bytes[offset + 2]! * 256 + bytes[offset + 3]!
    const data = bytes.subarray(offset + 4, offset + 2 + length)
    const isExif = marker === APP1 && String.fromCharCode(...data.subarray(0, PREFIX.length)) === PREFIX
    if (isExif) yield data.subarray(PREFIX.length)
    offset += 2 + length
  }
}
