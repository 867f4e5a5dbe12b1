/** Finds the EXIF blocks of a picture, wherever its format can hold them. */
import { inflateSync } from 'node:zlib'

const SIGNATURE_BYTES = 8
/** Types of chunks, their four letters as a number: eXIf, tEXt, zTXt, iTXt, IEND. */
const EXIF = 0x65584966
const TEXT = 0x74455874
const DEFLATED_TEXT = 0x7a545874
const INTERNATIONAL_TEXT = 0x69545874
const IEND = 0x49454e44
const TEXTS = new Set([TEXT, DEFLATED_TEXT, INTERNATIONAL_TEXT])
/** Length, type, CRC: around the data of every chunk. */
const CHUNK_BYTES = 12
/** EXIF has at most 64 KiB, in hexadecimal twice that, and line breaks. What would inflate to more is no EXIF. */
const MAX_TEXT = 2 ** 18
/** Texts that are looked into: a file could hold thousands, each small and large when inflated. */
const MAX_PROFILES = 2
const PROFILE = /^Raw profile type (?:exif|APP1)$/i

/**
 * The EXIF blocks of a PNG: first the chunk eXIf, before or after the pixels, then what writers older than that chunk
 * made, ImageMagick's "raw profiles": text (tEXt, zTXt or iTXt) with the block in hexadecimal.
 */
export function * readPngExif (bytes: Uint8Array): Generator<Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const profiles: string[] = []
  for (let offset = SIGNATURE_BYTES; offset + CHUNK_BYTES <= bytes.length;) {
    const length = view.getUint32(offset)
    const type = view.getUint32(offset + 4)
    if (type === IEND) break
    if (type === EXIF) yield bytes.subarray(offset + 8, offset + 8 + length)
    else if (TEXTS.has(type) && profiles.length < MAX_PROFILES) {
      const text = readProfile(type, bytes.subarray(offset + 8, offset + 8 + length))
      if (text !== undefined) profiles.push(text)
    }
    offset += CHUNK_BYTES + length
  }
  for (const profile of profiles) {
    // A line with the kind, one with the number of bytes, and lines of hexadecimal digits.
    const digits = /^\s*\S+\s+\d+\s+([\s0-9a-f]*)/i.exec(profile)?.[1]
    if (digits !== undefined) yield Buffer.from(digits.replace(/\s+/g, ''), 'hex')
  }
}

/**
 * The text of a chunk that holds a raw profile; empty where it is damaged. Keyword, 0, and by type: text; method,
 * deflated text; flags, language, 0, keyword, 0, either.
 */
function readProfile (type: number, data: Uint8Array): string | undefined {
  const end = data.subarray(0, 80).indexOf(0)
  if (end === -1 || !PROFILE.test(Buffer.from(data.subarray(0, end)).toString('latin1'))) return undefined
  const inflate = (deflated: Uint8Array) => inflateSync(deflated, { maxOutputLength: MAX_TEXT })
  let text = data.subarray(end + 1)
  try {
    if (type === DEFLATED_TEXT) text = inflate(text.subarray(1))
    if (type === INTERNATIONAL_TEXT) {
      const deflated = text[0] === 1
      const language = text.indexOf(0, 2)
      const translated = text.indexOf(0, language + 1)
      if (language === -1 || translated === -1) return ''
      text = text.subarray(translated + 1)
      if (deflated) text = inflate(text)
    }
  } catch {
    return ''
  }
  return Buffer.from(text.subarray(0, MAX_TEXT)).toString('latin1')
}

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

/** The EXIF blocks of a WebP (RFC 9649): chunks named EXIF, which only an extended file has. */
export function * readWebpExif (bytes: Uint8Array): Generator<Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const nameAt = (offset: number) => String.fromCharCode(...bytes.subarray(offset, offset + 4))
  if (nameAt(12) !== 'VP8X') return
  // RIFF, size, WEBP; then chunks: name, size, data padded to an even size.
  for (let offset = 12; offset + 8 <= bytes.length;) {
    const size = view.getUint32(offset + 4, true)
    if (nameAt(offset) === 'EXIF') yield bytes.subarray(offset + 8, offset + 8 + size)
    offset += 8 + size + size % 2
  }
}
