import turbo from '@julusian/jpeg-turbo'

const { decompressSync, FORMAT_GRAY, FORMAT_RGB, FORMAT_RGBA } = turbo
const FORMATS = { 1: FORMAT_GRAY, 3: FORMAT_RGB, 4: FORMAT_RGBA } as const

/**
 * The pixels of a JPEG: 8 bit, interleaved, `channels` of them.
 * @param size as its header says
 * @param out holds at least that; the decoder refuses to write more
 * @returns the part of `out` that is filled
 * @throws Error for bytes that do not decode, also where they could be guessed at (cut off, damaged)
 */
export function decodeJpeg (bytes: Uint8Array, { width, height }: { readonly width: number, readonly height: number }, channels: 1 | 3 | 4, out: Buffer): Buffer {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return decompressSync(file, out.subarray(0, width * height * channels), { format: FORMATS[channels] }).data
}
