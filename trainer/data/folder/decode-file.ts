/** Decodes a file of a folder for its cache. */
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { SNIFF_BYTES, sniffImage } from '@partition-vae/models/image'
import { sha256, type CacheEntry } from './cache-format.js'
import { decodeImage, type DecodeOptions } from './decode.js'
import type { ListedFile } from './list.js'

/** Larger files are skipped unread. */
export const MAX_FILE_BYTES = 256 * 2 ** 20

export interface Decoded {
  readonly entry: CacheEntry
  /** 8 bit [H, W, C]; undefined when the file is skipped. */
  readonly image?: Uint8Array
}

/** Never rejects: a file that can't be read or decoded is skipped, with its reason. */
export async function decodeFile (
  directory: string,
  { path, bytes }: ListedFile,
  options: DecodeOptions
): Promise<Decoded> {
  try {
    const image = await decodeImage(await readImageFile(join(directory, path), bytes), options)
    return { entry: { path, sha256: sha256(image) }, image }
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
