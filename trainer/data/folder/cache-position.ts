/** The job of building a cache, the position that it has reached, and where a build that was killed is continued. */
import type { FileHandle } from 'node:fs/promises'
import { HEADER_BYTES, parseEntry, readLines, sha256, writeAt } from './cache-format.js'
import type { DecodeOptions } from './decode.js'
import type { ListedFile } from './list.js'

export interface CacheJob {
  /** The cache file to write. Beside it lie, while it is being built, `.partial`, `.journal` and `.lock`. */
  readonly path: string
  readonly key: string
  readonly directory: string
  readonly files: readonly ListedFile[]
  readonly decode: DecodeOptions
  /** Stops the build after the images that are being decoded; all of them are kept. */
  readonly signal?: AbortSignal | undefined
}

/** The position that the build has reached. */
export interface Position {
  files: number
  images: number
  /** Bytes of the journal up to the last file. */
  journalBytes: number
}

export function imageBytes ({ height, width, channels }: DecodeOptions): number {
  return height * width * channels
}

/**
 * Reads the journal as far as it belongs to this job and agrees with the images on the disk, and cuts both files there.
 */
export async function findResumePoint (
  { key, files, decode, signal }: CacheJob,
  partial: FileHandle,
  journal: FileHandle
): Promise<Position> {
  const position: Position = { files: 0, images: 0, journalBytes: 0 }
  const image = Buffer.alloc(imageBytes(decode))
  for await (const { text, end } of readLines(journal, 0, (await journal.stat()).size)) {
    signal?.throwIfAborted()
    if (position.journalBytes === 0) {
      if (text !== key) break
    } else {
      const entry = parseEntry(text)
      if (entry === undefined || entry.path !== files[position.files]?.path) break
      if ('sha256' in entry) {
        const { bytesRead } = await partial.read(
          image,
          0,
          image.length,
          HEADER_BYTES + position.images * image.length
        )
        if (bytesRead < image.length || sha256(image) !== entry.sha256) break
        position.images++
      }
      position.files++
    }
    position.journalBytes = end
  }
  await partial.truncate(HEADER_BYTES + position.images * image.length)
  await journal.truncate(position.journalBytes)
  if (position.journalBytes === 0) {
    const line = Buffer.from(`${key}\n`)
    await writeAt(journal, line, 0)
    position.journalBytes = line.length
  }
  return position
}
