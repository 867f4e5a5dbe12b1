import { link, open, readFile, rename, rm } from 'node:fs/promises'
import { describeSelf, isRunning, parseHolder, type Holder } from '@partition-vae/collections/work'
import { TrainerError, isSystemError } from './errors.js'
import { writing } from './files.js'

export interface Lock {
  release (): Promise<void>
}

/**
 * Claims what a lock file stands for, for this process. A lock whose process is gone is taken over. Processes of other
 * machines (a shared disk, another container) can't be looked up: their locks hold until the file is deleted.
 * @param expected what there is to be instead of another process, e.g. `a run that no other process works on`
 * @throws TrainerError PVAE_RUN_LOCKED naming the process and the file; PVAE_OUTPUT_UNWRITABLE
 */
export async function acquireLock (path: string, expected: string): Promise<Lock> {
  const text = JSON.stringify(await describeSelf())
  while (!await createExclusively(path, text)) {
    const found = await readIfPresent(path)
    if (found === undefined) continue
    const holder = parseHolder(found)
    if (holder === undefined || await isRunning(holder) !== false) throw locked(path, holder, expected)
    await takeAway(path, found)
  }
  return {
    async release () {
      // Only our own: a person may have deleted it, and another process may have made its own since.
      if (await readIfPresent(path) === text) await rm(path, { force: true })
    },
  }
}

async function createExclusively (path: string, text: string): Promise<boolean> {
  return await writing(path, async () => {
    // Written aside and linked, so that nobody ever reads half a lock.
    const temporary = `${path}.${process.pid}.tmp`
    const handle = await open(temporary, 'w')
    try {
      await handle.writeFile(text).finally(() => handle.close())
      await link(temporary, path)
      return true
    } catch (error) {
      // ENOENT: whoever has the lock has cleared away what seemed to be left by a kill.
      if (isSystemError(error) && (error.code === 'EEXIST' || error.code === 'ENOENT')) return false
      throw error
    } finally {
      await rm(temporary, { force: true })
    }
  })
}

/** Removes a stale lock, unless another process replaced it in the meantime: then that one's is put back. */
async function takeAway (path: string, stale: string): Promise<void> {
  const aside = `${path}.${process.pid}.stale`
  try {
    await rename(path, aside)
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return
    throw error
  }
  if (await readFile(aside, 'utf8') !== stale) await link(aside, path)
  await rm(aside, { force: true })
}

async function readIfPresent (path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return undefined
    throw error
  }
}

function locked (path: string, holder: Holder | undefined, expected: string): TrainerError {
  const by = holder === undefined ? 'a lock that does not say by whom' : `process ${holder.pid} on ${holder.host}`
  return new TrainerError(
    'PVAE_RUN_LOCKED',
    `expected ${expected} but found ${by}; if that process is gone, delete ${path}`
  )
}
