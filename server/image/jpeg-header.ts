/** What a JPEG says before its pixels: as much as decides who may decode it. */
export interface JpegHeader {
  readonly width: number
  readonly height: number
  /** 1: grey. 3: Y′CbCr. */
  readonly components: 1 | 3
}

const SOF_BASELINE = 0xc0
const SOF_EXTENDED = 0xc1
const SOS = 0xda
const APP14 = 0xee
/** Tables, restart interval, comments, and application data that changes no pixel (APP1 and APP2 with other contents, APP0, APP3 … APP13, APP15). */
const SKIPPED = new Set([0xc4, 0xdb, 0xdd, 0xfe, ...Array.from({ length: 16 }, (_, n) => 0xe0 + n)])

/**
 * The header of a JPEG that is plain: baseline or extended Huffman with one scan of 8 bit grey or Y′CbCr, no EXIF (orientation), no colour profile, and every
 * marker where it is due, so that no decoder can read another size out of it. Reads the segments' heads, not their data.
 * @returns undefined for any other (progressive, CMYK, RGB, arithmetic, …): which may still be a fine JPEG
 */
export function readPlainJpeg (bytes: Uint8Array): JpegHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const text = (offset: number, length: number) => String.fromCharCode(...bytes.subarray(offset, offset + length))
  let header: JpegHeader | undefined
  // SOI; then segments: 0xff, marker, length with itself, data.
  for (let offset = 2; offset + 4 <= bytes.length && bytes[offset] === 0xff;) {
    const marker = bytes[offset + 1]!
    const length = view.getUint16(offset + 2)
    const data = offset + 4
    offset += 2 + length
    if (length < 2 || offset > bytes.length) return undefined
    if (marker === SOS) return header !== undefined && bytes[data] === header.components ? header : undefined
    if (marker === SOF_BASELINE || marker === SOF_EXTENDED) {
      if (header !== undefined) return undefined
      header = readFrame(bytes.subarray(data, offset))
      if (header === undefined) return undefined
    } else if (!SKIPPED.has(marker) || text(data, 4) === 'Exif' || text(data, 11) === 'ICC_PROFILE' || (marker === APP14 && !isYcc(bytes.subarray(data, offset)))) {
      return undefined
    }
  }
  return undefined
}

/** Start of frame: precision, height, width, components; for each its id, sampling factors and quantisation table. */
function readFrame (data: Uint8Array): JpegHeader | undefined {
  if (data.length < 6 || data[0] !== 8) return undefined
  const [height, width, components] = [data[1]! * 256 + data[2]!, data[3]! * 256 + data[4]!, data[5]!]
  if (width === 0 || height === 0 || data.length !== 6 + 3 * components) return undefined
  if (components === 1) return { width, height, components }
  // Other names of the components (R, G, B) make other colours of them.
  const named = data[6] === 1 && data[9] === 2 && data[12] === 3
  return components === 3 && named ? { width, height, components } : undefined
}

/** Adobe's segment: its last byte says how the components make colours; 1 is Y′CbCr. */
function isYcc (data: Uint8Array): boolean {
  return data.length === 12 && data[11] === 1
}
