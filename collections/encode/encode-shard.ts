/** Encodes the pictures of one shard. Runs in a thread of its own: reading and decoding block it. */
import { closeSync, constants, existsSync, openSync, readFileSync, readSync } from 'node:fs'
import { dirname, isAbsolute } from 'node:path'
import { klToPrior, pixelCount, planarFromBytes, type Card, type GraphRunner } from '@partition-vae/models'
import { decodeImage, ImageFault } from '@partition-vae/models/image'
import type { Manifest } from '../rows/manifest.js'
import type { FailedFile } from '../rows/shard.js'
import { createTable, trimTable, type LatentTable } from '../rows/table.js'

/** Values (height × width × channels) that go through a graph at once, in so many pictures: more is not faster. */
const BATCH = { values: 2 ** 18, least: 8, most: 128 }

/** A pipe among the names is no picture, and not to be waited for. */
const READING = constants.O_RDONLY | constants.O_NONBLOCK

/** Most pictures fit into it. */
const scratch = Buffer.allocUnsafeSlow(2 ** 17)

/** What keeps single pictures from being read. */
const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'a folder',
  EACCES: 'no permission to read it',
  EPERM: 'no permission to read it',
  ENOTDIR: 'no such file',
  ELOOP: 'a link that leads nowhere',
  ENAMETOOLONG: 'a name that is too long',
  ENXIO: 'no file',
}

export interface ShardJob {
  readonly card: Card
  readonly graphs: GraphRunner
  readonly manifest: Manifest
  /** What relative names are relative to. */
  readonly root: string
  /** Largest width × height of a picture. */
  readonly maxPixels: number
  /** Told after each batch how many pictures there were in it. */
  readonly onBatch: (pictures: number) => void
}

/**
 * Encodes one after the other.
 * @returns a row for each picture that decodes, in the order of the names
 * @throws Error where none of them can be read, nor are their folders there
 */
export async function encodeShard (
  names: readonly string[], job: ShardJob
): Promise<{ readonly table: LatentTable, readonly failed: FailedFile[] }> {
  const { card: { image, latentSize }, graphs, manifest, onBatch } = job
  const size = pixelCount(image)
  const batch = Math.min(BATCH.most, Math.max(BATCH.least, Math.round(BATCH.values / size)))
  const table = createTable(names.length, manifest)
  const failed: FailedFile[] = []
  const input = new Float32Array(batch * size) // [N, C, H, W]
  for (let start = 0; start < names.length; start += batch) {
    const some = names.slice(start, start + batch)
    const decoded = await Promise.all(some.map(name => readPicture(name, job)))
    const row = table.files.length
    some.forEach((name, i) => {
      const picture = decoded[i]!
      if (typeof picture === 'string') {
        failed.push({ file: name, reason: picture })
        return
      }
      const at = (table.files.length - row) * size
      planarFromBytes(picture, image, input.subarray(at, at + size))
      table.files.push(name)
    })
    const rows = table.files.length - row
    if (rows > 0) await fill(table, row, rows, input.subarray(0, rows * size), job, graphs, latentSize)
    onBatch(some.length)
  }
  // So it is where the pictures are somewhere else, or a disk is not mounted: that is no fault of the pictures.
  if (table.files.length === 0 && names.every(name => !existsSync(dirname(pathOf(name, job))))) {
    throw new Error(`none of its ${names.length} pictures can be read: ${failed[0]!.file}: ${failed[0]!.reason}`)
  }
  return { table: trimTable(table, latentSize, manifest.partitions.length), failed }
}

const pathOf = (name: string, { root }: ShardJob) => isAbsolute(name) ? name : `${root}/${name}`

/** @returns 8 bit [H, W, C], or why there is none */
async function readPicture (name: string, job: ShardJob): Promise<Uint8Array | string> {
  const { card, manifest: { fit, invert }, maxPixels } = job
  try {
    const bytes = readWhole(pathOf(name, job))
    return await decodeImage(bytes, card.image, { fit, invert, maxPixels, blocking: true })
  } catch (error) {
    if (error instanceof ImageFault) return error.message
    const { code = '' } = error as NodeJS.ErrnoException
    const reason = UNREADABLE[code]
    // Whatever else it is may be over soon: the shard is tried again.
    if (reason === undefined) throw new Error(`${name}: ${(error as Error).message}`, { cause: error })
    return reason
  }
}

/** Reads a file without asking how long it is: of small ones that is a tenth of the time. */
function readWhole (path: string): Uint8Array {
  const file = openSync(path, READING)
  try {
    const length = readSync(file, scratch)
    const begin = Buffer.from(scratch.subarray(0, length))
    return length < scratch.length ? begin : Buffer.concat([begin, readFileSync(file)])
  } finally {
    closeSync(file)
  }
}

/** Writes rows `row` to `row + n`. */
async function fill (
  table: LatentTable, row: number, n: number, input: Float32Array, { manifest }: ShardJob, graphs: GraphRunner,
  latentSize: number
): Promise<void> {
  const { mean, logVariance } = await graphs.encode(input, n) // [n, D] twice
  table.mean.set(mean, row * latentSize)
  table.logVariance?.set(logVariance, row * latentSize)
  const { partitions } = manifest
  if (table.kl !== undefined) {
    for (let i = 0; i < n; i++) {
      let at = i * latentSize
      for (const [p, { size }] of partitions.entries()) {
        table.kl[(row + i) * partitions.length + p] =
          klToPrior(mean.subarray(at, at + size), logVariance.subarray(at, at + size))
        at += size
      }
    }
  }
  if (table.mse !== undefined) {
    const drawn = await graphs.decode(mean, n) // [n, C, H, W]
    const size = input.length / n
    for (let i = 0; i < n; i++) {
      let sum = 0
      for (let j = i * size; j < (i + 1) * size; j++) sum += (drawn[j]! - input[j]!) ** 2
      table.mse[row + i] = sum / size
    }
  }
}
