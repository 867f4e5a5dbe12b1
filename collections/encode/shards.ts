/** Which shards are done, and which of the others one may take. */
import { readdir } from 'node:fs/promises'
import { failedWith } from '../foundation/errors.js'
import { doneFolder, readRecord, type ShardRecord } from '../rows/shard.js'
import { shardName } from '../rows/manifest.js'

export interface Shards {
  /** Records of shards that are done, by number. */
  readonly done: ReadonlyMap<number, ShardRecord>
  /** Looks which shards others have finished. */
  refresh (): Promise<void>
  /** Looks whether one is done. */
  isDone (shard: number): Promise<boolean>
  add (record: ShardRecord): void
}

/** Follows the shards of a folder that are wanted here. */
export function watchShards (folder: string, wanted: readonly number[]): Shards {
  const done = new Map<number, ShardRecord>()
  const byName = new Map(wanted.map(shard => [`${shardName(shard)}.json`, shard]))
  const look = async (shard: number) => {
    const record = await readRecord(folder, shard)
    if (record !== undefined) done.set(shard, record)
    return record !== undefined
  }
  return {
    done,
    async refresh () {
      for (const name of await namesIn(doneFolder(folder))) {
        const shard = byName.get(name)
        if (shard !== undefined && !done.has(shard)) await look(shard)
      }
    },
    isDone: async shard => done.has(shard) || await look(shard),
    add (record) { done.set(record.shard, record) },
  }
}

async function namesIn (folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (failedWith(error, 'ENOENT')) return []
    throw error
  }
}
