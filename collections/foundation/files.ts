/** Files that other processes, also on other machines, see whole or not at all. */
import { randomBytes } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { CollectionError, failedWith } from './errors.js'

const UNWRITABLE = ['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG', 'ELOOP']

/** Does what writes to `path`; says in words why it cannot. @throws CollectionError PVAE_OUTPUT_UNWRITABLE */
export async function writing<T> (path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!failedWith(error, ...UNWRITABLE)) throw error
    throw new CollectionError('PVAE_OUTPUT_UNWRITABLE', `${path} can not be written: ${error.code}`, { cause: error })
  }
}

const TEMPORARY = '.tmp-'
/** Milliseconds after which nobody writes a temporary file any more. */
const STALE = 3_600_000

/** A name beside `path` that no other process uses, and that readers of whole folders pass over. */
export const temporaryBeside = (path: string): string =>
  join(dirname(path), `${TEMPORARY}${randomBytes(6).toString('hex')}-${basename(path)}`)

/** Removes temporary files that processes have left which were killed while they wrote. */
export async function sweep (folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(TEMPORARY)) continue
    const path = join(folder, name)
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }))
    if (Date.now() - mtimeMs > STALE) await rm(path, { force: true })
  }
}

/**
 * Makes a folder and those above it, where they are missing. Node's own way to do so never ends where a file system
 * refuses folders with ENOENT, as /proc does.
 * @throws CollectionError PVAE_OUTPUT_UNWRITABLE
 */
export async function makeFolder (path: string): Promise<void> {
  await writing(path, async () => {
    const make = () => mkdir(path).catch(error => { if (!failedWith(error, 'EEXIST')) throw error })
    try {
      await make()
    } catch (error) {
      if (!failedWith(error, 'ENOENT') || dirname(path) === path) throw error
      await makeFolder(dirname(path))
      await make().catch(error => {
        throw failedWith(error, 'ENOENT') ? Object.assign(error, { code: 'EACCES' }) : error
      })
    }
    if (!(await stat(path)).isDirectory()) throw Object.assign(new Error(path), { code: 'ENOTDIR' })
  })
}

/** Writes a file under a temporary name, waits until it is on the disk, and renames it. */
export async function writeWhole (path: string, contents: string | Uint8Array): Promise<void> {
  const temporary = temporaryBeside(path)
  await writing(path, async () => {
    try {
      const handle = await open(temporary, 'wx')
      try {
        await handle.writeFile(contents)
        await handle.sync()
      } finally {
        await handle.close()
      }
      await rename(temporary, path)
    } catch (error) {
      await rm(temporary, { force: true })
      throw error
    }
  })
}

/** @returns whether the file was not there before: of several that create it at once, one is told so */
export async function createAlone (path: string, contents: string): Promise<boolean> {
  return await writing(path, async () => {
    try {
      const handle = await open(path, 'wx')
      await handle.writeFile(contents).finally(() => handle.close())
      return true
    } catch (error) {
      if (failedWith(error, 'EEXIST')) return false
      throw error
    }
  })
}

/** @returns undefined where there is no such file */
export async function readIfThere (path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (failedWith(error, 'ENOENT', 'ENOTDIR')) return undefined
    throw error
  }
}

/** @returns what the JSON in a file says; undefined where there is none, or half of one */
export async function readJson (path: string): Promise<unknown> {
  const text = await readIfThere(path)
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
