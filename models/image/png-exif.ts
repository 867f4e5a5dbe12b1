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
