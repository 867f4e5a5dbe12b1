import { TrainerError } from '../foundation/errors.js'

/** Byte order marks, the longest first: that of UTF-32 begins as that of UTF-16. */
const MARKS = [
  { encoding: 'UTF-32', bytes: [0xff, 0xfe, 0, 0] },
  { encoding: 'UTF-32', bytes: [0, 0, 0xfe, 0xff] },
  { encoding: 'UTF-16LE', bytes: [0xff, 0xfe] },
  { encoding: 'UTF-16BE', bytes: [0xfe, 0xff] },
] as const

/**
 * Decodes a text file: UTF-8, or UTF-16 that begins with a byte order mark, as spreadsheets write it.
 * @param where the file's name, for errors
 * @throws TrainerError PVAE_DATA_CORRUPT for other encodings, with the line of the first byte that is not understood
 */
export function decodeText (bytes: Uint8Array, where: string): string {
  const encoding = MARKS.find(({ bytes: mark }) => mark.every((byte, i) => bytes[i] === byte))?.encoding ?? 'UTF-8'
  if (encoding === 'UTF-32') throw unreadable(where, 'UTF-32')
  try {
    if (encoding === 'UTF-8' && bytes.length > 1 && (bytes[0] === 0) !== (bytes[1] === 0)) {
      throw unreadable(where, 'UTF-16 without one')
    }
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch (error) {
    if (error instanceof TrainerError) throw error
    throw unreadable(
      where,
      encoding === 'UTF-8'
        ? `bytes that are not UTF-8 in line ${firstFaultyLine(bytes)}`
        : `half a character of ${encoding}`
    )
  }
}

function unreadable (where: string, found: string): TrainerError {
  return new TrainerError(
    'PVAE_DATA_CORRUPT',
    `${where}: expected text in UTF-8, or in UTF-16 with a byte order mark, but found ${found}: save it as UTF-8`
  )
}

/** From 1. Line ends are single bytes in UTF-8, whatever lies between them. */
function firstFaultyLine (bytes: Uint8Array): number {
  const decoder = new TextDecoder('UTF-8', { fatal: true })
  for (let from = 0, line = 1; ; line++) {
    const end = bytes.indexOf(10, from)
    try {
      decoder.decode(bytes.subarray(from, end < 0 ? bytes.length : end))
    } catch {
      return line
    }
    from = end + 1
  }
}
