/** The header of a PNG, as far as it decides who may decode the picture. */
export interface PngHeader {
  readonly width: number
  readonly height: number
  /** Number of channels of the plain kinds, 8 bit each: grey 1, grey and alpha 2, RGB 3, RGBA 4. */
  readonly channels: 1 | 2 | 3 | 4
  /** Whether it has chunks that could state an orientation. */
  readonly described: boolean
}

const SIGNATURE_BYTES = 8
/** Length, type, CRC: around the data of every chunk. */
const CHUNK_BYTES = 12
const CHANNELS: Readonly<Record<number, PngHeader['channels'] | undefined>> = { 0: 1, 2: 3, 4: 2, 6: 4 }
/**
 * Chunks that change no pixel; orientation, which text and eXIf can hold, is read elsewhere. All others send the file
 * to the general decoder: iCCP, gAMA, cHRM, cICP and sBIT (colour), tRNS (transparency), acTL (animation), PLTE, and
 * whatever is not known.
 */
const HARMLESS = new Set(['IDAT', 'pHYs', 'tIME', 'sRGB', 'bKGD', 'IEND'].map(codeOf))
const DESCRIBING = new Set(['eXIf', 'tEXt', 'zTXt', 'iTXt'].map(codeOf))
const IHDR = codeOf('IHDR')
const IEND = codeOf('IEND')

/** Four letters as the number that they are in a file. */
function codeOf (type: string): number {
  return Buffer.from(type, 'latin1').readUInt32BE()
}

/**
 * The header of a PNG that is plain: 8 bit grey or RGB, with or without alpha, no palette, not interlaced, no chunk
 * that would change its pixels, and whole as far as its chunks tell. Reads the chunks' heads, not their data.
 * @returns undefined for any other: which may still be a fine PNG
 */
export function readPlainPng (bytes: Uint8Array): PngHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < SIGNATURE_BYTES + CHUNK_BYTES + 13) return undefined
  if (view.getUint32(SIGNATURE_BYTES) !== 13 || view.getUint32(SIGNATURE_BYTES + 4) !== IHDR) return undefined

  const [width, height] = [view.getUint32(16), view.getUint32(20)]
  const channels = CHANNELS[bytes[25]!]
  if (width === 0 || height === 0 || channels === undefined) return undefined
  // Depth 8; the only ways of compressing and filtering there are; not interlaced.
  if (bytes[24] !== 8 || bytes[26] !== 0 || bytes[27] !== 0 || bytes[28] !== 0) return undefined

  let offset = SIGNATURE_BYTES + CHUNK_BYTES + 13
  let type = 0
  let described = false
  while (offset + CHUNK_BYTES <= bytes.length && type !== IEND) {
    type = view.getUint32(offset + 4)
    if (DESCRIBING.has(type)) described = true
    else if (!HARMLESS.has(type)) return undefined
    offset += CHUNK_BYTES + view.getUint32(offset)
  }
  return type === IEND && offset === bytes.length ? { width, height, channels, described } : undefined
}
