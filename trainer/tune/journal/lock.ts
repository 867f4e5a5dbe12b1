import { randomBytes } from 'node:crypto'
import { lstat, rename, rm, stat } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { isSystemError, TrainerError } from '../../foundation/errors.js'
import { acquireLock, type Lock } from '../../foundation/lock.js'

/** A lock of another machine, or of Optuna, that stands still for so long, in ms, is taken away. */
const GRACE = 30_000

/**
 * Does work while no other process writes the journal. The lock is where Optuna's are: a file beside the journal named
 * `<journal>.lock`, that is made only where there is none. Its JournalFileOpenLock makes a file, its
 * JournalFileSymlinkLock a link: each finds the other's, and ours. One of ours whose process is gone is taken over at
 * once.
 * @param grace after so many ms without a change to a lock, nor to what it links to, its process is taken for dead
 */
export async function withJournalLock<T> (journal: string, work: () => Promise<T>, grace = GRACE): Promise<T> {
  const lock = await acquire(`${journal}.lock`, grace)
  try {
    return await work()
  } finally {
    await lock.release()
  }
}

async function acquire (path: string, grace: number): Promise<Lock> {
  let pause = 1
  let seen: { readonly mtime: number, readonly since: number } | undefined
  for (;;) {
    const lock = await tryLock(path)
    if (lock !== undefined) return lock
    const mtime = await modifiedAt(path)
    const now = performance.now()
    // By our own clock: those of other machines may be wrong.
    if (mtime !== seen?.mtime) seen = mtime === undefined ? undefined : { mtime, since: now }
    else if (seen !== undefined && now - seen.since > grace) {
      await takeAway(path)
      seen = undefined
      pause = 1
    }
    await sleep(pause)
    pause = Math.min(2 * pause, 250)
  }
}

async function tryLock (path: string): Promise<Lock | undefined> {
  // Optuna's, which may lead nowhere: it is by the journal's path as it was given to Optuna.
  if ((await lstat(path).catch(() => undefined))?.isSymbolicLink() === true) return undefined
  try {
    return await acquireLock(path, 'a journal that no other process writes')
  } catch (error) {
    if (error instanceof TrainerError && error.code === 'PVAE_RUN_LOCKED') return undefined
    throw error
  }
}

async function modifiedAt (path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => lstat(path)).catch(() => undefined))?.mtimeMs
}

/** Under another name first: so only one of several processes takes away the same lock. */
async function takeAway (path: string): Promise<void> {
  const aside = `${path}${randomBytes(6).toString('hex')}.rename`
  try {
    await rename(path, aside)
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return
    throw error
  }
  await rm(aside, { force: true })
}
