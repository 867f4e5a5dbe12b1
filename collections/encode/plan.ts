/** Cuts the pictures into shards, once: every process and machine works on the same ones. */
import { createReadStream } from 'node:fs'
import { open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { CollectionError } from '../foundation/errors.js'
import { makeFolder, readJson, temporaryBeside, writeWhole, writing } from '../foundation/files.js'
import { shardName, type Manifest } from '../rows/manifest.js'

/** Pictures of a shard: of a few pictures every core gets some, and of millions no shard takes long. */
const SHARDS = 64
const SHARD_SIZE = { least: 256, most: 8192 }
/** Bytes that are written at once. */
const BLOCK = 1 << 16

const listFolder = (folder: string) => join(folder, 'list')
const listPath = (folder: string, shard: number) => join(listFolder(folder), `${shardName(shard)}.json`)

export interface Plan {
  readonly images: number
  readonly shards: number
}

export interface PlanOptions {
  /** Pictures of a shard. Default: 256 to 8,192, by how many there are. */
  readonly shardSize?: number | undefined
  /** How the plan goes on where there is one. Default: there is none. */
  readonly after?: Pick<Manifest, 'images' | 'shards'> | undefined
  /** Asked before the plan is written: a process that was stopped for long may find that another has made it. */
  readonly isWanted?: (() => Promise<boolean>) | undefined
  /** Told how many pictures have been found so far. */
  readonly onListed?: ((pictures: number) => void) | undefined
}

/**
 * Writes which pictures are in which shard. Memory does not grow with their number, but where a plan goes on: then
 * all names are held.
 * @returns undefined where it is not wanted any more
 * @throws CollectionError PVAE_INPUT_NOT_FOUND where there is no picture at all
 */
export async function writePlan (
  folder: string, pictures: AsyncIterable<string>, { shardSize, after, isWanted, onListed }: PlanOptions = {}
): Promise<Plan | undefined> {
  const spool = temporaryBeside(join(folder, 'spool'))
  await writing(folder, async () => {
    await makeFolder(listFolder(folder))
    for (const name of await readdir(folder)) {
      // Of a process that was killed while it listed: only one lists at a time.
      if (name.startsWith('.tmp-') && name.endsWith('-spool')) await rm(join(folder, name), { force: true })
    }
  })
  try {
    const known = after === undefined ? undefined : await readNames(folder, after.shards)
    const images = await spoolNames(spool, pictures, known, onListed)
    if (images === 0 && after === undefined) {
      throw new CollectionError('PVAE_INPUT_NOT_FOUND', 'expected at least one picture in the inputs but found none')
    }
    if (await isWanted?.() === false) return undefined
    const size = shardSize ?? Math.min(SHARD_SIZE.most, Math.max(SHARD_SIZE.least, Math.ceil(images / SHARDS)))
    const shards = await cut(folder, spool, size, after?.shards ?? 0)
    return { images: images + (after?.images ?? 0), shards }
  } finally {
    await rm(spool, { force: true })
  }
}

async function readNames (folder: string, shards: number): Promise<Set<string>> {
  const names = new Set<string>()
  for (let shard = 0; shard < shards; shard++) for (const name of await readPlan(folder, shard)) names.add(name)
  return names
}

/** A line each, as JSON: names may have line breaks. */
async function spoolNames (
  spool: string, pictures: AsyncIterable<string>, known: ReadonlySet<string> | undefined,
  onListed: PlanOptions['onListed']
): Promise<number> {
  return await writing(spool, async () => {
    const handle = await open(spool, 'wx')
    try {
      let [count, block] = [0, '']
      for await (const name of pictures) {
        if (known?.has(name)) continue
        count++
        block += `${JSON.stringify(name)}\n`
        if (block.length < BLOCK) continue
        await handle.writeFile(block)
        block = ''
        onListed?.(count)
      }
      await handle.writeFile(block)
      return count
    } finally {
      await handle.close()
    }
  })
}

/** @returns shards in all */
async function cut (folder: string, spool: string, size: number, first: number): Promise<number> {
  let shard = first
  let lines: string[] = []
  const flush = async () => {
    if (lines.length === 0) return
    await writeWhole(listPath(folder, shard++), `[${lines.join(',\n')}]\n`)
    lines = []
  }
  for await (const line of createInterface({ input: createReadStream(spool), crlfDelay: Infinity })) {
    lines.push(line)
    if (lines.length === size) await flush()
  }
  await flush()
  return shard
}

/** Gives the pictures of a shard. @throws CollectionError PVAE_OUTPUT_INVALID for a list that does not read */
export async function readPlan (folder: string, shard: number): Promise<string[]> {
  const path = listPath(folder, shard)
  const names = await readJson(path)
  if (Array.isArray(names) && names.every(name => typeof name === 'string')) return names
  throw new CollectionError('PVAE_OUTPUT_INVALID', `expected a list of pictures in ${path} but found none`)
}
