import { readFile, rm } from 'node:fs/promises'
import { isRunning, parseHolder } from '@partition-vae/collections/work'

/**
 * Deletes the lock of a run where a process of another machine has it. Those can't be looked up, so that their locks
 * would hold for ever; but whoever has the lease of the training knows that theirs has run out.
 */
export async function clearForeignLock (path: string): Promise<void> {
  const holder = parseHolder(await readFile(path, 'utf8').catch(() => ''))
  if (holder !== undefined && await isRunning(holder) === undefined) await rm(path, { force: true })
}
