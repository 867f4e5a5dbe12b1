import { readFile, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { TrainerError } from '../../errors.js'

/** Locks that this process holds or is taking: its own id in any other lock file is left from an earlier process with the same id. */
const held = new Set<string>()

/**
 * Runs `action` while holding the lock file `path`. A lock left by a process that no longer runs on this host is taken over.
 * @param purpose what the lock is for, e.g. `the image cache of photos`
 * @throws TrainerError PVAE_RUN_LOCKED naming the holder
 */
export async function withLock<T> (path: string, purpose: string, action: () => Promise<T>): Promise<T> {
  const mine = `${process.pid} ${hostname()}`
  if (held.has(path)) throw lockedBy(mine, path, purpose)
  held.add(path)
  try {
    await takeLock(path, mine, purpose)
    return await action().finally(() => rm(path, { force: true }))
  } finally {
    held.delete(path)
  }
}

async function takeLock (path: string, mine: string, purpose: string): Promise<void> {
  for (;;) {
    try {
      await writeFile(path, mine, { flag: 'wx' })
      return
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const holder = await readFile(path, 'utf8').catch(() => '')
    const [pid, host] = holder.split(' ')
    // An empty lock may belong to a process that is about to write its name: it is never taken over.
    const stale = holder === mine || (host === hostname() && !isRunning(Number(pid)))
    if (!stale) throw lockedBy(holder, path, purpose)
    await rm(path, { force: true })
  }
}

function lockedBy (holder: string, path: string, purpose: string): TrainerError {
  const [pid, host] = holder.split(' ')
  const who = host === undefined ? 'one that left no name' : `process ${pid} on ${host}`
  return new TrainerError('PVAE_RUN_LOCKED', `expected no other process to write ${purpose} but found ${who}: wait for it, or if it is gone remove ${path}`)
}

function isRunning (pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
