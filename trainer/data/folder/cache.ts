import { createHash } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import { isSystemError } from '../../foundation/errors.js'
import { checkRead, type Factors, type ImageDataset, type SkippedFile } from '../dataset.js'
import { HEADER_BYTES, parseEntry, parseHeader, readLines, readPieces, type CacheHeader } from './cache-format.js'
import { createCacheReader } from './cache-reader.js'
import { createClipPairs, type Clips } from './clips.js'
import type { FactorTable } from './factors-file.js'

export interface CachedImage {
  readonly path: string
  /** Hash of the decoded pixels. */
  readonly sha256: string
}

/** An open cache file. Whoever opens it closes `handle`. */
export interface ImageCache {
  readonly handle: FileHandle
  readonly header: CacheHeader
  /** In the order of the file. */
  readonly images: readonly CachedImage[]
  readonly skipped: readonly SkippedFile[]
}

/**
 * Opens a cache file when it is whole and has this key.
 * @returns undefined when there is none, or when it is stale, truncated or damaged: build it anew
 */
export async function openCache (path: string, key: string): Promise<ImageCache | undefined> {
  let handle: FileHandle | undefined
  let cache: ImageCache | undefined
  try {
    handle = await open(path, 'r')
    cache = await readIndex(handle, key)
  } catch (error) {
    if (!isSystemError(error)) throw error
  } finally {
    if (cache === undefined) await handle?.close()
  }
  return cache
}

async function readIndex (handle: FileHandle, key: string): Promise<ImageCache | undefined> {
  const head = Buffer.alloc(HEADER_BYTES)
  await handle.read(head, 0, HEADER_BYTES, 0)
  const header = parseHeader(head)
  if (header === undefined || header.key !== key) return undefined
  const end = header.indexOffset + header.indexBytes
  if ((await handle.stat()).size !== end) return undefined
  const hash = createHash('sha256')
  for await (const piece of readPieces(handle, header.indexOffset, end)) hash.update(piece)
  if (hash.digest('hex') !== header.indexSha256) return undefined

  const images: CachedImage[] = []
  const skipped: SkippedFile[] = []
  for await (const { text } of readLines(handle, header.indexOffset, end)) {
    // The hash vouches for every line.
    const entry = parseEntry(text)!
    if ('sha256' in entry) images.push(entry)
    else skipped.push(entry)
  }
  return { handle, header, images, skipped }
}

export interface CacheDatasetOptions {
  readonly name: string
  readonly cache: ImageCache
  /** The masks of all of its images, in the same order. */
  readonly masks?: ImageCache | undefined
  /** Positions in the cache of the data set's images, [count]. */
  readonly slots: Uint32Array
  readonly labels?: { readonly labels: Uint8Array, readonly labelNames: readonly string[] } | undefined
  readonly factors?: FactorTable | undefined
  /** The clips of all images of the cache. */
  readonly clips: () => Clips
  /** Called once, on the first `close`. */
  readonly onClose: () => Promise<void>
}

/** Some of a cache's images as a data set, read from the file as they are asked for. */
export function createCacheDataset ({
  name,
  cache,
  masks,
  slots,
  labels,
  factors: table,
  clips,
  onClose,
}: CacheDatasetOptions): ImageDataset {
  const { height, width, channels } = cache.header
  const size = height * width * channels
  const hash = createHash('sha256').update(`${height}x${width}x${channels}\n`)
  for (const slot of slots) hash.update(`${cache.images[slot]!.path}\0${cache.images[slot]!.sha256}\n`)
  const factors =
    table &&
    selectRows(
      table,
      Array.from(slots, slot => cache.images[slot]!.path)
    )
  if (factors !== undefined) {
    // In single precision, as long as that tells them apart: runs from before there was double precision resume.
    const values = factors.scaling === undefined ? Float32Array.from(factors.values) : factors.values
    hash.update(`factors\n${factors.names.join()}\n`).update(new Uint8Array(values.buffer))
    if (factors.kinds !== undefined) hash.update(`kinds\n${JSON.stringify(factors.kinds)}\n`)
  }
  const reader = createCacheReader(name, cache)
  const maskReader = masks && createCacheReader(`${name}, its masks`, masks)
  let closed = false

  const images: ImageDataset = {
    name,
    shape: { height, width, channels },
    count: slots.length,
    fingerprint: hash.digest('hex'),
    ...labels,
    ...(factors && { factors }),
    nameOf: index => cache.images[slots[index]!]!.path,
    async read (indices, out) {
      checkRead({ name, count: slots.length }, size, indices, out)
      await reader.read(indices.map(index => slots[index]!), out)
    },
    ...maskReader && {
      async masks (indices: Uint32Array) {
        const out = new Uint8Array(indices.length * height * width)
        checkRead({ name, count: slots.length }, height * width, indices, out)
        await maskReader.read(indices.map(index => slots[index]!), out)
        return out
      },
    },
    async close () {
      if (closed) return
      closed = true
      // A batch read ahead may be under way: its file number must not become another file's.
      await Promise.all([reader.settle(), maskReader?.settle()])
      await onClose()
    },
  }
  return { ...images, pairs: createClipPairs({ dataset: images, slots, clips }) }
}

function selectRows ({ names, groups, kinds, scaling, rowOf }: FactorTable, paths: readonly string[]): Factors {
  const values = new Float64Array(paths.length * names.length)
  paths.forEach((path, i) => values.set(rowOf(path), i * names.length))
  return { names, groups, values, ...kinds && { kinds }, ...scaling && { scaling } }
}
