import { randomBytes } from 'node:crypto'
import { rename, rm, stat, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { isSystemError } from '../../foundation/errors.js'
import { writing } from '../../foundation/files.js'

/** As long as the journal stands still under a lock, whoever made it lives; after so long, in ms, it is taken away. */
const GRACE = 30_000

/**
 * Does work while no other process writes the journal. The lock is Optuna's: a file beside the journal named
 * `<journal>.lock` that is made where there is none, and renamed before it is deleted. Its JournalFileOpenLock makes a
 * file, its JournalFileSymlinkLock a link: each finds the other's. Neither needs more of a shared disk than that.
 * @param grace after so many ms without a change to the lock, nor to what it links to, its process is taken for dead
 */
export async function withJournalLock<T> (journal: string, work: () => Promise<T>, grace = GRACE): Promise<T> {
  const lock = `${journal}.lock`
  await acquire(lock, grace)
  try {
    return await work()
  } finally {
    await takeAway(lock)
  }
}

async function acquire (lock: string, grace: number): Promise<void> {
  let pause = 1
  let seen: { readonly mtime: number, readonly since: number } | undefined
  while (!await create(lock)) {
    const mtime = await modifiedAt(lock)
    const now = performance.now()
    // By our own clock: those of other machines may be wrong.
    if (mtime !== seen?.mtime) seen = mtime === undefined ? undefined : { mtime, since: now }
    else if (seen !== undefined && now - seen.since > grace) {
      await takeAway(lock)
      seen = undefined
      pause = 1
    }
    await sleep(pause)
    pause = Math.min(2 * pause, 250)
  }
}

async function create (lock: string): Promise<boolean> {
  return await writing(lock, async () => {
    try {
      await writeFile(lock, String(process.pid), { flag: 'wx' })
      return true
    } catch (error) {
      if (isSystemError(error) && error.code === 'EEXIST') return false
      throw error
    }
  })
}

async function modifiedAt (lock: string): Promise<number | undefined> {
  return (await stat(lock).catch(() => undefined))?.mtimeMs
}

/** Under another name first: so only one of several processes takes away the same lock. */
async function takeAway (lock: string): Promise<void> {
  const aside = `${lock}${randomBytes(6).toString('hex')}.rename`
  try {
    await rename(lock, aside)
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return
    throw error
  }
  await rm(aside, { force: true })
}
