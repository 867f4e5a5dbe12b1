/** What a PNG says before its pixels: as much as decides who may decode it. */
export interface PngHeader {
  readonly width: number
  readonly height: number
  /** Of the plain kinds, 8 bit each: grey 1, grey and alpha 2, RGB 3, RGBA 4. */
  readonly channels: 1 | 2 | 3 | 4
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
const HARMLESS = new Set(['IDAT', 'pHYs', 'tIME', 'sRGB', 'bKGD', 'eXIf', 'tEXt', 'zTXt', 'iTXt', 'IEND'])

/**
 * The header of a PNG that is plain: 8 bit grey or RGB, with or without alpha, no palette, not interlaced, no chunk
 * that would change its pixels, and whole as far as its chunks tell. Reads the chunks' heads, not their data.
 * @returns undefined for any other: which may still be a fine PNG
 */
export function readPlainPng (bytes: Uint8Array): PngHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const typeAt = (offset: number) => String.fromCharCode(...bytes.subarray(offset + 4, offset + 8))
  if (bytes.length < SIGNATURE_BYTES + CHUNK_BYTES + 13 || view.getUint32(SIGNATURE_BYTES) !== 13 || typeAt(SIGNATURE_BYTES) !== 'IHDR') return undefined

  const [width, height] = [view.getUint32(16), view.getUint32(20)]
  const [depth, colour, compression, filter, interlace] = bytes.subarray(24, 29)
  const channels = CHANNELS[colour!]
  if (width === 0 || height === 0 || channels === undefined || depth !== 8 || compression !== 0 || filter !== 0 || interlace !== 0) return undefined

  let offset = SIGNATURE_BYTES + CHUNK_BYTES + 13
  let type = ''
  while (offset + CHUNK_BYTES <= bytes.length && type !== 'IEND') {
    type = typeAt(offset)
    if (!HARMLESS.has(type)) return undefined
    offset += CHUNK_BYTES + view.getUint32(offset)
  }
  return type === 'IEND' && offset === bytes.length ? { width, height, channels } : undefined
}
