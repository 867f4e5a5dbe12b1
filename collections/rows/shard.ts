/** A shard's files, in each of the formats, and the record that says that they are whole. */
import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { CollectionError } from '../foundation/errors.js'
import { readJson, writeWhole } from '../foundation/files.js'
import { readJsonLines, writeJsonLines } from './json-lines.js'
import { shardName, type Manifest } from './manifest.js'
import { readNpy, writeNpy } from './npy.js'
import { readParquet, writeParquet } from './parquet.js'
import type { LatentTable } from './table.js'

/** A picture that has no row. */
export interface FailedFile {
  readonly file: string
  readonly reason: string
}

/** Says that a shard is done. Written after its files. */
export interface ShardRecord {
  readonly shard: number
  readonly rows: number
  readonly files: ReadonlyArray<{ readonly name: string, readonly bytes: number, readonly sha256: string }>
  readonly failed: readonly FailedFile[]
}

export const shardsFolder = (folder: string): string => join(folder, 'shards')
export const doneFolder = (folder: string): string => join(folder, 'done')
const recordPath = (folder: string, shard: number) => join(doneFolder(folder), `${shardName(shard)}.json`)

function filesOf (table: LatentTable, manifest: Manifest): Array<readonly [ending: string, bytes: Uint8Array]> {
  if (manifest.files === 'parquet') return [['.parquet', writeParquet(table, manifest)]]
  if (manifest.files === 'jsonl') return [['.jsonl', writeJsonLines(table, manifest)]]
  const { files, mean, logVariance, kl, mse } = table
  const { latentSize, partitions } = manifest
  return [
    ['.npy', writeNpy(mean, [files.length, latentSize])],
    ...logVariance ? [['.log_variance.npy', writeNpy(logVariance, [files.length, latentSize])] as const] : [],
    ...kl ? [['.kl.npy', writeNpy(kl, [files.length, partitions.length])] as const] : [],
    ...mse ? [['.mse.npy', writeNpy(mse, [files.length])] as const] : [],
    ['.files.json', Buffer.from(`${JSON.stringify(files)}\n`)],
  ]
}

/** Writes a shard's files, then its record: who reads one finds the others. */
export async function writeShard (
  folder: string, manifest: Manifest, shard: number, table: LatentTable, failed: readonly FailedFile[]
): Promise<ShardRecord> {
  const files: Array<ShardRecord['files'][number]> = []
  for (const [ending, bytes] of filesOf(table, manifest)) {
    const name = `${shardName(shard)}${ending}`
    await writeWhole(join(shardsFolder(folder), name), bytes)
    files.push({ name, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') })
  }
  const record: ShardRecord = { shard, rows: table.files.length, files, failed }
  await writeWhole(recordPath(folder, shard), `${JSON.stringify(record)}\n`)
  return record
}

/** @returns undefined while a shard is not done, or where its files are gone or have another size than they had */
export async function readRecord (folder: string, shard: number): Promise<ShardRecord | undefined> {
  const record = await readJson(recordPath(folder, shard)) as Partial<ShardRecord> | undefined
  if (record?.shard !== shard || !Array.isArray(record.files) || !Array.isArray(record.failed)) return undefined
  const { files } = record as ShardRecord
  const sizes = await Promise.all(files.map(({ name }) =>
    stat(join(shardsFolder(folder), name)).then(({ size }) => size, () => undefined)))
  return files.every(({ bytes }, i) => bytes === sizes[i]) ? record as ShardRecord : undefined
}

/** @throws CollectionError PVAE_OUTPUT_INVALID for files that do not read, or have other bytes than they had */
export async function readShard (folder: string, manifest: Manifest, record: ShardRecord): Promise<LatentTable> {
  const bytes = new Map<string, Buffer>()
  for (const { name, sha256 } of record.files) {
    const path = join(shardsFolder(folder), name)
    const contents = await readFile(path)
    if (createHash('sha256').update(contents).digest('hex') !== sha256) {
      throw new CollectionError('PVAE_OUTPUT_INVALID', `expected the bytes that were written for ${path} but found others`)
    }
    bytes.set(name.replace(/^shard-\d+/, ''), contents)
  }
  if (manifest.files === 'parquet') {
    return await readParquet(join(shardsFolder(folder), record.files[0]!.name), manifest)
  }
  if (manifest.files === 'jsonl') return readJsonLines(bytes.get('.jsonl')!.toString(), manifest)
  const numbers = (ending: string) => bytes.has(ending) ? readNpy(bytes.get(ending)!) : undefined
  const [logVariance, kl, mse] = ['.log_variance.npy', '.kl.npy', '.mse.npy'].map(numbers)
  return {
    files: JSON.parse(bytes.get('.files.json')!.toString()) as string[],
    mean: numbers('.npy')!,
    ...logVariance && { logVariance },
    ...kl && { kl },
    ...mse && { mse },
  }
}
