/** Places of tracked things, packed into a config: what attention is trained with. */
import { deflateSync, inflateSync } from 'node:zlib'
import { invalid } from '../config/invalid.js'
import type { Box } from './thing.js'

/** Where T things are in some images. */
export interface Places {
  /** Images of the data set, ascending: [n]. */
  readonly indices: Uint32Array
  /** Rows and columns in pixels, NaN where a place is not known: [n, T, 2]. */
  readonly places: Float32Array
}

/** Places are kept in 1/32 pixels; the least value stands for a place that is not known. */
const STEPS = 32
const UNKNOWN = -32768

/** Packs the centres of boxes, little-endian, deflated (zlib), in Base64. */
export function packPlaces (
  indices: Uint32Array,
  things: ReadonlyArray<{ readonly boxes: ReadonlyArray<Box | undefined> }>
): string {
  const bytes = Buffer.alloc(indices.length * (4 + 4 * things.length))
  let at = 0
  indices.forEach((index, n) => {
    at = bytes.writeUInt32LE(index, at)
    for (const { boxes: { [n]: box } } of things) {
      at = bytes.writeInt16LE(box === undefined ? UNKNOWN : Math.round((box.top + box.bottom) / 2 * STEPS), at)
      at = bytes.writeInt16LE(box === undefined ? UNKNOWN : Math.round((box.left + box.right) / 2 * STEPS), at)
    }
  })
  return deflateSync(bytes, { level: 9 }).toString('base64')
}

/** @throws TrainerError PVAE_CONFIG_INVALID naming `field` for what packPlaces has not made for so many things */
export function unpackPlaces (text: string, field: string, things: number): Places {
  const expected = `deflated places of ${things} things in Base64`
  let bytes: Buffer
  try {
    bytes = inflateSync(Buffer.from(text, 'base64'))
  } catch (error) {
    throw invalid(field, expected, (error as Error).message, { cause: error })
  }
  const row = 4 + 4 * things
  if (bytes.length === 0 || bytes.length % row !== 0) throw invalid(field, expected, `${bytes.length} bytes`)
  const count = bytes.length / row
  const indices = Uint32Array.from({ length: count }, (_, n) => bytes.readUInt32LE(n * row))
  const places = Float32Array.from({ length: count * things * 2 }, (_, i) => {
    const value = bytes.readInt16LE(Math.floor(i / (2 * things)) * row + 4 + i % (2 * things) * 2)
    return value === UNKNOWN ? NaN : value / STEPS
  })
  return { indices, places }
}
