/** NumPy's `.npz` archives: zip files of `.npy` arrays, stored or deflated, with zip64 where they are large. */
import type { Readable } from 'node:stream'
import { openPromise, type Entry, type ZipFile } from 'yauzl'
import { isSystemError } from '../../foundation/errors.js'
import { notFound } from '../../foundation/not-found.js'
import { corrupt, sizeOf, type ArrayFile, type ArrayMember } from './array-file.js'
import { MOST_HEADER_BYTES, npyMember, parseNpyHeader } from './npy.js'

const STORED = 0
const DEFLATED = 8

/**
 * Opens an `.npz` archive. Arrays of objects are refused, as their pickles could run any code. A member is read as a
 * stream; of a deflated one, what comes before is inflated again when it is read from its middle.
 * @throws TrainerError PVAE_DATA_NOT_FOUND, PVAE_DATA_CORRUPT
 */
export async function openNpz (path: string): Promise<ArrayFile> {
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false }).catch((error: unknown) => {
    if (isSystemError(error)) throw notFound(path, 'data.file', error)
    throw damaged(path, error)
  })
  const members = new Map<string, ArrayMember>()
  const refused = new Map<string, string>()
  try {
    for await (const entry of zip.eachEntry()) {
      const name = entry.fileName.replace(/\.npy$/, '')
      if (name === entry.fileName) refused.set(name, 'not a .npy array')
      else if (entry.isEncrypted()) refused.set(name, 'encrypted')
      else if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED) {
        refused.set(name, `compressed by method ${entry.compressionMethod}: only stored and deflated members are read`)
      } else {
        const member = await openMember(path, zip, entry, name)
        if (typeof member === 'string') refused.set(name, member)
        else members.set(name, member)
      }
    }
  } catch (error) {
    zip.close()
    throw damaged(path, error)
  }
  return { members, refused, close: async () => { zip.close() } }
}

async function openMember (path: string, zip: ZipFile, entry: Entry, name: string): Promise<ArrayMember | string> {
  const where = `${path}, member ${name}`
  const header = parseNpyHeader(await readHead(zip, entry), where)
  if (typeof header === 'string') return header
  const { offset, shape, elementBytes } = header
  const expected = offset + sizeOf(shape) * elementBytes
  if (entry.uncompressedSize < expected) {
    throw corrupt(where, `${expected} bytes, as its header says,`, `${entry.uncompressedSize}`)
  }
  return npyMember(path, name, header, async function * (from, signal) {
    const start = offset + from
    if (start >= expected) return
    const isStored = entry.compressionMethod === STORED
    const stream = isStored
      ? await zip.openReadStreamPromise(entry, { start, end: expected })
      : await zip.openReadStreamPromise(entry)
    try {
      yield * between(stream, isStored ? 0 : start, expected - (isStored ? start : 0), signal)
    } catch (error) {
      signal?.throwIfAborted()
      throw damaged(where, error)
    } finally {
      stream.destroy()
    }
  })
}

/** Bytes [start, end) of a stream. */
async function * between (
  stream: Readable, start: number, end: number, signal: AbortSignal | undefined
): AsyncGenerator<Uint8Array> {
  let at = 0
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    signal?.throwIfAborted()
    const some = chunk.subarray(Math.max(0, start - at), Math.max(0, end - at))
    at += chunk.length
    if (some.length > 0) yield some
  }
}

async function readHead (zip: ZipFile, entry: Entry): Promise<Uint8Array> {
  const stream = await zip.openReadStreamPromise(entry)
  const chunks: Uint8Array[] = []
  let length = 0
  // Leaving the loop destroys the stream: no more is read, or inflated, than this.
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    chunks.push(chunk)
    length += chunk.length
    if (length >= MOST_HEADER_BYTES) break
  }
  return Buffer.concat(chunks)
}

function damaged (where: string, error: unknown): Error {
  const { message, name } = error as Error
  return name === 'TrainerError' ? error as Error : corrupt(where, 'a whole .npz archive', `${message}: is it cut off?`, error)
}
