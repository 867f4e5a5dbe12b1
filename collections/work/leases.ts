/**
 * Leases on pieces of work, as files in a folder that processes and machines share. All it asks of the file system is
 * that of several who create a file exclusively one succeeds, which NFS has kept since version 3; clocks of machines
 * are compared with nothing but their own, since a lease's age is by the folder's.
 *
 * A piece's lease is a file `<name>.<n>`. Whoever finds it too old creates `<name>.<n + 1>`: of several that do so at
 * once one succeeds, and nobody's lease is ever taken away. Its former holder, if it was only slow, may finish the same
 * piece as well: pieces must come out the same, and be put where they belong by renaming.
 */
import { randomBytes } from 'node:crypto'
import { open, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { failedWith } from '../foundation/errors.js'
import { createAlone, makeFolder, readIfThere } from '../foundation/files.js'
import { describeSelf, isRunning, parseHolder } from './holder.js'

export interface Lease {
  /** Tells whether nobody has taken the piece over, as from a process that was stopped for a while. */
  isHeld (): Promise<boolean>
  /** Gives the piece back, done or not. */
  release (): Promise<void>
}

export interface Leases {
  /** @returns undefined while somebody else has the piece */
  take (name: string): Promise<Lease | undefined>
  /** Gives back what is still held, and stops renewing. */
  close (): Promise<void>
}

export interface LeaseOptions {
  /** The folder, made where it is missing. Nothing else may lie in it. */
  readonly folder: string
  /** A lease that was not renewed for so long has run out. Default: 60. */
  readonly seconds?: number
}

/** Renewals in the time of one lease. */
const RENEWALS = 4

export async function openLeases ({ folder, seconds = 60 }: LeaseOptions): Promise<Leases> {
  await makeFolder(folder)
  const text = JSON.stringify(await describeSelf())
  const held = new Set<string>()
  // Renewed by the process's main thread: whoever works for longer than this on it must do so in threads.
  const timer = setInterval(() => {
    for (const path of held) renew(path).catch(() => {})
  }, seconds * 1000 / RENEWALS)
  timer.unref()

  /** By writing, so that the time is that of the folder's machine. */
  async function renew (path: string): Promise<void> {
    const handle = await open(path, 'r+')
    await handle.writeFile(text).finally(() => handle.close())
  }

  /** Milliseconds since 1970 by the clock of the folder's machine. */
  async function now (): Promise<number> {
    const path = join(folder, `.clock-${randomBytes(6).toString('hex')}`)
    await writeFile(path, '')
    return (await stat(path).finally(() => rm(path, { force: true }))).mtimeMs
  }

  async function hasRunOut (path: string): Promise<boolean> {
    try {
      const holder = parseHolder(await readIfThere(path) ?? '')
      if (holder !== undefined && await isRunning(holder) === false) return true
      const { mtimeMs } = await stat(path)
      return await now() - mtimeMs > seconds * 1000
    } catch (error) {
      // It was given back just now: the next look will find the piece done, or free.
      if (failedWith(error, 'ENOENT')) return false
      throw error
    }
  }

  return {
    async take (name) {
      const before = (await readdir(folder)).filter(file => file.startsWith(`${name}.`))
        .map(file => Number(file.slice(name.length + 1))).filter(Number.isInteger)
      const last = Math.max(-1, ...before)
      if (last >= 0 && !await hasRunOut(join(folder, `${name}.${last}`))) return undefined
      const path = join(folder, `${name}.${last + 1}`)
      if (!await createAlone(path, text)) return undefined
      held.add(path)
      for (const n of before) await rm(join(folder, `${name}.${n}`), { force: true })
      return {
        async isHeld () {
          const names = await readdir(folder)
          // Whoever takes it over removes it after that, and may have given the piece back already.
          return names.includes(`${name}.${last + 1}`) && !names.includes(`${name}.${last + 2}`)
        },
        async release () {
          if (held.delete(path)) await rm(path, { force: true })
        },
      }
    },
    async close () {
      clearInterval(timer)
      await Promise.all([...held].map(path => rm(path, { force: true })))
      held.clear()
    },
  }
}
