import { open, readFile, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { TrainerError } from '../../errors.js'

/** Locks that this process holds: its own id in a lock file is otherwise a leftover of an earlier process with the same id. */
const held = new Set<string>()

/**
 * Runs `action` while holding the lock file `path`. A lock left by a process that no longer runs on this host is taken over.
 * @param purpose what the lock is for, e.g. `the image cache of photos`
 * @throws TrainerError PVAE_RUN_LOCKED naming the holder
 */
export async function withLock<T> (path: string, purpose: string, action: () => Promise<T>): Promise<T> {
  await takeLock(path, purpose)
  held.add(path)
  try {
    return await action()
  } finally {
    held.delete(path)
    await rm(path, { force: true })
  }
}

async function takeLock (path: string, purpose: string): Promise<void> {
  const mine = `${process.pid} ${hostname()}`
  for (;;) {
    try {
      const handle = await open(path, 'wx')
      await handle.writeFile(mine)
      await handle.close()
      return
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const holder = await readFile(path, 'utf8').catch(() => '')
    const [pid, host] = holder.split(' ')
    // An empty lock is one whose process died, or has not yet come, between making and filling it.
    const stale = !held.has(path) && (holder === mine || (host === hostname() && !isRunning(Number(pid))))
    if (!stale) {
      throw new TrainerError('PVAE_RUN_LOCKED',
        `expected no other process to write ${purpose} but found process ${pid || 'unknown'} on ${host ?? 'unknown host'}: wait for it, or if it is gone remove ${path}`)
    }
    await rm(path, { force: true })
  }
}

function isRunning (pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
