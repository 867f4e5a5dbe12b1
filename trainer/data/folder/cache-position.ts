/** The job of building a cache, the position that it has reached, and where a build that was killed is continued. */
import type { FileHandle } from 'node:fs/promises'
import {
  HEADER_BYTES, parseEntry, readLines, sha256, writeAt, type CacheHeader, type Decoded,
} from './cache-format.js'

export interface CacheJob {
  /** The cache file to write. Beside it lie, while it is being built, `.partial`, `.journal` and `.lock`. */
  readonly path: string
  readonly key: string
  /** Names the folder or file that is decoded, for people. */
  readonly of: string
  readonly images: ImageStream
  /** Stops the build; all that is decoded by then is kept. */
  readonly signal?: AbortSignal | undefined
}

/** Images of one shape that are decoded one after the other. */
export interface ImageStream {
  readonly shape: Pick<CacheHeader, 'height' | 'width' | 'channels'>
  /** Entries; about so many where only their end tells. */
  readonly total: number
  /** Gives the path of an entry; undefined where there is none. */
  pathAt (index: number): string | undefined
  /**
   * Decodes the entries from one on, in order. What was decoded before an error is kept: with the signal's reason where
   * it stops before the last.
   */
  decode (from: number, signal: AbortSignal | undefined): AsyncIterable<Decoded>
}

/** The position that the build has reached. */
export interface Position {
  files: number
  images: number
  /** Bytes of the journal up to the last file. */
  journalBytes: number
}

export function imageBytes ({ height, width, channels }: ImageStream['shape']): number {
  return height * width * channels
}

/**
 * Reads the journal as far as it belongs to this job and agrees with the images on the disk, and cuts both files there.
 */
export async function findResumePoint (
  { key, images, signal }: CacheJob,
  partial: FileHandle,
  journal: FileHandle
): Promise<Position> {
  const position: Position = { files: 0, images: 0, journalBytes: 0 }
  const image = Buffer.alloc(imageBytes(images.shape))
  for await (const { text, end } of readLines(journal, 0, (await journal.stat()).size)) {
    signal?.throwIfAborted()
    if (position.journalBytes === 0) {
      if (text !== key) break
    } else {
      const entry = parseEntry(text)
      if (entry === undefined || entry.path !== images.pathAt(position.files)) break
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
