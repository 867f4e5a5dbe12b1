/**
 * PNG files of what models draw. Grids of small pictures are magnified: whole rows come again, and pixels in a row. A
 * writer that knows costs a third of libvips' time for smaller files (docs/benchmarks.md), and for a digit a fifth of
 * fast-png's.
 */
import { constants, deflateSync } from 'node:zlib'
import type { ImageShape } from '@partition-vae/models'

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
/** Length, type and CRC: around the data of every chunk. */
const CHUNK_BYTES = 12
/** By channels: grey, RGB, RGBA. */
const COLOUR_TYPES: Readonly<Record<number, number>> = { 1: 0, 3: 2, 4: 6 }
const FILTER = { left: 1, above: 2 } as const

/** 8 bit [H, W, C], one channel, three or four → a PNG of as many. */
export function encodePng (bytes: Uint8Array, { height, width, channels }: ImageShape): Uint8Array {
  const header = Buffer.alloc(13) // compression, filtering and interlacing have only one kind each that is wanted: 0
  header.writeUInt32BE(width)
  header.writeUInt32BE(height, 4)
  header[8] = 8 // bits of each channel
  header[9] = COLOUR_TYPES[channels]!
  const filtered = filterRows(bytes, height, width * channels, channels)
  // Differences of grey repeat themselves at once or hardly; colours repeat three bytes further on.
  const strategy = channels === 1 ? constants.Z_RLE : constants.Z_DEFAULT_STRATEGY
  const chunkSize = Math.max(1024, filtered.length >> 2)
  const data = deflateSync(filtered, { level: 1, strategy, chunkSize })
  return Buffer.concat([SIGNATURE, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))])
}

/**
 * Each row of `row` bytes as the difference to the pixel on the left, or, where it is like the row above, as nothing
 * but zeros. PNG (third edition), 9.
 * @returns [height, 1 + row]
 */
function filterRows (bytes: Uint8Array, height: number, row: number, channels: number): Uint8Array {
  const filtered = new Uint8Array(height * (row + 1))
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  for (let y = 0, from = 0, to = 0; y < height; y++, from += row, to += row + 1) {
    if (y > 0 && source.compare(source, from - row, from, from, from + row) === 0) {
      filtered[to] = FILTER.above
      continue
    }
    filtered[to] = FILTER.left
    let at = to + 1
    for (let i = 0; i < channels; i++) filtered[at++] = bytes[from + i]!
    for (let i = from + channels; i < from + row; i++) filtered[at++] = bytes[i]! - bytes[i - channels]!
  }
  return filtered
}

function chunk (type: string, data: Uint8Array): Buffer {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES + data.length)
  chunk.writeUInt32BE(data.length)
  chunk.write(type, 4, 'latin1')
  chunk.set(data, 8)
  chunk.writeUInt32BE(checksum(chunk.subarray(4, 8 + data.length)), 8 + data.length)
  return chunk
}

/** [256] the remainders of all bytes. */
const REMAINDERS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? 0xedb88320 ^ (remainder >>> 1) : remainder >>> 1
  return remainder
})

/** CRC-32 as PNG and ISO 3309 have it. (Node's own came with 20.15.) */
function checksum (bytes: Uint8Array): number {
  let sum = 0xffffffff
  for (let i = 0; i < bytes.length; i++) sum = REMAINDERS[(sum ^ bytes[i]!) & 0xff]! ^ (sum >>> 8)
  return ~sum >>> 0
}
