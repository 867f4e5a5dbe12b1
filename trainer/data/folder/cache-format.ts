import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { Compile, Type, type Static } from '@partition-vae/models/typebox'

/**
 * The cache file of a decoded image folder, by offset:
 *
 * - 0: the header, one line of JSON (CacheHeader), padded with spaces to HEADER_BYTES
 * - HEADER_BYTES: the images, 8 bit [count, H, W, C], sorted by path
 * - indexOffset: the index, one line of JSON (CacheEntry) for each file of the folder, sorted by path; `count` of them
 *   are images
 */
export const HEADER_BYTES = 4096

const Sha256Schema = Type.String({ pattern: '^[0-9a-f]{64}$' })

const CacheHeaderSchema = Type.Object({
  format: Type.Literal('partition-vae-images'),
  version: Type.Literal(1),
  /** Hash of all that decides the content: the files and the decoding. A cache with another key is stale. */
  key: Sha256Schema,
  height: Type.Integer({ minimum: 1 }),
  width: Type.Integer({ minimum: 1 }),
  channels: Type.Union([Type.Literal(1), Type.Literal(3)]),
  count: Type.Integer({ minimum: 0 }),
  indexOffset: Type.Integer({ minimum: HEADER_BYTES }),
  indexBytes: Type.Integer({ minimum: 0 }),
  indexSha256: Sha256Schema,
})
export type CacheHeader = Static<typeof CacheHeaderSchema>

/** A file of the folder: an image with the SHA-256 of its decoded pixels, or one that was skipped, and why. */
const CacheEntrySchema = Type.Union([
  Type.Object({ path: Type.String(), sha256: Sha256Schema }),
  Type.Object({ path: Type.String(), reason: Type.String() }),
])
export type CacheEntry = Static<typeof CacheEntrySchema>

/** An image for a cache. */
export interface Decoded {
  readonly entry: CacheEntry
  /** 8 bit [H, W, C]; undefined when the entry is skipped. */
  readonly image?: Uint8Array
}

/** Makes an entry of a decoded image. */
export function decodedEntry (path: string, image: Uint8Array): Decoded {
  return { entry: { path, sha256: sha256(image) }, image }
}

const headerValidator = Compile(CacheHeaderSchema)
const entryValidator = Compile(CacheEntrySchema)

export function encodeHeader (header: CacheHeader): Uint8Array {
  return Buffer.from(JSON.stringify(header).padEnd(HEADER_BYTES - 1) + '\n')
}

/** @returns undefined for anything but a valid header */
export function parseHeader (bytes: Uint8Array): CacheHeader | undefined {
  const value = parseJson(Buffer.from(bytes).toString())
  return headerValidator.Check(value) ? value : undefined
}

export function encodeEntry (entry: CacheEntry): string {
  return `${JSON.stringify(entry)}\n`
}

/** @returns undefined for anything but a valid line */
export function parseEntry (line: string): CacheEntry | undefined {
  const value = parseJson(line)
  return entryValidator.Check(value) ? value : undefined
}

function parseJson (text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Bytes [start, end) of a file in pieces; fewer if it ends before. A piece's memory is reused for the next. */
export async function * readPieces (
  handle: FileHandle,
  start: number,
  end: number
): AsyncGenerator<Uint8Array, void, undefined> {
  const buffer = Buffer.alloc(Math.max(0, Math.min(2 ** 20, end - start)))
  for (let position = start; position < end;) {
    const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, end - position), position)
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
    position += bytesRead
  }
}

export interface Line {
  readonly text: string
  /** Position in the file after the line and its newline. */
  readonly end: number
}

/** The whole lines in bytes [start, end); a last one without its newline is left out. */
export async function * readLines (
  handle: FileHandle,
  start: number,
  end: number
): AsyncGenerator<Line, void, undefined> {
  let rest = Buffer.alloc(0)
  let position = start
  for await (const piece of readPieces(handle, start, end)) {
    rest = Buffer.concat([rest, piece])
    let from = 0
    for (let newline = rest.indexOf(10); newline >= 0; newline = rest.indexOf(10, from)) {
      const text = rest.toString('utf8', from, newline)
      position += newline + 1 - from
      from = newline + 1
      yield { text, end: position }
    }
    rest = rest.subarray(from)
  }
}

/** Writes all of `bytes` at `position`; a single `write` may stop early. */
export async function writeAt (handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    done += (await handle.write(bytes, done, bytes.length - done, position + done)).bytesWritten
  }
}

/** Hashes bytes, as the index names images by it. Hexadecimal. */
export function sha256 (bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
