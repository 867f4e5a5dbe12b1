/** Reads a folder of latents, whole. */
import { CollectionError } from '../foundation/errors.js'
import { manifestPath, readManifest, type Manifest } from './manifest.js'
import { readRecord, readShard } from './shard.js'
import type { LatentTable } from './table.js'

export interface Latents {
  readonly manifest: Manifest
  /** Rows of all shards: pictures that were encoded. */
  readonly rows: number
  /** A table for each shard, in the order of the inputs. */
  tables (): AsyncIterable<LatentTable>
}

/**
 * Opens what `pvae encode` has written.
 * @throws CollectionError PVAE_OUTPUT_INVALID for a folder that is none; PVAE_OUTPUT_INCOMPLETE without all shards
 */
export async function openLatents (folder: string): Promise<Latents> {
  const manifest = await readManifest(folder)
  if (manifest === undefined) {
    throw new CollectionError('PVAE_OUTPUT_INVALID',
      `expected a folder that \`pvae encode\` has written but found no ${manifestPath(folder)}`)
  }
  const records = []
  for (let shard = 0; shard < manifest.shards; shard++) records.push(await readRecord(folder, shard))
  const whole = records.filter(record => record !== undefined)
  if (whole.length < manifest.shards) {
    throw new CollectionError('PVAE_OUTPUT_INCOMPLETE', `expected all ${manifest.shards} shards in ${folder} but found ` +
      `${whole.length}; \`pvae encode\` with the same words goes on`)
  }
  return {
    manifest,
    rows: whole.reduce((sum, { rows }) => sum + rows, 0),
    async * tables () {
      for (const record of whole) yield await readShard(folder, manifest, record)
    },
  }
}
