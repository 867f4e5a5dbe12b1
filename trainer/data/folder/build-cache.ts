import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { open, rm, type FileHandle } from 'node:fs/promises'
import { publishFile, writing } from '../../foundation/files.js'
import { acquireLock } from '../../foundation/lock.js'
import type { OnDataProgress } from '../dataset.js'
import { HEADER_BYTES, encodeEntry, encodeHeader, readPieces, writeAt } from './cache-format.js'
import { findResumePoint, imageBytes, type CacheJob, type Position } from './cache-position.js'
import { decodeFile, type Decoded } from './decode-file.js'

/** Files being read and decoded at a time: as many as libuv has threads. */
const IN_FLIGHT = 4
/** Decoded images are flushed to the disk after this many files or bytes: at worst this much work is lost. */
const FLUSH_FILES = 256
const FLUSH_BYTES = 8 * 2 ** 20
const PROGRESS_MS = 200

/**
 * Decodes every file into the cache, in order, and publishes it atomically. A build that was killed is continued: the
 * journal says which images were flushed, and each is verified against its hash before it is kept.
 * @throws TrainerError PVAE_OUTPUT_UNWRITABLE, PVAE_RUN_LOCKED; the signal's reason
 */
export async function buildCache (job: CacheJob, onProgress?: OnDataProgress): Promise<void> {
  const lock = await acquireLock(`${job.path}.lock`, `no other process to write the image cache of ${job.directory}`)
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
    const report = createReporter(job.files.length, position.files, onProgress)
    await decodeFiles(job, partial, journal, position, report)
    await finish(job, partial, journal, position)
    await publishFile(partial, partialPath, job.path)
    await rm(journalPath)
    report(position.files, position.files - position.images)
  } finally {
    await partial.close()
    await journal.close()
  }
}

type Report = (done: number, skipped: number) => void

/** Calls `onProgress` a few times a second, and when all is done. */
function createReporter (total: number, resumedAt: number, onProgress: OnDataProgress = () => {}): Report {
  const startedAt = performance.now()
  let reportedAt = -Infinity
  return (done, skipped) => {
    const now = performance.now()
    if (now - reportedAt < PROGRESS_MS && done < total) return
    reportedAt = now
    onProgress({ done, total, rate: (done - resumedAt) / Math.max(1e-3, (now - startedAt) / 1000), skipped })
  }
}

async function decodeFiles (
  job: CacheJob,
  partial: FileHandle,
  journal: FileHandle,
  position: Position,
  report: Report
): Promise<void> {
  const { files, decode, signal } = job
  const size = imageBytes(decode)
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

  const inFlight: Array<Promise<Decoded>> = []
  let next = position.files
  while ((next < files.length && signal?.aborted !== true) || inFlight.length > 0) {
    while (next < files.length && inFlight.length < IN_FLIGHT && signal?.aborted !== true) {
      inFlight.push(decodeFile(job.directory, files[next++]!, decode))
    }
    const { entry, image } = await inFlight.shift()!
    lines.push(encodeEntry(entry))
    if (image !== undefined) pixels.push(image)
    if (lines.length >= FLUSH_FILES || pixels.length * size >= FLUSH_BYTES) await flush()
    const done = position.files + lines.length
    if (done < files.length) report(done, done - position.images - pixels.length)
  }
  await flush()
  if (next < files.length) signal?.throwIfAborted()
}

/** Appends the index, which is the journal without its first line, and fills the header. */
async function finish (
  { key, decode }: CacheJob,
  partial: FileHandle,
  journal: FileHandle,
  position: Position
): Promise<void> {
  const indexOffset = HEADER_BYTES + position.images * imageBytes(decode)
  const hash = createHash('sha256')
  let indexBytes = 0
  for await (const piece of readPieces(journal, key.length + 1, position.journalBytes)) {
    await writeAt(partial, piece, indexOffset + indexBytes)
    hash.update(piece)
    indexBytes += piece.length
  }
  const { height, width, channels } = decode
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
