import type { BigIntStats } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { notFound } from '../../foundation/not-found.js'
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
  /**
   * Files that can't be read, links and second names that would repeat a file or a folder, and names that are not
   * UTF-8.
   */
  readonly skipped: readonly SkippedFile[]
}

export interface ListOptions {
  /** Absolute path of a folder below `directory` to leave out (the cache, should it lie there). */
  readonly excluded?: string | undefined
  readonly signal?: AbortSignal | undefined
}

const STATS_AT_ONCE = 64

interface Entry {
  readonly path: string
  readonly isLink: boolean
}

/**
 * All files below a folder, through links too, except names that begin with a dot; each file and each folder once,
 * whatever names it has. What lies in the folder itself comes before what links lead to, and names in order: which of
 * several names a file keeps is the same on every machine. About 450 bytes of memory a file.
 * @throws TrainerError PVAE_DATA_NOT_FOUND when the folder can't be read; the signal's reason
 */
export async function listFiles (directory: string, { excluded, signal }: ListOptions = {}): Promise<FileList> {
  const files: ListedFile[] = []
  const skipped: SkippedFile[] = []
  /** By identity, the path under which it is listed. */
  const known = new Map<string, string>()
  let links: string[] = []

  async function walk (prefix: string): Promise<void> {
    signal?.throwIfAborted()
    const folders: string[] = []
    const entries = (await readNames(prefix)).filter(({ path }) => resolve(directory, path) !== excluded)
    for (let i = 0; i < entries.length; i += STATS_AT_ONCE) {
      signal?.throwIfAborted()
      const some = entries.slice(i, i + STATS_AT_ONCE)
      const found = await Promise.all(some.map(({ path, isLink }) => isLink ? undefined : statOf(path)))
      some.forEach(({ path }, j) => {
        if (found[j] === undefined) links.push(path)
        else if (add(path, found[j], false) === 'folder') folders.push(path)
      })
    }
    for (const path of folders) await enter(path)
  }

  /** The names in a folder, sorted, but for those that begin with a dot. */
  async function readNames (prefix: string): Promise<Entry[]> {
    const found = await readdir(join(directory, prefix), { withFileTypes: true, encoding: 'buffer' })
    const entries: Entry[] = []
    for (const entry of found) {
      const bytes = entry.name
      const name = bytes.toString()
      if (name.startsWith('.')) continue
      if (bytes.equals(Buffer.from(name))) entries.push({ path: `${prefix}${name}`, isLink: entry.isSymbolicLink() })
      else skipped.push({ path: `${prefix}${escaped(bytes)}`, reason: 'its name is not UTF-8: rename it' })
    }
    return entries.sort(byPath)
  }

  const statOf = (path: string) => stat(join(directory, path), { bigint: true }).catch((error: Error) => error)

  /** Lists a file; says of a folder that it is one. What is known under another name is skipped. */
  function add (path: string, found: BigIntStats | Error, isLink: boolean): 'folder' | undefined {
    const skip = (reason: string): undefined => { skipped.push({ path, reason }) }
    if (found instanceof Error) return skip(found.message)
    if (!found.isFile() && !found.isDirectory()) return skip('neither a file nor a folder')
    const identity = identityOf(found)
    const before = identity === undefined ? undefined : known.get(identity)
    if (before !== undefined) {
      if (isLink) {
        return skip(`a link to ${before === '' ? 'the folder of all images' : before}, which is there already`)
      }
      return skip(`the same ${found.isFile() ? 'file' : 'folder'} as ${before}`)
    }
    if (identity !== undefined) known.set(identity, path)
    if (found.isDirectory()) return 'folder'
    files.push(listed(path, found))
    return undefined
  }

  const enter = (path: string) => walk(`${path}/`).catch((error: Error) => {
    signal?.throwIfAborted()
    skipped.push({ path, reason: error.message })
  })

  try {
    const root = await stat(directory, { bigint: true })
    known.set(identityOf(root) ?? '', '')
    await walk('')
    // Folders that links lead to may hold further links: those come next.
    while (links.length > 0) {
      const some = links.sort()
      links = []
      for (let i = 0; i < some.length; i += STATS_AT_ONCE) {
        signal?.throwIfAborted()
        const paths = some.slice(i, i + STATS_AT_ONCE)
        const found = await Promise.all(paths.map(statOf))
        for (const [j, path] of paths.entries()) if (add(path, found[j]!, true) === 'folder') await enter(path)
      }
    }
  } catch (error) {
    signal?.throwIfAborted()
    throw notFound(directory, 'data.directory', error)
  }
  return { files: files.sort(byPath), skipped: skipped.sort(byPath) }
}

/** Device and number of a file or folder; undefined where the file system has none. */
export function identityOf ({ dev, ino }: Pick<BigIntStats, 'dev' | 'ino'>): string | undefined {
  return ino === 0n ? undefined : `${dev}:${ino}`
}

/** A file that is there. */
export function listed (
  path: string,
  { size, mtimeNs, mode }: Pick<BigIntStats, 'size' | 'mtimeNs' | 'mode'>
): ListedFile {
  return { path, bytes: Number(size), modifiedMs: milliseconds(mtimeNs), mode: Number(mode) }
}

/** As `mtimeMs` of a stat without big integers. */
function milliseconds (nanoseconds: bigint): number {
  const second = 1_000_000_000n
  return Number(nanoseconds / second) * 1000 + Number(nanoseconds % second) / 1e6
}

/** A name for people: bytes that are not UTF-8 as `\xE9`. */
function escaped (name: Buffer): string {
  const decoder = new TextDecoder('UTF-8', { fatal: true })
  let text = ''
  for (let from = 0; from < name.length;) {
    const character = [1, 2, 3, 4].map(length => name.subarray(from, from + length)).find(bytes => {
      try {
        return decoder.decode(bytes) !== ''
      } catch {
        return false
      }
    })
    text += character?.toString() ?? `\\x${name[from]!.toString(16).toUpperCase().padStart(2, '0')}`
    from += character?.length ?? 1
  }
  return text
}

/** For `sort`: by UTF-16 code units, whatever the locale. Paths differ. */
export function byPath (a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : 1
}
