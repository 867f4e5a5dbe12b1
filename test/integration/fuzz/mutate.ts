/** Damage, by a seed: to bytes, to the insides of a PNG behind right checksums, and to JSON. */
import { crc32, deflateSync, inflateSync } from 'node:zlib'
import type { Random } from '../../../trainer/random/index.js'

/** Values at which sizes, offsets and counts go wrong. */
const INTERESTING = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff]

export function pick<T> (random: Random, values: readonly T[]): T {
  return values[random.integer(values.length)]!
}

/** Half of the time inside the first 64 bytes: that is where formats keep their promises. */
function position (random: Random, length: number): number {
  return random.integer(random.integer(2) === 0 ? Math.min(64, length) : length)
}

type Edit = (random: Random, bytes: Buffer, donor: Uint8Array) => Buffer

const edits: readonly Edit[] = [
  // One bit.
  (random, bytes) => {
    const at = position(random, bytes.length)
    bytes[at]! ^= 1 << random.integer(8)
    return bytes
  },
  // A run of random bytes.
  (random, bytes) => {
    const at = position(random, bytes.length)
    const end = Math.min(bytes.length, at + 1 + random.integer(16))
    for (let i = at; i < end; i++) bytes[i] = random.integer(256)
    return bytes
  },
  // An integer of 1, 2 or 4 bytes, of either endianness.
  (random, bytes) => {
    const size = pick(
      random,
      [1, 2, 4].filter(size => size <= bytes.length)
    )
    const at = Math.min(position(random, bytes.length), bytes.length - size)
    const value = pick(random, INTERESTING) % 2 ** (8 * size)
    if (random.integer(2) === 0) bytes.writeUIntBE(value, at, size)
    else bytes.writeUIntLE(value, at, size)
    return bytes
  },
  // The end is missing.
  (random, bytes) => bytes.subarray(0, random.integer(bytes.length)),
  // The middle is missing.
  (random, bytes) => {
    const at = position(random, bytes.length)
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.integer(64))])
  },
  // A part comes twice.
  (random, bytes) => {
    const at = position(random, bytes.length)
    const end = at + 1 + random.integer(256)
    return Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)])
  },
  // Something new in the middle.
  (random, bytes) => {
    const at = position(random, bytes.length)
    return Buffer.concat([
      bytes.subarray(0, at),
      Buffer.from(Array.from({ length: 1 + random.integer(32) }, () => random.integer(256))),
      bytes.subarray(at),
    ])
  },
  // The head of this, the tail of another.
  (random, bytes, donor) =>
    Buffer.concat([bytes.subarray(0, random.integer(bytes.length)), donor.subarray(random.integer(donor.length))]),
]

/** One to four edits. `donor`: another body, for splices. */
export function mutateBytes (random: Random, bytes: Uint8Array, donor: Uint8Array): Buffer {
  let out: Buffer = Buffer.from(bytes)
  for (let left = 1 + random.integer(4); left > 0 && out.length > 0; left--) {
    out = pick(random, edits)(random, out, donor)
  }
  return out
}

interface Chunk { readonly type: string, readonly data: Buffer }

function chunksOf (png: Uint8Array): Chunk[] {
  const bytes = Buffer.from(png)
  const chunks: Chunk[] = []
  for (let at = 8; at < bytes.length;) {
    const length = bytes.readUInt32BE(at)
    chunks.push({ type: bytes.toString('latin1', at + 4, at + 8), data: bytes.subarray(at + 8, at + 8 + length) })
    at += 12 + length
  }
  return chunks
}

function pngOfChunks (png: Uint8Array, chunks: readonly Chunk[]): Buffer {
  const written = chunks.map(({ type, data }) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
    const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)]
    length.writeUInt32BE(data.length)
    checksum.writeUInt32BE(crc32(body))
    return Buffer.concat([length, body, checksum])
  })
  return Buffer.concat([png.subarray(0, 8), ...written])
}

/** Damage behind right checksums: a wrong one would stop every decoder at the door. @param png a whole one */
export function mutatePng (random: Random, png: Uint8Array): Buffer {
  const chunks = chunksOf(png)
  const i = random.integer(chunks.length)
  const chunk = chunks[i]!
  switch (random.integer(4)) {
    case 0: chunks.splice(i, 1); break
    case 1: chunks.splice(random.integer(chunks.length), 0, chunk); break
    case 2: chunks[i] = { ...chunk, data: mutateBytes(random, chunk.data, png) }; break
    default: {
      // The rows behind the compression: filter bytes and lengths.
      const data = chunks.findIndex(({ type }) => type === 'IDAT')
      const rows = inflateSync(Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data)))
      chunks[data] = { type: 'IDAT', data: deflateSync(mutateBytes(random, rows, png)) }
    }
  }
  return pngOfChunks(png, chunks)
}

const VALUES: readonly unknown[] = [
  null,
  true,
  '',
  'x',
  'NaN',
  -1,
  0,
  0.5,
  1e308,
  -1e308,
  5e-324,
  2 ** 53,
  2 ** 31,
  -0,
  [],
  {},
  [[]],
  [null],
  { length: 1e9 },
  'a'.repeat(10_000),
  Array(2000).fill(0),
]
/** What a JSON text holds in place of a number or a string: not all of it is JSON. */
const TOKENS = [
  'NaN',
  'Infinity',
  '1e999',
  '-',
  '0x10',
  '01',
  '1e',
  '"\\ud800"',
  '"\\u0000"',
  '{"__proto__":[1]}',
  '{"constructor":{"prototype":1}}',
  'undefined',
  '/**/1',
  '',
]

/** Puts something else in one place of a JSON value. */
function mutateValue (random: Random, value: unknown): unknown {
  const children = typeof value === 'object' && value !== null ? Object.keys(value) : []
  if (children.length === 0 || random.integer(4) === 0) return pick(random, VALUES)
  const key = pick(random, children)
  const copy = structuredClone(value) as Record<string, unknown>
  if (random.integer(8) === 0) delete copy[key]
  else if (random.integer(8) === 0) copy[pick(random, ['extra', '__proto__x', 'toString', ''])] = copy[key]
  else copy[key] = mutateValue(random, copy[key])
  return copy
}

/** A JSON text with another value, another token, a great depth, or other bytes. */
export function mutateJson (random: Random, value: unknown): Buffer {
  const text = JSON.stringify(random.integer(2) === 0 ? mutateValue(random, value) : value)
  switch (random.integer(4)) {
    case 0: return Buffer.from(text)
    case 1: {
      const tokens = [...text.matchAll(/-?\d[\d.e+-]*|"[^"]*"/g)]
      if (tokens.length === 0) return Buffer.from(pick(random, TOKENS))
      const { index, 0: token } = pick(random, tokens)
      return Buffer.from(text.slice(0, index) + pick(random, TOKENS) + text.slice(index + token.length))
    }
    case 2: {
      const depth = 10 ** random.integer(5)
      return Buffer.from(text.replace(/-?\d[\d.e+-]*/, `${'['.repeat(depth)}1${']'.repeat(depth)}`))
    }
    default: return mutateBytes(random, Buffer.from(text), Buffer.from(text))
  }
}
