/** Encodes a collection of pictures: alone, or as one of several that share the folder. */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { CollectionError } from '../foundation/errors.js'
import { writeWhole, writing } from '../foundation/files.js'
import { readManifest, shardName, writeManifest, type Manifest } from '../rows/manifest.js'
import { doneFolder, shardsFolder, type ShardRecord } from '../rows/shard.js'
import type { LoadReport, ProviderPreference } from '../runtime/index.js'
import { openLeases, type Leases } from '../work/leases.js'
import { isEmpty, listPictures, type Input } from './inputs.js'
import { writePlan } from './plan.js'
import { checkSame, draftManifest, type EncodeRequest } from './request.js'
import { watchShards, type Shards } from './shards.js'
import { startThreads, type ThreadOptions } from './threads.js'

/** Tries of a shard by one process. */
const TRIES = 3
/** Milliseconds between two looks at what others do. */
const LOOK = 1000

export interface EncodeOptions extends EncodeRequest {
  /** The pictures; `inputs` names them. */
  readonly pictures: readonly Input[]
  /** Absolute. */
  readonly folder: string
  readonly threads: number
  readonly provider: ProviderPreference
  readonly maxPixels: number
  readonly shardSize?: number | undefined
  /** The n-th of `of` equal parts of the shards, from 0: this process does no others. */
  readonly part?: { readonly n: number, readonly of: number } | undefined
  /** Encodes pictures that the folder does not have yet. */
  readonly isAdding?: boolean
  readonly leaseSeconds?: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly thread?: Pick<ThreadOptions, 'entry' | 'execArgv'>
}

export interface EncodeObserver {
  /** While the pictures are listed, which happens once. */
  onListed? (pictures: number): void
  onPlan? (manifest: Manifest): void
  onReady? (report: LoadReport): void
  /** @param done pictures of all processes, a row each or failed */
  onProgress? (done: number, total: number): void
  /** A shard could not be encoded, and is tried again. */
  onFault? (shard: number, message: string): void
}

export interface EncodeResult {
  readonly manifest: Manifest
  /** Rows and failures of the shards that this process was to do, or see done. */
  readonly rows: number
  readonly failed: number
  /** Whether every shard of the folder is done. */
  readonly isComplete: boolean
}

/**
 * Encodes all pictures of the inputs into a folder, going on where it was left. Any number of processes may do so at
 * once, and may be killed at any moment: a shard is there whole or not at all.
 * @throws CollectionError PVAE_INPUT_NOT_FOUND, PVAE_OUTPUT_MISMATCH, PVAE_OUTPUT_INVALID, PVAE_OUTPUT_UNWRITABLE;
 * PVAE_OUTPUT_INCOMPLETE for shards that failed three times, after all others are done; the signal's reason
 */
export async function encodeCollection (options: EncodeOptions, observer: EncodeObserver = {}): Promise<EncodeResult> {
  const { folder, leaseSeconds, signal } = options
  const leases = await openLeases({
    folder: join(folder, 'leases'), ...leaseSeconds !== undefined && { seconds: leaseSeconds },
  })
  try {
    const manifest = await prepare(options, leases, observer)
    observer.onPlan?.(manifest)
    const wanted = shardsOf(manifest, options.part)
    const shards = watchShards(folder, wanted)
    await shards.refresh()
    await work({ options, manifest, leases, shards, wanted, observer })
    signal?.throwIfAborted()
    return await conclude(folder, manifest, shards)
  } finally {
    await leases.close()
  }
}

/** Numbers of the shards that are to be done. */
function shardsOf ({ shards }: Manifest, part: EncodeOptions['part']): number[] {
  return Array.from({ length: shards }, (_, shard) => shard)
    .filter(shard => part === undefined || shard % part.of === part.n)
}

/** Reads the plan, or makes it, or waits for who makes it. */
async function prepare (options: EncodeOptions, leases: Leases, observer: EncodeObserver): Promise<Manifest> {
  const { folder, root, pictures, shardSize, signal } = options
  const isAdding = options.isAdding === true
  const draft = draftManifest(options)
  for (;;) {
    signal?.throwIfAborted()
    const found = await readManifest(folder)
    if (found !== undefined) checkSame(folder, found, draft, { isAdding })
    if (found !== undefined && !isAdding) return found
    const lease = await leases.take('plan')
    if (lease === undefined) {
      await sleep(LOOK / 4, undefined, { signal }).catch(() => {})
      continue
    }
    try {
      const after = await readManifest(folder)
      if (after !== undefined && !isAdding) continue
      if (after === undefined) await refuseOthersFolder(folder)
      await writing(folder, async () => {
        await mkdir(shardsFolder(folder), { recursive: true })
        await mkdir(doneFolder(folder), { recursive: true })
      })
      const plan = await writePlan(folder, listPictures(pictures, { root, excluded: folder, signal }), {
        shardSize, after, onListed: observer.onListed,
      })
      const inputs = [...new Set([...after?.inputs ?? [], ...draft.inputs])]
      const manifest = { ...draft, inputs, root: after?.root ?? root, ...plan }
      await rm(join(folder, 'complete.json'), { force: true })
      await writeManifest(folder, manifest)
      return manifest
    } finally {
      await lease.release()
    }
  }
}

/** What a person has put there is not to be mixed with what is written. */
async function refuseOthersFolder (folder: string): Promise<void> {
  if (await isEmpty(shardsFolder(folder))) return
  throw new CollectionError('PVAE_OUTPUT_INVALID',
    `expected manifest.json beside the shards in ${folder} but found none; take another folder`)
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
  const { folder, root, model: { golden, ...model }, provider, maxPixels, signal } = options
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
    data: { folder, root, manifest, source: { ...model, provider }, golden, maxPixels },
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
    `expected all shards to be encoded but shard ${shard}${others} failed ${TRIES} times: ${message}`)
}

/** Writes what became of all, once all is done. Whoever sees that writes the same. */
async function conclude (folder: string, manifest: Manifest, shards: Shards): Promise<EncodeResult> {
  const sum = (records: Iterable<ShardRecord>) => {
    let [rows, failed] = [0, 0]
    for (const record of records) {
      rows += record.rows
      failed += record.failed.length
    }
    return { rows, failed }
  }
  const all = shards.done.size === manifest.shards
    ? shards
    : watchShards(folder, shardsOf(manifest, undefined))
  if (all !== shards) await all.refresh()
  const isComplete = all.done.size === manifest.shards
  if (isComplete) {
    const records = [...all.done.values()].sort((a, b) => a.shard - b.shard)
    const failures = records.flatMap(({ failed }) => failed)
    await writeWhole(join(folder, 'failed.jsonl'), failures.map(failure => `${JSON.stringify(failure)}\n`).join(''))
    await writeWhole(join(folder, 'complete.json'), `${JSON.stringify({
      ...sum(records), shards: records.map(({ rows, files }) => ({ rows, files })),
    })}\n`)
  }
  return { manifest, ...sum(shards.done.values()), isComplete }
}
