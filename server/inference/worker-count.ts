import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Capacity } from '@partition-vae/collections/capacity'
import type { Repository } from '@partition-vae/models'
import { selectModels, type SelectionEntry } from './selection.js'

const MIB = 2 ** 20
/**
 * Measured under heavy load (batches of 32 images, grids and maps) with the models that ship, in bytes; it is what the
 * process holds, without what large images and bodies take while they are read. docs/settings.md has the numbers.
 */
const BASE = 320 * MIB
const WORKER = 55 * MIB
/** How many times the bytes of all graphs: in the process, and in each worker, as weights are shared or not. */
const COPIES = { shared: { process: 3, worker: 1.5 }, own: { process: 1, worker: 3 } }
/** The share of the limit that the estimate may take: images and bodies need the rest. */
const USABLE = 0.85

/** What lies in memory once all of it is used, in bytes. */
export interface Held {
  /** The graphs of the models that are served. */
  readonly graphs: number
  /** The indexes that are searched, with their threads. */
  readonly indexes: number
}

/** Estimates the memory that the service takes under load. Bytes. */
export function estimateMemory (workers: number, { graphs, indexes }: Held): number {
  const copies = workers > 1 ? COPIES.shared : COPIES.own
  return BASE + indexes + copies.process * graphs + workers * (WORKER + copies.worker * graphs)
}

export interface WorkerChoice {
  readonly workers: number
  /** How many of them may run short jobs at the same time: as `PoolOptions`. */
  readonly shortAtOnce: number
  /** Bytes, as `estimateMemory`. */
  readonly estimate: number
  /** Why it is not more, in words. */
  readonly reason: string
  /** Even so many take more than there is. */
  readonly tight: boolean
}

/**
 * Chooses how many workers to start: as many as there are cores, and fewer where their memory would not fit.
 * Photographs and grids keep all cores busy and the main thread idle; where digits come, it is the main thread that
 * needs a core, so that one worker less is busy with them.
 * @param asked how many the settings want; 0: as many as fit
 */
export function chooseWorkers (
  asked: number,
  { cores, quotaFile, memory, memoryFile }: Capacity,
  held: Held
): WorkerChoice {
  const fits = (workers: number) => estimateMemory(workers, held) <= USABLE * memory
  let workers = asked > 0 ? asked : cores
  if (asked === 0) while (workers > 1 && !fits(workers)) workers--
  const memoryDecides = `the memory of ${Math.round(memory / MIB)} MiB (${memoryFile ?? 'of the machine'})`
  const coresDecide = `${cores} ${cores === 1 ? 'core' : 'cores'} (${quotaFile ?? 'that it may run on'})`
  const reason = asked > 0 ? 'PVAE_WORKERS' : workers < cores ? memoryDecides : coresDecide
  const shortAtOnce = Math.min(workers, Math.max(1, cores - 1))
  return { workers, shortAtOnce, estimate: estimateMemory(workers, held), reason, tight: !fits(workers) }
}

/** Adds up the bytes of the graphs that are to be served. Versions that can't be read count nothing. */
export async function measureGraphs (repository: Repository, selection: readonly SelectionEntry[]): Promise<number> {
  const { chosen } = selectModels(await repository.list().catch(() => []), selection)
  const folders = chosen.flatMap(({ name, versions }) =>
    versions.map(version => join(repository.root, name, String(version))))
  const sizes = await Promise.all(folders.map(async folder => {
    const names = await readdir(folder).catch(() => [])
    const graphs = names.filter(name => name.endsWith('.onnx'))
    return await Promise.all(graphs.map(async name => (await stat(join(folder, name)).catch(() => ({ size: 0 }))).size))
  }))
  return sizes.flat().reduce((sum, size) => sum + size, 0)
}
