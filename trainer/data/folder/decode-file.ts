/** Decodes the files of a folder for its cache. */
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { SNIFF_BYTES, sniffImage } from '@partition-vae/models/image'
import { decodedEntry, type Decoded } from './cache-format.js'
import type { ImageStream } from './cache-position.js'
import { decodeImage, type DecodeOptions } from './decode.js'
import type { ListedFile } from './list.js'

/** Larger files are skipped unread. */
export const MAX_FILE_BYTES = 256 * 2 ** 20

/** Files being read and decoded at a time: as many as libuv has threads. */
const IN_FLIGHT = 4

/** Gives the image files of a folder as a stream, in their order. */
export function streamFiles (directory: string, files: readonly ListedFile[], options: DecodeOptions): ImageStream {
  const { height, width, channels } = options
  return {
    shape: { height, width, channels },
    total: files.length,
    pathAt: index => files[index]?.path,
    async * decode (from, signal) {
      const inFlight: Array<Promise<Decoded>> = []
      let next = from
      while ((next < files.length && signal?.aborted !== true) || inFlight.length > 0) {
        while (next < files.length && inFlight.length < IN_FLIGHT && signal?.aborted !== true) {
          inFlight.push(decodeFile(directory, files[next++]!, options))
        }
        yield await inFlight.shift()!
      }
      if (next < files.length) signal?.throwIfAborted()
    },
  }
}

/** Never rejects: a file that can't be read or decoded is skipped, with its reason. */
async function decodeFile (
  directory: string,
  { path, bytes }: ListedFile,
  options: DecodeOptions
): Promise<Decoded> {
  try {
    return decodedEntry(path, await decodeImage(await readImageFile(join(directory, path), bytes), options))
  } catch (error) {
    return { entry: { path, reason: (error as Error).message } }
  }
}

async function readImageFile (path: string, bytes: number): Promise<Uint8Array> {
  const handle = await open(path, 'r')
  try {
    const head = Buffer.alloc(SNIFF_BYTES)
    const { bytesRead } = await handle.read(head, 0, SNIFF_BYTES, 0)
    if (bytesRead === 0) throw new Error('an empty file')
    if (sniffImage(head.subarray(0, bytesRead)) === undefined) throw new Error('not a PNG, JPEG or WebP image')
    if (bytes > MAX_FILE_BYTES) throw new Error(`larger than ${MAX_FILE_BYTES / 2 ** 20} MiB`)
    return await handle.readFile()
  } finally {
    await handle.close()
  }
}
