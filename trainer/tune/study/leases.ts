/** Which process works on which trial: a file a trial, which its process touches as long as it lives. */
import { readFile, rm, stat, utimes } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { TrainerError } from '../../foundation/errors.js'
import { createDirectory } from '../../foundation/files.js'
import { acquireLock, type Lock } from '../../foundation/lock.js'

/** Between two touches, in ms. */
const BEAT = 5000
/** After so many ms without a touch a process of another machine is taken for dead. */
const LOST = 60_000

export interface Leases {
  /**
   * Takes the lease of a trial; undefined while another process has it. A process of this machine that is gone has
   * none any more; of one on another machine it is seen by and by, from the second call on.
   */
  take (trial: number): Promise<Lock | undefined>
}

/** @throws TrainerError PVAE_OUTPUT_UNWRITABLE */
export async function openLeases (directory: string, { beat = BEAT, lost = LOST } = {}): Promise<Leases> {
  await createDirectory(directory)
  /** By trial: when its file was last touched, and since when, by our own clock, we know. */
  const seen = new Map<number, { readonly touched: number, readonly since: number }>()

  async function isLost (trial: number, path: string): Promise<boolean> {
    const touched = (await stat(path).catch(() => undefined))?.mtimeMs ?? NaN
    const before = seen.get(trial)
    if (before?.touched !== touched) seen.set(trial, { touched, since: performance.now() })
    else if (performance.now() - before.since > lost) return !await isOfThisMachine(path)
    return false
  }

  return {
    async take (trial) {
      const path = join(directory, `trial-${trial}.lease`)
      let lock = await tryLock(path)
      if (lock === undefined && await isLost(trial, path)) {
        await rm(path, { force: true })
        lock = await tryLock(path)
      }
      if (lock === undefined) return undefined
      const timer = setInterval(touch, beat, path).unref()
      return {
        async release () {
          clearInterval(timer)
          await lock.release()
        },
      }
    },
  }
}

/** Deletes a run's lock that a process of another machine left, once its lease has run out. */
export async function clearForeignLock (path: string): Promise<void> {
  if (await readFile(path, 'utf8').catch(() => undefined) === undefined) return
  if (!await isOfThisMachine(path)) await rm(path, { force: true })
}

/** Of this machine's processes `acquireLock` knows which live: a lock that it refuses is held. */
async function isOfThisMachine (path: string): Promise<boolean> {
  const text = await readFile(path, 'utf8').catch(() => '{}')
  try {
    return (JSON.parse(text) as { host?: unknown }).host === hostname()
  } catch {
    return false
  }
}

async function tryLock (path: string): Promise<Lock | undefined> {
  try {
    return await acquireLock(path, 'a trial that no other process works on')
  } catch (error) {
    if (error instanceof TrainerError && error.code === 'PVAE_RUN_LOCKED') return undefined
    throw error
  }
}

/** A lease that is gone was taken away: then its file is another's, or none. */
async function touch (path: string): Promise<void> {
  const now = new Date()
  await utimes(path, now, now).catch(() => {})
}
