import type { Stats } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { TrainerError } from '../../errors.js'
import type { SkippedFile } from '../dataset.js'

export interface ListedFile {
  /** Relative to the folder, with slashes on every platform. */
  readonly path: string
  readonly bytes: number
  readonly modifiedMs: number
  /** Permissions: a file that was unreadable and no longer is counts as changed. */
  readonly mode: number
}

export interface FileList {
  /** Sorted by path, by UTF-16 code units: the same order on every machine. */
  readonly files: readonly ListedFile[]
  /** Links and folders that can't be followed. */
  readonly skipped: readonly SkippedFile[]
}

const STATS_AT_ONCE = 64

/**
 * All files below a folder, through links too, except names that begin with a dot. About 300 bytes of memory a file.
 * @param excluded absolute path of a folder below `directory` to leave out (the cache, should it lie there)
 * @throws TrainerError PVAE_DATA_NOT_FOUND when the folder can't be read
 */
export async function listFiles (directory: string, excluded?: string): Promise<FileList> {
  const files: ListedFile[] = []
  const skipped: SkippedFile[] = []

  /** `ancestors`: the identities of the folders above, to notice a link that leads back into one of them. */
  async function walk (prefix: string, ancestors: readonly string[]): Promise<void> {
    const names = (await readdir(join(directory, prefix)))
      .filter(name => !name.startsWith('.') && resolve(directory, prefix, name) !== excluded)
    for (let i = 0; i < names.length; i += STATS_AT_ONCE) {
      const paths = names.slice(i, i + STATS_AT_ONCE).map(name => `${prefix}${name}`)
      const found = await Promise.all(paths.map(path => stat(join(directory, path)).catch((error: Error) => error)))
      for (const [j, path] of paths.entries()) await add(path, found[j]!, ancestors)
    }
  }

  async function add (path: string, found: Stats | Error, ancestors: readonly string[]): Promise<void> {
    const skip = (reason: string): void => { skipped.push({ path, reason }) }
    if (found instanceof Error) return skip(found.message)
    if (found.isFile()) {
      files.push({ path, bytes: found.size, modifiedMs: found.mtimeMs, mode: found.mode })
      return
    }
    if (!found.isDirectory()) return skip('neither a file nor a folder')
    const identity = `${found.dev}:${found.ino}`
    if (ancestors.includes(identity)) return skip('a link back to a folder that contains it')
    await walk(`${path}/`, [...ancestors, identity]).catch((error: Error) => skip(error.message))
  }

  try {
    const root = await stat(directory)
    await walk('', [`${root.dev}:${root.ino}`])
  } catch (error) {
    throw new TrainerError('PVAE_DATA_NOT_FOUND', `expected a readable folder for data.directory but found ${(error as Error).message}`, { cause: error })
  }
  return { files: files.sort(byPath), skipped: skipped.sort(byPath) }
}

/** For `sort`: by UTF-16 code units, whatever the locale. Paths differ. */
export function byPath (a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : 1
}
