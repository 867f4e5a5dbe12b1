/** The header of a JPEG, as far as it decides who may decode the picture. */
export interface JpegHeader {
  readonly width: number
  readonly height: number
  /** 1: grey. 3: Y′CbCr. */
  readonly components: 1 | 3
  /** Edges whose last pixels would take colour, where it has half of the samples, from a next one that is padding. */
  readonly padding: { readonly right: boolean, readonly below: boolean }
  /** Whether the blocks hold one more pixel beyond each of these edges, by any way of coding them. */
  readonly widens: boolean
  /** Offset in the file of the frame's precision, height and width. Bytes. */
  readonly frame: number
}

const SOF_BASELINE = 0xc0
const SOF_EXTENDED = 0xc1
const SOF_PROGRESSIVE = 0xc2
const EOI = 0xd9
const SOS = 0xda
const APP2 = 0xe2
const APP14 = 0xee
/**
 * Tables, restart interval, comments, and application data that changes no pixel (all but colour profiles and Adobe's
 * colour transforms; orientation is read elsewhere).
 */
const SKIPPED = new Set([0xc4, 0xdb, 0xdd, 0xfe, ...Array.from({ length: 16 }, (_, n) => 0xe0 + n)])
/**
 * Each scan of a progressive image costs as much time as the whole of another: more are for the general decoder to
 * refuse.
 */
const MAX_SCANS = 100

/**
 * The header of a JPEG that is plain and whole: Huffman coded, 8 bit grey or Y′CbCr, baseline with one scan or
 * progressive, no colour profile, and every marker where it is due, to the end of the image, so that no decoder can
 * read another size out of it or guess at what is cut off.
 * @returns undefined for any other (CMYK, RGB, arithmetic, …): which may still be a fine JPEG
 */
export function readPlainJpeg (bytes: Uint8Array): JpegHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const text = (offset: number, length: number) => String.fromCharCode(...bytes.subarray(offset, offset + length))
  let header: Omit<JpegHeader, 'widens' | 'frame'> | undefined
  let frame = 0
  let progressive = false
  let scans = 0
  // SOI; then segments: 0xff, marker, length with itself, data.
  for (let offset = 2; offset + 2 <= bytes.length && bytes[offset] === 0xff;) {
    const marker = bytes[offset + 1]!
    if (marker === EOI) {
      if (scans === 0 || header === undefined) return undefined
      return { ...header, frame, widens: !progressive || !endsWithBlock(header) }
    }
    if (offset + 4 > bytes.length) return undefined
    const length = view.getUint16(offset + 2)
    const data = offset + 4
    offset += 2 + length
    if (length < 2 || offset > bytes.length) return undefined
    if (marker === SOS) {
      scans++
      if (header === undefined) return undefined
      if (progressive ? scans > MAX_SCANS : scans > 1 || bytes[data] !== header.components) return undefined
      offset = endOfScan(bytes, offset)
    } else if (marker === SOF_BASELINE || marker === SOF_EXTENDED || marker === SOF_PROGRESSIVE) {
      if (header !== undefined) return undefined
      header = readFrame(bytes.subarray(data, offset))
      if (header === undefined) return undefined
      frame = data
      progressive = marker === SOF_PROGRESSIVE
    } else if (!SKIPPED.has(marker) || (marker === APP2 && text(data, 11) === 'ICC_PROFILE')) {
      return undefined
    } else if (marker === APP14 && !isYcc(bytes.subarray(data, offset))) return undefined
  }
  return undefined
}

/**
 * The next marker that is not within a scan: there, 0xff is followed by 0 (a byte 0xff), or by the number of a restart.
 */
function endOfScan (bytes: Uint8Array, start: number): number {
  for (let offset = bytes.indexOf(0xff, start); offset !== -1; offset = bytes.indexOf(0xff, offset + 2)) {
    const next = bytes[offset + 1]!
    if (next !== 0 && !(next >= 0xd0 && next <= 0xd7)) return offset
  }
  return bytes.length
}

/** Start of frame: precision, height, width, components; for each its id, sampling factors and quantisation table. */
function readFrame (data: Uint8Array): Omit<JpegHeader, 'widens' | 'frame'> | undefined {
  if (data.length < 6 || data[0] !== 8) return undefined
  const [height, width, components] = [data[1]! * 256 + data[2]!, data[3]! * 256 + data[4]!, data[5]!]
  if (width === 0 || height === 0 || data.length !== 6 + 3 * components) return undefined
  if (components === 1) return { width, height, components, padding: { right: false, below: false } }
  // Other names of the components (R, G, B) make other colours of them.
  const named = data[6] === 1 && data[9] === 2 && data[12] === 3
  if (components !== 3 || !named) return undefined
  const factors = [data[7]!, data[10]!, data[13]!]
  const [across, down] = [factors.map(factor => factor >> 4), factors.map(factor => factor & 15)]
  // Light at full resolution, both colours alike, at full or half: what all writers write.
  const [x, y] = [across[0]! / across[1]!, down[0]! / down[1]!]
  if (![1, 2].includes(x) || ![1, 2].includes(y) || factors[1] !== factors[2]) return undefined
  const isPadded = (ratio: number, pixels: number) => ratio === 2 && pixels % 2 === 0 && pixels % 16 !== 0
  return { width, height, components, padding: { right: isPadded(x, width), below: isPadded(y, height) } }
}

/**
 * Tells whether a padded edge is one of a block of 8 pixels too: in scans of light alone, which progressive files have,
 * there is no padding behind it.
 */
function endsWithBlock ({ width, height, padding }: Pick<JpegHeader, 'width' | 'height' | 'padding'>): boolean {
  return (padding.right && width % 8 === 0) || (padding.below && height % 8 === 0)
}

/** Adobe's segment: its last byte says how the components make colours; 1 is Y′CbCr. */
function isYcc (data: Uint8Array): boolean {
  return data.length === 12 && data[11] === 1
}
