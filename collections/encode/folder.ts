/** The folder of a collection: its plan, made once, and what became of all its shards. */
import { rm, rmdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { CollectionError } from '../foundation/errors.js'
import { makeFolder, readIfThere, sweep, writeWhole } from '../foundation/files.js'
import { manifestPath, readManifest, writeManifest, type Manifest } from '../rows/manifest.js'
import { doneFolder, shardsFolder, type ShardRecord } from '../rows/shard.js'
import type { LoadReport } from '../runtime/index.js'
import { openLeases, type Leases } from '../work/leases.js'
import { isEmpty, listPictures, type Input } from './inputs.js'
import { writePlan } from './plan.js'
import { checkSame, draftManifest, type EncodeRequest } from './request.js'
import { watchShards, type Shards } from './shards.js'

/** Milliseconds between two looks at whether another process has made the plan. */
const LOOK = 250

export interface FolderOptions extends EncodeRequest {
  /** The pictures; `inputs` names them. */
  readonly pictures: readonly Input[]
  /** Absolute. */
  readonly folder: string
  readonly shardSize?: number | undefined
  /** Encodes pictures that the folder does not have yet. */
  readonly isAdding?: boolean
  readonly leaseSeconds?: number | undefined
  readonly signal?: AbortSignal | undefined
}

export interface EncodeObserver {
  /** While the pictures are listed, which happens once. */
  onListed? (pictures: number): void
  onPlan? (manifest: Manifest): void
  onReady? (report: LoadReport): void
  /** @param done pictures of all processes, a row each or failed; `total` is NaN where it is not known */
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

/** Works on a folder whose plan is made, with leases on its shards; leaves no lease, and no folder without a plan. */
export async function withFolder<Result> (
  options: FolderOptions, observer: EncodeObserver,
  work: (manifest: Manifest, leases: Leases) => Promise<Result>
): Promise<Result> {
  const { folder, leaseSeconds } = options
  const leases = await openLeases({
    folder: join(folder, 'leases'), ...leaseSeconds !== undefined && { seconds: leaseSeconds },
  })
  try {
    const manifest = await prepareFolder(options, leases, observer)
    observer.onPlan?.(manifest)
    return await work(manifest, leases)
  } finally {
    await leases.close()
    await removeEmpty(folder)
  }
}

/** Numbers of the shards that are to be done. */
export function shardsOf ({ shards }: Manifest, part?: { readonly n: number, readonly of: number }): number[] {
  return Array.from({ length: shards }, (_, shard) => shard)
    .filter(shard => part === undefined || shard % part.of === part.n)
}

/** Reads the plan, or makes it, or waits for who makes it. */
async function prepareFolder (
  options: FolderOptions, leases: Leases, observer: EncodeObserver
): Promise<Manifest> {
  const { folder, root, pictures, shardSize, signal } = options
  const isAdding = options.isAdding === true
  const draft = draftManifest(options)
  for (const input of pictures) {
    if (typeof input === 'string' && resolve(root, input) === folder) {
      throw new CollectionError('PVAE_INVALID_PARAMETER', `expected another folder than the pictures' for --output but received ${folder}`)
    }
  }
  for (;;) {
    signal?.throwIfAborted()
    const found = await readManifest(folder)
    if (found !== undefined) checkSame(folder, found, draft, { isAdding, isElsewhere: options.isElsewhere === true })
    if (found !== undefined && !isAdding) return found
    const lease = await leases.take('plan')
    if (lease === undefined) {
      await sleep(LOOK, undefined, { signal }).catch(() => {})
      continue
    }
    try {
      const after = await readManifest(folder)
      if (after !== undefined && !isAdding) continue
      if (after === undefined) await refuseOthersFolder(folder)
      for (const path of [shardsFolder(folder), doneFolder(folder)]) await makeFolder(path)
      const plan = await writePlan(folder, listPictures(pictures, { root, excluded: folder, signal }), {
        shardSize, after, isWanted: () => lease.isHeld(), onListed: observer.onListed,
      })
      if (plan === undefined || !await lease.isHeld()) continue
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

/** Removes folders that were made for nothing, where nothing was planned. Whatever has something in it stays. */
async function removeEmpty (folder: string): Promise<void> {
  if (await readIfThere(manifestPath(folder)) !== undefined) return
  for (const name of ['shards', 'done', 'list', 'leases', '.']) await rmdir(join(folder, name)).catch(() => {})
}

/** Writes what became of all, once all is done. Whoever sees that writes the same. */
export async function conclude (folder: string, manifest: Manifest, shards: Shards): Promise<EncodeResult> {
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
    : watchShards(folder, shardsOf(manifest))
  if (all !== shards) await all.refresh()
  // Others may have added to it meanwhile: then it is for them to say when all is done.
  const { shards: wanted } = await readManifest(folder) ?? manifest
  const isComplete = all.done.size === manifest.shards && wanted === manifest.shards
  if (isComplete) {
    for (const path of [folder, shardsFolder(folder), doneFolder(folder)]) await sweep(path)
    const records = [...all.done.values()].sort((a, b) => a.shard - b.shard)
    const failures = records.flatMap(({ failed }) => failed)
    await writeWhole(join(folder, 'failed.jsonl'), failures.map(failure => `${JSON.stringify(failure)}\n`).join(''))
    await writeWhole(join(folder, 'complete.json'), `${JSON.stringify({
      ...sum(records), shards: records.map(({ rows, files }) => ({ rows, files })),
    })}\n`)
  }
  return { manifest, ...sum(shards.done.values()), isComplete }
}
