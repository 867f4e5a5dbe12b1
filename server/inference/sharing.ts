import { existsSync } from 'node:fs'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LoadReport } from '@partition-vae/collections/runtime'
import type { PoolLog, Slot } from './slot.js'
import type { ModelSource } from './tasks.js'

/**
 * Keeps the weights of each version once for all workers: the first writes them into files of the system's temporary
 * folder, and every session maps these. Where that fails, each worker has a copy of its own.
 */
export interface WeightSharing {
  /** Loads a version into the first worker. @throws as `Slot.load` */
  loadFirst (model: ModelSource, slot: Slot): Promise<LoadReport>
  /** Gives a version as workers are to load it now: with shared weights while their files are there. */
  current (model: ModelSource): ModelSource
  /** Removes the files of a version; sessions that are open keep what they have mapped. */
  unload (key: string): Promise<void>
  close (): Promise<void>
}

/** @param enabled false: every version is loaded as it is */
export function createSharing (enabled: boolean, log: PoolLog): WeightSharing {
  const shared = new Map<string, ModelSource>()
  const folders = new Map<string, string>()
  let root: Promise<string> | undefined
  let next = 0

  async function write (model: ModelSource, slot: Slot): Promise<ModelSource | undefined> {
    root ??= realpath(tmpdir()).then(folder => mkdtemp(join(folder, 'pvae-weights-')))
    const folder = join(await root, String(next++))
    folders.set(model.key, folder)
    return await slot.share(model, folder)
  }

  async function unload (key: string): Promise<void> {
    const folder = folders.get(key)
    shared.delete(key)
    folders.delete(key)
    if (folder !== undefined) await rm(folder, { recursive: true, force: true })
  }

  return {
    unload,
    current (model) {
      const source = shared.get(model.key)
      return source?.weights?.files.every(file => existsSync(file)) === true ? source : model
    },
    async loadFirst (model, slot) {
      if (!enabled) return await slot.load(model)
      try {
        const source = await write(model, slot)
        if (source === undefined) return await slot.load(model)
        const report = await slot.load(source)
        shared.set(model.key, source)
        return report
      } catch (error) {
        await unload(model.key)
        // A graph at fault fails here again, and says so.
        const report = await slot.load(model)
        const { message } = error as Error
        log.warn({ model: model.key, reason: message }, 'each worker keeps the weights of this model for itself')
        return report
      }
    },
    async close () {
      const folder = await root?.catch(() => undefined)
      if (folder !== undefined) await rm(folder, { recursive: true, force: true })
    },
  }
}
