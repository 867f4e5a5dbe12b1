import type { Size } from './picture.js'
import type { ImageFormat } from './sniff.js'

/**
 * The size that a file's header states, without decoding anything.
 * @returns undefined where it does not read as one: the decoder will tell why
 */
export function readSize (bytes: Uint8Array, format: ImageFormat): Size | undefined {
  // What is read beyond the end is a RangeError: a header that is cut off.
  try {
    return READERS[format](new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  } catch {
    return undefined
  }
}

const READERS: Readonly<Record<ImageFormat, (view: DataView) => Size | undefined>> = {
  png: view => ({ width: view.getUint32(16), height: view.getUint32(20) }),
  jpeg: readJpeg,
  webp: readWebp,
}

/** The first start of frame, whichever way of coding it starts: precision, height, width, components. */
function readJpeg (view: DataView): Size | undefined {
  const frame = findFrame(view)
  return frame === undefined ? undefined : { width: view.getUint16(frame + 3), height: view.getUint16(frame + 1) }
}

function findFrame (view: DataView): number | undefined {
  for (let offset = 2; view.getUint8(offset) === 0xff;) {
    const marker = view.getUint8(offset + 1)
    // 0xc4, 0xc8 and 0xcc lie among the frames, but are none.
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) return offset + 4
    // A filling byte, or a segment with its length.
    offset += marker === 0xff ? 1 : 2 + view.getUint16(offset + 2)
  }
  return undefined
}

/**
 * Tells whether a file's header states grey, with or without transparency. The file must be one whose size can be read.
 */
export function isGrey (bytes: Uint8Array, format: ImageFormat): boolean {
  if (format === 'webp') return false
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  // Of a PNG's colour types, 0 is grey and 4 grey with alpha.
  return format === 'png' ? view.getUint8(25) % 4 === 0 : view.getUint8(findFrame(view)! + 5) === 1
}

/** RFC 9649: the canvas of an extended file, or the one frame of a plain one. */
function readWebp (view: DataView): Size | undefined {
  const uint24 = (offset: number) => view.getUint16(offset, true) + view.getUint8(offset + 2) * 2 ** 16
  switch (String.fromCharCode(view.getUint8(12), view.getUint8(13), view.getUint8(14), view.getUint8(15))) {
    case 'VP8X': return { width: 1 + uint24(24), height: 1 + uint24(27) }
    case 'VP8 ': return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff }
    case 'VP8L': {
      const bits = view.getUint32(21, true)
      return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) }
    }
  }
  return undefined
}
