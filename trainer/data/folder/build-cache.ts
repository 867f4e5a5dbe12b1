import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { open, rm, type FileHandle } from 'node:fs/promises'
import { publishFile, writing } from '../../foundation/files.js'
import { acquireLock } from '../../foundation/lock.js'
import type { OnDataProgress } from '../dataset.js'
import { HEADER_BYTES, encodeEntry, encodeHeader, readPieces, writeAt, type Decoded } from './cache-format.js'
import { findResumePoint, imageBytes, type CacheJob, type Position } from './cache-position.js'

/** Decoded images are flushed to the disk after this many files or bytes: at worst this much work is lost. */
const FLUSH_FILES = 256
const FLUSH_BYTES = 8 * 2 ** 20
const PROGRESS_MS = 200

/**
 * Decodes every image into the cache, in order, and publishes it atomically. A build that was killed is continued: the
 * journal says which images were flushed, and each is verified against its hash before it is kept.
 * @throws TrainerError PVAE_OUTPUT_UNWRITABLE, PVAE_RUN_LOCKED; the signal's reason
 */
export async function buildCache (job: CacheJob, onProgress?: OnDataProgress): Promise<void> {
  const lock = await acquireLock(`${job.path}.lock`, `no other process to write the image cache of ${job.of}`)
  try {
    await writing(job.path, () => decodeAndPublish(job, onProgress))
  } finally {
    await lock.release()
  }
}

async function decodeAndPublish (job: CacheJob, onProgress?: OnDataProgress): Promise<void> {
  const partialPath = `${job.path}.partial`
  const journalPath = `${job.path}.journal`
  const partial = await open(partialPath, constants.O_RDWR | constants.O_CREAT)
  const journal = await open(journalPath, constants.O_RDWR | constants.O_CREAT)
  try {
    const position = await findResumePoint(job, partial, journal)
    const report = createReporter(job.images.total, position.files, onProgress)
    await decodeEntries(job, partial, journal, position, report)
    await finish(job, partial, journal, position)
    await publishFile(partial, partialPath, job.path)
    await rm(journalPath)
    report(position.files, position.files - position.images, true)
  } finally {
    await partial.close()
    await journal.close()
  }
}

type Report = (done: number, skipped: number, isLast?: boolean) => void

/** Calls `onProgress` a few times a second, and when all is done. */
function createReporter (total: number, resumedAt: number, onProgress: OnDataProgress = () => {}): Report {
  const startedAt = performance.now()
  let reportedAt = -Infinity
  return (done, skipped, isLast = false) => {
    const now = performance.now()
    if (now - reportedAt < PROGRESS_MS && !isLast) return
    reportedAt = now
    const rate = (done - resumedAt) / Math.max(1e-3, (now - startedAt) / 1000)
    onProgress({ done, total: isLast ? done : Math.max(done, total), rate, skipped })
  }
}

async function decodeEntries (
  job: CacheJob,
  partial: FileHandle,
  journal: FileHandle,
  position: Position,
  report: Report
): Promise<void> {
  const { images, signal } = job
  const size = imageBytes(images.shape)
  let pixels: Uint8Array[] = []
  let lines: string[] = []

  /** Images first: what the journal names is on the disk. */
  const flush = async (): Promise<void> => {
    const text = Buffer.from(lines.join(''))
    await writeAt(partial, Buffer.concat(pixels), HEADER_BYTES + position.images * size)
    await partial.datasync()
    await writeAt(journal, text, position.journalBytes)
    await journal.datasync()
    position.files += lines.length
    position.images += pixels.length
    position.journalBytes += text.length
    pixels = []
    lines = []
  }

  const entries = images.decode(position.files, signal)[Symbol.asyncIterator]()
  /** The next entry; what is decoded is kept where there is none because something went wrong. */
  const next = () => entries.next().catch(async (error: unknown) => {
    await flush()
    throw error
  })
  try {
    for (let { done, value } = await next(); done !== true; { done, value } = await next()) {
      const { entry, image } = value as Decoded
      lines.push(encodeEntry(entry))
      if (image !== undefined) pixels.push(image)
      if (lines.length >= FLUSH_FILES || pixels.length * size >= FLUSH_BYTES) await flush()
      const count = position.files + lines.length
      report(count, count - position.images - pixels.length)
    }
  } finally {
    await entries.return?.()
  }
  await flush()
}

/** Appends the index, which is the journal without its first line, and fills the header. */
async function finish (
  { key, images: { shape } }: CacheJob,
  partial: FileHandle,
  journal: FileHandle,
  position: Position
): Promise<void> {
  const indexOffset = HEADER_BYTES + position.images * imageBytes(shape)
  const hash = createHash('sha256')
  let indexBytes = 0
  for await (const piece of readPieces(journal, key.length + 1, position.journalBytes)) {
    await writeAt(partial, piece, indexOffset + indexBytes)
    hash.update(piece)
    indexBytes += piece.length
  }
  const { height, width, channels } = shape
  await writeAt(
    partial,
    encodeHeader({
      format: 'partition-vae-images',
      version: 1,
      key,
      height,
      width,
      channels,
      count: position.images,
      indexOffset,
      indexBytes,
      indexSha256: hash.digest('hex'),
    }),
    0
  )
}
