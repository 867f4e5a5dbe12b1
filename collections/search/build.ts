import { mkdir, open, rm, stat, writeFile, type FileHandle } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { describe, PIXEL_RULE, type Card, type Partition } from '@partition-vae/models'
import { bytesOf } from './column-files.js'
import { CollectionError } from '../foundation/errors.js'
import { temporaryBeside, writing } from '../foundation/files.js'
import { replaceFolder } from '../foundation/replace-folder.js'
import {
  HEADER_FILE, INDEX_FORMAT, INDEX_FORMAT_VERSION, NAME_OFFSETS_FILE, NAMES_FILE, partitionFile,
  type EncodedPictures, type IndexHeader,
} from './header.js'
import { joinMetadata, writeColumns, type MetadataRow } from './metadata.js'
import { Deviations } from './deviations.js'

/** Encoded images, some of a collection. */
export interface LatentBatch {
  /** [n] their names. */
  readonly files: readonly string[]
  /** [n, D] */
  readonly mean: Float32Array
  /** [n, D] */
  readonly logVariance?: Float32Array | undefined
}

/** The card of the model that encoded, as far as an index needs it. */
export type IndexCard = Pick<Card, 'name' | 'version' | 'latentSize' | 'pixelRule'> & {
  readonly partitions: Card['partitions']
  readonly files: { readonly encoder: { readonly sha256: string } }
}

export interface BuildOptions {
  /** What is known of the images beside. */
  readonly metadata?: Iterable<MetadataRow>
  /** How pictures became rows, so that others can become queries in the same way. */
  readonly pictures?: EncodedPictures
  /** Replaces an index that is there. */
  readonly force?: boolean
  readonly signal?: AbortSignal
}

/**
 * Writes an index of encoded images to a folder, which appears whole or not at all: to a temporary sibling, then
 * renamed.
 * @throws CollectionError PVAE_INDEX_EXISTS, PVAE_INDEX_INPUT_INVALID; the reason of the signal; what the file system
 * throws
 */
export async function buildIndex (
  folder: string, card: IndexCard, batches: AsyncIterable<LatentBatch>, options: BuildOptions = {}
): Promise<IndexHeader> {
  const target = resolve(folder)
  await refuseToReplace(target, options.force ?? false)
  const temporary = temporaryBeside(target)
  return await writing(target, async () => {
    try {
      await mkdir(dirname(target), { recursive: true })
      const header = await writeIndex(temporary, card, batches, options)
      // Those who search the old folder have its files open, and go on with them.
      await replaceFolder(temporary, target, `${temporary}.old`)
      return header
    } finally {
      await rm(temporary, { recursive: true, force: true })
    }
  })
}

async function refuseToReplace (target: string, force: boolean): Promise<void> {
  const there = await stat(target).catch(() => undefined)
  if (there === undefined) return
  // Even when asked to, it replaces nothing but an index.
  const isIndex = await stat(join(target, HEADER_FILE)).then(file => file.isFile(), () => false)
  if (isIndex && force) return
  const found = isIndex ? 'an index, which --force replaces' : 'something else than an index'
  throw new CollectionError('PVAE_INDEX_EXISTS', `expected no folder yet for ${target} but found ${found}`)
}

async function writeIndex (
  folder: string, card: IndexCard, batches: AsyncIterable<LatentBatch>, { metadata, pictures, signal }: BuildOptions
): Promise<IndexHeader> {
  const { partitions, latentSize } = card
  await mkdir(join(folder, 'partitions'), { recursive: true })
  await mkdir(join(folder, 'metadata'))
  const deviations = new Deviations(latentSize)
  const rows = metadata === undefined ? undefined : joinMetadata(metadata)
  const handles: FileHandle[] = []
  const create = async (path: string) => {
    const handle = await open(join(folder, path), 'wx')
    handles.push(handle)
    return handle
  }
  let count = 0
  try {
    const columns = await Promise.all(partitions.map(({ name }) => create(partitionFile(name))))
    const names = await create(NAMES_FILE)
    const offsets = await create(NAME_OFFSETS_FILE)
    let end = 0n
    await offsets.writeFile(bytesOf(new BigUint64Array([end])))
    for await (const batch of batches) {
      signal?.throwIfAborted()
      checkBatch(batch, card)
      deviations.add(batch)
      for (const [i, partition] of partitions.entries()) {
        await columns[i]!.writeFile(bytesOf(takePartition(batch.mean, partition, latentSize)))
      }
      const encoded = batch.files.map(name => Buffer.from(name))
      await names.writeFile(Buffer.concat(encoded))
      await offsets.writeFile(bytesOf(BigUint64Array.from(encoded, ({ length }) => (end += BigInt(length)))))
      for (const [i, file] of batch.files.entries()) rows?.add(file, count + i)
      count += batch.files.length
    }
    if (count === 0) throw unfit('at least one encoded image', 'the latents', 'none')
    for (const handle of handles) await handle.sync()
  } finally {
    await Promise.all(handles.map(handle => handle.close()))
  }
  const header: IndexHeader = {
    format: INDEX_FORMAT,
    formatVersion: INDEX_FORMAT_VERSION,
    createdAt: new Date().toISOString(),
    model: card.name,
    version: card.version,
    encoderSha256: card.files.encoder.sha256,
    pixelRule: card.pixelRule ?? PIXEL_RULE,
    latentSize,
    partitions: [...partitions],
    count,
    deviations: deviations.finish(),
    metadata: rows === undefined ? [] : await writeColumns(folder, rows, count),
    ...pictures && { pictures },
  }
  await writeFile(join(folder, HEADER_FILE), JSON.stringify(header, null, 2))
  return header
}

function unfit (expected: string, field: string, found: string): CollectionError {
  return new CollectionError('PVAE_INDEX_INPUT_INVALID', `expected ${expected} for ${field} but found ${found}`)
}

function checkBatch ({ files, mean, logVariance }: LatentBatch, { latentSize }: IndexCard): void {
  for (const [name, values] of Object.entries({ mean, logVariance })) {
    if (values === undefined) continue
    if (values.length !== files.length * latentSize) {
      throw unfit(`${files.length} × ${latentSize} numbers`, name, String(values.length))
    }
    const wrong = values.findIndex(value => !Number.isFinite(value))
    if (wrong < 0) continue
    const file = files[Math.floor(wrong / latentSize)]!
    throw unfit('finite numbers', `${name} of ${describe(file)}`, String(values[wrong]))
  }
}

/** Copies one partition out of latents. @returns [n, size] */
function takePartition (mean: Float32Array, { offset, size }: Partition, latentSize: number): Float32Array {
  const count = mean.length / latentSize
  const taken = new Float32Array(count * size)
  for (let n = 0; n < count; n++) {
    for (let unit = 0; unit < size; unit++) taken[n * size + unit] = mean[n * latentSize + offset + unit]!
  }
  return taken
}
