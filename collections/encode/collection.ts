/** Encodes a collection of pictures: alone, or as one of several that share the folder. */
import { setTimeout as sleep } from 'node:timers/promises'
import { CollectionError } from '../foundation/errors.js'
import { shardName, type Manifest } from '../rows/manifest.js'
import type { ProviderPreference } from '../runtime/index.js'
import type { Leases } from '../work/leases.js'
import {
  conclude, shardsOf, withFolder, type EncodeObserver, type EncodeResult, type FolderOptions,
} from './folder.js'
import { watchShards, type Shards } from './shards.js'
import { startThreads, type ThreadOptions } from './threads.js'

/** Tries of a shard by one process. */
const TRIES = 3
/** Milliseconds between two looks at what others do. */
const LOOK = 1000

export interface EncodeOptions extends FolderOptions {
  readonly threads: number
  readonly provider: ProviderPreference
  /** Largest width × height of a picture. */
  readonly maxPixels: number
  /** The n-th of `of` equal parts of the shards, from 0: this process does no others. */
  readonly part?: { readonly n: number, readonly of: number } | undefined
  readonly thread?: Pick<ThreadOptions, 'entry' | 'execArgv'>
}

/**
 * Encodes all pictures of the inputs into a folder, going on where it was left. Any number of processes may do so at
 * once, and may be killed at any moment: a shard is there whole or not at all.
 * @throws CollectionError PVAE_INPUT_NOT_FOUND, PVAE_OUTPUT_MISMATCH, PVAE_OUTPUT_INVALID, PVAE_OUTPUT_UNWRITABLE;
 * PVAE_OUTPUT_INCOMPLETE for shards that failed three times, after all others are done; the signal's reason
 */
export async function encodeCollection (options: EncodeOptions, observer: EncodeObserver = {}): Promise<EncodeResult> {
  const { folder, signal } = options
  return await withFolder(options, observer, async (manifest, leases) => {
    const wanted = shardsOf(manifest, options.part)
    const shards = watchShards(folder, wanted)
    await shards.refresh()
    await work({ options, manifest, leases, shards, wanted, observer })
    signal?.throwIfAborted()
    return await conclude(folder, manifest, shards)
  })
}

interface Work {
  readonly options: EncodeOptions
  readonly manifest: Manifest
  readonly leases: Leases
  readonly shards: Shards
  readonly wanted: readonly number[]
  readonly observer: EncodeObserver
}

async function work ({ options, manifest, leases, shards, wanted, observer }: Work): Promise<void> {
  const { folder, root, model: { card, encoder, decoder, golden }, provider, maxPixels, signal } = options
  const total = wanted.length === manifest.shards ? manifest.images : Number.NaN
  const faults = new Map<number, { count: number, message: string }>()
  /** Pictures that are done of shards that are not. */
  const running = new Map<number, number>()
  const tell = () => {
    let done = [...running.values()].reduce((sum, pictures) => sum + pictures, 0)
    for (const { rows, failed } of shards.done.values()) done += rows + failed.length
    observer.onProgress?.(done, total)
  }
  const threads = startThreads({
    ...options.thread,
    data: { folder, root, manifest, source: { card, encoder, decoder, provider }, golden, maxPixels },
    threads: Math.min(options.threads, wanted.length),
    onReady: observer.onReady,
  })
  const isLeft = (shard: number) => !shards.done.has(shard) && (faults.get(shard)?.count ?? 0) < TRIES
  /** Shards that no thread of this process has now, in the order in which they are to be tried. */
  const left = wanted.filter(isLeft)

  /** @returns whether there was one to do */
  async function doNext (): Promise<boolean> {
    for (let tried = left.length; tried > 0 && signal?.aborted !== true; tried--) {
      const shard = left.shift()
      if (shard === undefined) return false
      if (await shards.isDone(shard)) continue
      const lease = await leases.take(shardName(shard))
      if (lease === undefined) {
        left.push(shard)
        continue
      }
      try {
        // Another may have finished it between the look and the lease.
        if (!await shards.isDone(shard)) await encode(shard)
      } finally {
        await lease.release()
      }
      return true
    }
    return false
  }

  async function encode (shard: number): Promise<void> {
    try {
      shards.add(await threads.run(shard, pictures => {
        running.set(shard, (running.get(shard) ?? 0) + pictures)
        tell()
      }))
    } catch (error) {
      if (signal?.aborted) return
      const { message, code } = error as Error & { code?: string }
      const count = code === 'PVAE_OUTPUT_UNWRITABLE' ? TRIES : (faults.get(shard)?.count ?? 0) + 1
      faults.set(shard, { count, message })
      observer.onFault?.(shard, message)
      if (isLeft(shard)) left.push(shard)
    } finally {
      running.delete(shard)
    }
    tell()
  }

  async function loop (): Promise<void> {
    while (signal?.aborted !== true && left.length > 0) {
      if (await doNext() || left.length === 0) continue
      // Others have what is left: they finish it, or their leases run out.
      await sleep(LOOK, undefined, { signal }).catch(() => {})
      await shards.refresh()
      tell()
    }
  }

  const stop = () => { threads.close() }
  signal?.addEventListener('abort', stop, { once: true })
  try {
    tell()
    await Promise.all(Array.from({ length: Math.min(options.threads, left.length) }, loop))
  } finally {
    signal?.removeEventListener('abort', stop)
    await threads.close()
  }
  const lost = [...faults].filter(([shard, { count }]) => count >= TRIES && !shards.done.has(shard))
  if (lost.length === 0) return
  const [shard, { message }] = lost[0]!
  const others = lost.length > 1 ? ` and ${lost.length - 1} more` : ''
  throw new CollectionError('PVAE_OUTPUT_INCOMPLETE',
    `expected all shards to be encoded but shard ${shard}${others} failed: ${message}`)
}
