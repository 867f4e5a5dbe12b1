import { batchLimits } from './batch-limits.js'
import type { LoadReport } from '@partition-vae/collections/runtime'
import type { LocalRunner } from './local.js'
import type { BatchLimits } from './queue.js'
import type { WeightSharing } from './sharing.js'
import type { Slot } from './slot.js'
import type { ModelSource } from './tasks.js'

export interface LoadOptions {
  /** One worker after the other: the rest serves what is served already. Default: all at once. */
  readonly rolling?: boolean
}

/** The limits for a version that is not loaded: its jobs are refused one by one. */
const NO_BATCH: BatchLimits = { rows: 1, bytes: 0 }

/** The versions that every worker of a pool has loaded. */
export interface Versions {
  /** As `Pool.load`. */
  load (model: ModelSource, options?: LoadOptions): Promise<LoadReport>
  /** As `Pool.unload`. */
  unload (key: string): Promise<void>
  /** Lists what a worker that comes back has to load. */
  readonly sources: () => ModelSource[]
  /** The most that one batch of a version may hold. */
  readonly limitsOf: (key: string) => BatchLimits
  /** D of a version; 1 for one that is not loaded. */
  readonly latentSizeOf: (key: string) => number
}

/** @param slots the workers; more may be added before the first version is loaded */
export function createVersions (
  slots: readonly Slot[],
  sharing: WeightSharing,
  local: LocalRunner | undefined
): Versions {
  let turn = 0
  const models = new Map<string, { readonly source: ModelSource; readonly limits: BatchLimits }>()

  /** Waits for all before it throws: what is still loading could not be unloaded. */
  async function loadIntoAll (missing: readonly Slot[], model: ModelSource): Promise<void> {
    const outcomes = await Promise.allSettled(missing.map(slot => slot.load(model)))
    const refused = outcomes.find(outcome => outcome.status === 'rejected')
    if (refused !== undefined) throw refused.reason
  }

  async function unloadEverywhere (key: string): Promise<void> {
    await Promise.allSettled(
      [sharing, ...slots.filter(slot => slot.has(key)), ...(local === undefined ? [] : [local])].map(runner =>
        runner.unload(key)
      )
    )
  }

  return {
    sources: () => [...models.values()].map(({ source }) => sharing.current(source)),
    limitsOf: key => models.get(key)?.limits ?? NO_BATCH,
    latentSizeOf: key => models.get(key)?.source.card.latentSize ?? 1,
    async load (model, { rolling = false } = {}) {
      const { key } = model
      try {
        const report = await sharing.loadFirst(model, slots[turn++ % slots.length]!)
        const shared = sharing.current(model)
        // A worker may die and come back in the meantime: until the version is listed below, its successor does not
        // know of it.
        for (let missing = slots; missing.length > 0;) {
          missing = slots.filter(slot => !slot.has(key))
          await loadIntoAll(rolling ? missing.slice(0, 1) : missing, shared)
        }
        await local?.load(shared, report)
        models.set(key, { source: model, limits: batchLimits(model.card) })
        return report
      } catch (error) {
        await unloadEverywhere(key)
        throw error
      }
    },
    async unload (key) {
      models.delete(key)
      await unloadEverywhere(key)
    },
  }
}
