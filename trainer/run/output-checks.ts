/** Checks before training what would fail only after it. */
import { mkdtemp, rm, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { TrainingState } from '../foundation/training-state.js'
import { isSystemError, TrainerError } from '../foundation/errors.js'
import { writing } from '../foundation/files.js'

/**
 * Checks that folders can be made at `path`, which need not exist yet: its nearest folder is written to for a moment,
 * and nothing is left behind.
 * @throws TrainerError PVAE_OUTPUT_UNWRITABLE
 */
export async function checkWritable (path: string): Promise<void> {
  const nearest = await nearestExisting(path)
  await writing(path, async () => {
    const probe = await mkdtemp(join(nearest, '.tmp-probe-'))
    await rm(probe, { recursive: true, force: true })
  })
}

async function nearestExisting (path: string): Promise<string> {
  for (let at = path; ; at = dirname(at)) {
    try {
      await stat(at)
      return at
    } catch (error) {
      // A file in the way is found by the write.
      if (!isSystemError(error) || error.code !== 'ENOENT' || dirname(at) === at) return at
    }
  }
}

/** Files of a run, each as large as its state: two checkpoints, the final one, and the one that is being written. */
const CHECKPOINTS = 4

/** Checks that a run's checkpoints will have room. @throws TrainerError PVAE_OUTPUT_UNWRITABLE */
export async function checkRoom (
  path: string,
  state: Omit<TrainingState, 'step'>,
  freeBytes: (path: string) => Promise<number> = freeBytesAt
): Promise<void> {
  const size = Object.values(state)
    .flatMap(group => Object.values(group))
    .reduce((sum, { values }) => sum + values.byteLength, 0)
  const needed = CHECKPOINTS * size
  const free = await freeBytes(path)
  if (free >= needed) return
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`
  throw new TrainerError(
    'PVAE_OUTPUT_UNWRITABLE',
    `expected room for ${megabytes(needed)} of checkpoints in ${path} but found ${megabytes(free)} (ENOSPC)`
  )
}

async function freeBytesAt (path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path)
  return bavail * bsize
}
