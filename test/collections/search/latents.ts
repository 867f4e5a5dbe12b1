import { join } from 'node:path'
import { buildIndex, type BuildOptions, type IndexCard, type LatentBatch } from '../../../collections/search/build.js'
import type { IndexHeader } from '../../../collections/search/header.js'
import { createRandom } from '../../helpers/linear-model.js'

/** Threads as they are built: those of TypeScript sources would compile them each time. */
export const BUILT_WORKER = {
  entry: new URL('../../../collections/dist/search/worker.js', import.meta.url), execArgv: [],
}

/** A card of partitions a, b, … of such sizes. */
export function cardOf (sizes: readonly number[], encoder = 'e'): IndexCard {
  let offset = 0
  const partitions = sizes.map((size, i) => {
    const partition = { name: 'abcdefgh'[i]!, size, offset }
    offset += size
    return partition
  })
  const files = { encoder: { sha256: encoder.repeat(64) } }
  return { name: 'drawn', version: 1, latentSize: offset, partitions, files }
}

/** Draws latents. @returns [n, D] */
export function drawLatents (count: number, latentSize: number, seed = 1): Float32Array {
  const random = createRandom(seed)
  return Float32Array.from({ length: count * latentSize }, () => 4 * (random() + random() + random()) - 6)
}

/** Batches of at most so many rows; files are called 0.png, 1.png and so on. */
export async function * batchesOf (
  mean: Float32Array, latentSize: number,
  { logVariance, rows = 100 }: { readonly logVariance?: Float32Array, readonly rows?: number } = {}
): AsyncGenerator<LatentBatch> {
  for (let at = 0; at * latentSize < mean.length; at += rows) {
    const cut = (values: Float32Array) => values.slice(at * latentSize, (at + rows) * latentSize)
    const taken = cut(mean)
    const files = Array.from({ length: taken.length / latentSize }, (_, i) => `${at + i}.png`)
    yield { files, mean: taken, ...logVariance && { logVariance: cut(logVariance) } }
  }
}

export interface DrawnIndex {
  readonly folder: string
  readonly card: IndexCard
  /** [n, D] */
  readonly mean: Float32Array
  readonly header: IndexHeader
}

/** Builds an index of drawn latents. @param root a folder of the test's own */
export async function drawIndex (
  root: string,
  { sizes = [3, 2, 1], count = 500, mean, logVariance, build }: {
    readonly sizes?: readonly number[],
    readonly count?: number,
    readonly mean?: Float32Array,
    readonly logVariance?: Float32Array,
    readonly build?: BuildOptions
  } = {}
): Promise<DrawnIndex> {
  const card = cardOf(sizes)
  const latents = mean ?? drawLatents(count, card.latentSize)
  const folder = join(root, 'index')
  const batches = batchesOf(latents, card.latentSize, { ...logVariance && { logVariance } })
  const header = await buildIndex(folder, card, batches, build)
  return { folder, card, mean: latents, header }
}

export interface Expected {
  readonly row: number
  readonly distance: number
}

/** Finds neighbours the plain way: all distances in float64, sorted. */
export function bruteForce (
  { card, mean, header }: DrawnIndex, latent: ArrayLike<number>, weights: Readonly<Record<string, number>>, k: number,
  { deviations = header.deviations.data, keep = () => true }: {
    readonly deviations?: readonly number[], readonly keep?: (row: number) => boolean
  } = {}
): Expected[] {
  const size = card.latentSize
  const rows = Array.from({ length: mean.length / size }, (_, row) => {
    let distance = 0
    for (const { name, offset, size: units } of card.partitions) {
      const weight = weights[name] ?? 0
      if (weight === 0) continue
      let squares = 0
      for (let unit = offset; unit < offset + units; unit++) {
        if (deviations[unit]! > 0) squares += ((mean[row * size + unit]! - latent[unit]!) / deviations[unit]!) ** 2
      }
      distance += weight * squares
    }
    return { row, distance }
  })
  return rows.filter(({ row }) => keep(row)).sort((a, b) => a.distance - b.distance || a.row - b.row).slice(0, k)
}

/** Rows and distances of neighbours. */
export function shorten (neighbours: readonly Expected[]): Expected[] {
  return neighbours.map(({ row, distance }) => ({ row, distance }))
}
