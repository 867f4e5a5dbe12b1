/** A collection's shards as pieces of work in a queue: one process asks for them, any number of workers do them. */
import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { CollectionError } from '../foundation/errors.js'
import { readManifest, type Manifest } from '../rows/manifest.js'
import { readRecord } from '../rows/shard.js'
import type { ProviderPreference } from '../runtime/index.js'
import type { WorkQueue } from '../work/queue/index.js'
import {
  conclude, shardsOf, withFolder, type EncodeObserver, type EncodeResult, type FolderOptions,
} from './folder.js'
import { modelHash, type ModelFiles } from './request.js'
import { watchShards } from './shards.js'
import { startThreads, type EncodeThreads, type ThreadOptions } from './threads.js'

/** Milliseconds between two looks at what is done. */
const LOOK = 1000
/** Looks after which one looks whether pieces have got lost, as with a Redis that kept nothing. */
const RARELY = 10

export interface EncodePiece {
  readonly kind: 'encode'
  /** As the machine that asked for it calls it. */
  readonly folder: string
  readonly shard: number
}

const idOf = (folder: string, shard: number) =>
  `encode-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}-${shard}`

/**
 * Has workers encode all pictures of the inputs, and waits until they have. Several may wait for the same folder.
 * @throws as `encodeCollection`
 */
export async function queueCollection (
  options: FolderOptions, queue: WorkQueue, observer: EncodeObserver = {}
): Promise<EncodeResult> {
  const { folder, signal } = options
  return await withFolder(options, observer, async manifest => {
    const all = shardsOf(manifest)
    const shards = watchShards(folder, all)
    const told = new Set<number>()
    const isLeft = (shard: number) => !shards.done.has(shard)
    const piece = (shard: number) => ({
      id: idOf(folder, shard), data: { kind: 'encode', folder, shard } satisfies EncodePiece,
    })
    await shards.refresh()
    await queue.add(all.filter(isLeft).map(piece))
    for (let look = 1; ; look++) {
      let done = 0
      for (const { rows, failed } of shards.done.values()) done += rows + failed.length
      observer.onProgress?.(done, manifest.images)
      const left = all.filter(isLeft)
      const failures = await queue.failures(left.map(shard => idOf(folder, shard)))
      for (const shard of left) {
        const message = failures.get(idOf(folder, shard))
        if (message !== undefined && !told.has(shard)) observer.onFault?.(shard, message)
        if (message !== undefined) told.add(shard)
      }
      if (left.every(shard => told.has(shard))) break
      if (look % RARELY === 0) await queue.add(left.filter(shard => !told.has(shard)).map(piece))
      await sleep(LOOK, undefined, { signal }).catch(() => {})
      signal?.throwIfAborted()
      await shards.refresh()
    }
    const lost = all.filter(isLeft)
    if (lost.length > 0) {
      throw new CollectionError('PVAE_OUTPUT_INCOMPLETE',
        `expected all shards to be encoded but ${lost.length} of ${manifest.shards} were given up (see above)`)
    }
    return await conclude(folder, manifest, shards)
  })
}

export interface ShardWorkerOptions {
  /** Opens a model as this machine has it. */
  readonly openModel: (name: string, version: number) => Promise<ModelFiles>
  readonly provider: ProviderPreference
  readonly maxPixels: number
  /** How many shards are encoded at once, at most. */
  readonly threads: number
  /** What relative names are relative to. Default: as where the collection was begun. */
  readonly root?: string | undefined
  readonly thread?: Pick<ThreadOptions, 'entry' | 'execArgv'> | undefined
}

export interface ShardWorker {
  /** @throws CollectionError PVAE_OUTPUT_INVALID, PVAE_OUTPUT_MISMATCH; as reading, decoding and writing fail */
  run (piece: EncodePiece): Promise<void>
  close (): Promise<void>
}

/** Encodes shards of whatever collections come. Keeps the threads of the last one. */
export function createShardWorker ({
  openModel, provider, maxPixels, threads: most, root, thread,
}: ShardWorkerOptions): ShardWorker {
  const open = new Map<string, Promise<EncodeThreads>>()
  const closing: Array<Promise<void>> = []

  async function start (folder: string, manifest: Manifest): Promise<EncodeThreads> {
    const { card, encoder, decoder, golden } = await openModel(manifest.model, manifest.version)
    if (modelHash({ encoder }) !== manifest.encoderSha256) {
      throw new CollectionError('PVAE_OUTPUT_MISMATCH', `expected the encoder of ${folder} for ${manifest.model}@${
        manifest.version} but found another in this machine's repository`)
    }
    const source = { card, encoder, decoder, provider }
    return startThreads({
      ...thread, threads: most, data: { folder, root: root ?? manifest.root, manifest, source, golden, maxPixels },
    })
  }

  return {
    async run ({ folder, shard }) {
      if (await readRecord(folder, shard) !== undefined) return
      const manifest = await readManifest(folder)
      if (manifest === undefined) {
        throw new CollectionError('PVAE_OUTPUT_INVALID', `expected the collection's folder at ${folder} but found none`)
      }
      // A folder may be another one under the same path.
      const key = JSON.stringify([folder, manifest])
      let threads = open.get(key)
      if (threads === undefined) {
        for (const [name, others] of open) {
          open.delete(name)
          closing.push(others.then(found => found.finish(), () => {}))
        }
        threads = start(folder, manifest)
        open.set(key, threads)
        threads.catch(() => open.delete(key))
      }
      await (await threads).run(shard, () => {})
    },
    async close () {
      await Promise.all([...open.values()].map(threads => threads.then(found => found.close(), () => {})))
      await Promise.all(closing)
    },
  }
}
