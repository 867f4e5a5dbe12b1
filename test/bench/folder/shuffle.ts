/** How well epochs are shuffled. */
import { createEpoch } from '../../../trainer/data/batches.js'
import type { ImageDataset } from '../../../trainer/data/dataset.js'

export interface ShuffleQuality {
  readonly images: number
  /**
   * Spearman's rank correlation between the order of the files and that of an epoch; of independent orders about
   * ±1/√images.
   */
  readonly withFiles: number
  /** The same, between the orders of two epochs. */
  readonly withNextEpoch: number
  /** Images that follow in an epoch on one that is beside them in the folder; of an independent order 2. */
  readonly neighbours: number
  /** Images that come twice in an epoch. */
  readonly repeated: number
  /** Whether the same seed gives the same order again, and another seed another. */
  readonly isSeeded: boolean
  /** Milliseconds to shuffle an epoch. */
  readonly milliseconds: number
}

export async function measureShuffle (dataset: ImageDataset, batchSize: number): Promise<ShuffleQuality> {
  // Only the order counts: nothing is read.
  const unread: ImageDataset = { ...dataset, read: async () => {} }
  const order = async (seed: number, epoch: number): Promise<number[]> => {
    const indices: number[] = []
    for await (const batch of createEpoch(unread, { batchSize, seed, epoch }).batches()) indices.push(...batch.indices)
    return indices
  }
  const began = performance.now()
  createEpoch(unread, { batchSize, seed: 7, epoch: 3 })
  const milliseconds = performance.now() - began
  const [first, again, second, other] = [await order(7, 0), await order(7, 0), await order(7, 1), await order(8, 0)]
  const positions = new Map(second.map((image, position) => [image, position]))
  const both = first.filter(image => positions.has(image))
  return {
    images: first.length,
    withFiles: correlation(first, first.map((_, position) => position)),
    withNextEpoch: correlation(both.map((_, position) => position), both.map(image => positions.get(image)!)),
    neighbours: first.filter((image, position) => position > 0 && Math.abs(image - first[position - 1]!) === 1).length,
    repeated: first.length - new Set(first).size,
    isSeeded: first.join() === again.join() && first.join() !== other.join(),
    milliseconds,
  }
}

/** Pearson's, which is Spearman's for ranks. */
function correlation (a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [meanA, meanB] = [mean(a), mean(b)]
  let [covariance, varianceA, varianceB] = [0, 0, 0]
  a.forEach((value, i) => {
    covariance += (value - meanA) * (b[i]! - meanB)
    varianceA += (value - meanA) ** 2
    varianceB += (b[i]! - meanB) ** 2
  })
  return covariance / Math.sqrt(varianceA * varianceB)
}
