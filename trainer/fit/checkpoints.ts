import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isSystemError, TrainerError } from '../foundation/errors.js'
import { createDirectory, writeFileAtomic, writing } from '../foundation/files.js'
import { decodeCheckpoint, encodeCheckpoint, type Checkpoint } from './checkpoint.js'

const FINAL = 'final.safetensors'
const STEP = /^step-(\d{10})\.safetensors$/
const KEPT = 2

/** The checkpoints of one run: the last two and, once training is complete, the final one. */
export interface Checkpoints {
  readonly directory: string
  /**
   * Writes `step-<n>.safetensors`, or `final.safetensors` when training is complete, whole or not at all. Then removes
   * older ones.
   */
  save (checkpoint: Checkpoint, options?: { final?: boolean }): Promise<string>
  /**
   * The checkpoint with the most steps that is whole, or undefined when there is none at all.
   * @param onRefused told of each newer one that is not whole
   * @throws TrainerError PVAE_CHECKPOINT_INVALID when there are some, but none is whole
   */
  loadLatest (onRefused: (error: TrainerError) => void): Promise<{ checkpoint: Checkpoint, path: string } | undefined>
}

export function openCheckpoints (directory: string): Checkpoints {
  return {
    directory,
    async save (checkpoint, { final = false } = {}) {
      await createDirectory(directory)
      const path = join(
        directory,
        final ? FINAL : `step-${String(checkpoint.state.step).padStart(10, '0')}.safetensors`
      )
      await writeFileAtomic(path, encodeCheckpoint(checkpoint))
      const steps = (await list(directory)).filter(name => STEP.test(name)).sort()
      await writing(directory, () =>
        Promise.all(steps.slice(0, -KEPT).map(name => rm(join(directory, name), { force: true })))
      )
      return path
    },
    async loadLatest (onRefused) {
      const found: Array<{ checkpoint: Checkpoint, path: string }> = []
      const refused: TrainerError[] = []
      for (const name of (await list(directory)).filter(name => name === FINAL || STEP.test(name))) {
        const path = join(directory, name)
        try {
          found.push({ checkpoint: decodeCheckpoint(await readFile(path), path), path })
        } catch (error) {
          if (!(error instanceof TrainerError)) throw error
          refused.push(error)
        }
      }
      const [first] = refused
      if (found.length === 0 && first !== undefined) {
        throw new TrainerError(
          first.code,
          `${first.message}; of ${refused.length} none is whole: to begin the run anew, delete ${directory}`,
          { cause: first }
        )
      }
      refused.forEach(onRefused)
      return found.sort((a, b) => b.checkpoint.state.step - a.checkpoint.state.step)[0]
    },
  }
}

async function list (directory: string): Promise<string[]> {
  try {
    return await readdir(directory)
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return []
    throw error
  }
}
