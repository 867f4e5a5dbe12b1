import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf } from '@partition-vae/models'
import {
  CollectionError, countThreads, HEADER_FILE, readHeader, type IndexHeader,
} from '@partition-vae/collections/search'
import { expected } from '../foundation/errors.js'

/** An index as it lies on the disk. */
export interface SeenIndex {
  readonly path: string
  /** Another after it has been replaced. */
  readonly identity: string
  readonly header: IndexHeader
}

/**
 * Looks which indexes a folder has: in its folders, or being one itself. Newest first.
 * @param known what was seen before: what is the same is returned as it is
 * @returns faults: why others are passed over
 * @throws what the file system throws where the folder can't be read
 */
export async function lookAt<Known extends SeenIndex> (
  folder: string, known: readonly Known[]
): Promise<{ seen: Array<Known | SeenIndex>, faults: string[] }> {
  const names = await readdir(folder)
  // Temporary folders begin with a dot.
  const shown = names.filter(name => !name.startsWith('.'))
  const paths = names.includes(HEADER_FILE) ? [folder] : shown.map(name => join(folder, name))
  const seen: Array<Known | SeenIndex> = []
  const faults: string[] = []
  for (const path of paths) {
    const file = await stat(join(path, HEADER_FILE)).catch(() => undefined)
    if (file === undefined) continue
    const identity = `${file.ino} ${file.size} ${file.mtimeMs}`
    const same = known.find(index => index.path === path && index.identity === identity)
    try {
      seen.push(same ?? { path, identity, header: await readHeader(path) })
    } catch (error) {
      if (!(error instanceof CollectionError)) throw error
      faults.push(error.message)
    }
  }
  return { seen: seen.sort((a, b) => b.header.createdAt.localeCompare(a.header.createdAt)), faults }
}

/** Bytes that a thread takes beside its rows, with what it keeps of conditions: measured with a million rows. */
const THREAD = 30 * 2 ** 20

/**
 * Adds up the memory that the indexes of a folder take once all of them are searched, in bytes: 4 for each unit and
 * image, and what their threads take.
 * @param threads the most that each index has
 * @throws Error where the folder can't be read
 */
export async function measureIndexes (folder: string, threads: number): Promise<number> {
  const { seen } = await lookAt(folder, []).catch((cause: unknown) => {
    throw new Error(expected('a folder of indexes', 'PVAE_INDEX_DIR', `${folder}: ${codeOf(cause)}`), { cause })
  })
  return seen.reduce((sum, { header: { count, latentSize } }) =>
    sum + 4 * count * latentSize + countThreads(count, threads) * THREAD, 0)
}
