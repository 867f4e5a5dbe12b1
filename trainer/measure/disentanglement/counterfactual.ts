import type { Static } from '@partition-vae/models/typebox'
import { copyPartition, type Partition } from '@partition-vae/models'
import { createRandom } from '../../random/index.js'
import { batchesOf } from '../batches.js'
import { squaredError } from '../likelihood.js'
import { assign } from './assignment.js'
import { record } from './group-scores.js'
import { invalid } from './representation.js'
import type { CounterfactualSchema } from './schema.js'

export type CounterfactualScore = Static<typeof CounterfactualSchema>

export interface CounterfactualOptions {
  /** Posterior means, [N, D], N ≥ 2. */
  readonly means: Float32Array
  readonly partitions: readonly Partition[]
  readonly groups: readonly string[]
  /** Latents [n, D] → images [n, H, W, C] in [0, 1]. */
  readonly decode: (latent: Float32Array) => Float32Array | Promise<Float32Array>
  /**
   * True images [n, H, W, C] of the frames `indices` with the factors of one group taken from the frames `donors`, as
   * `means` count them.
   */
  readonly renderSwapped: (
    group: string,
    indices: Uint32Array,
    donors: Uint32Array
  ) => Float32Array | Promise<Float32Array>
  readonly seed: number
  /** Images a call, default 128. */
  readonly batchSize?: number | undefined
}

/**
 * Does swapping a partition do to the image what swapping an object would? Each frame takes one partition from another
 * frame, is decoded, and compared with the true render of the frame with one group of factors taken from that other
 * frame: 1 − Σ‖decode(z with the partition swapped) − truth‖² / Σ‖decode(z) − truth‖², by partition × group. 1: exactly
 * that object changed, as it should; 0: no better than changing nothing; below 0: something else changed. A group's
 * score is the best partition's; `meanAssigned` lets each partition stand for one group only (Hungarian method). Since
 * both sums are over whole images, what a reconstruction misses anywhere keeps small objects from 1: `attainable` is
 * the score of a swap as good as the reconstruction, 1 − Σ‖decode(z) − own truth‖² / Σ‖decode(z) − truth‖².
 * @throws TrainerError PVAE_INVALID_PARAMETER
 */
export async function counterfactualScore (options: CounterfactualOptions): Promise<CounterfactualScore> {
  const { means, partitions, groups, decode, renderSwapped, seed, batchSize = 128 } = options
  const latentSize = partitions.reduce((sum, { size }) => sum + size, 0)
  const count = means.length / latentSize
  if (!(Number.isInteger(count) && count >= 2)) {
    throw invalid(`posterior means of at least 2 images of ${latentSize} units`, `${means.length} values`)
  }
  if (groups.length === 0) throw invalid('at least 1 group of factors', 'none')
  const donors = donorsFor(count, seed)
  const unswapped = groups.map(() => 0)
  const swapped = partitions.map(() => groups.map(() => 0))
  let reconstruction = 0
  for (const { start, indices } of batchesOf(Uint32Array.from({ length: count }, (_, i) => i), batchSize)) {
    const taken = donors.subarray(start, start + indices.length)
    const latent = means.slice(start * latentSize, (start + indices.length) * latentSize)
    const baseline = await decode(latent)
    // Whichever group a frame takes from itself, the truth is its own.
    reconstruction += squaredError(
      baseline,
      sameLength(await renderSwapped(groups[0]!, indices, indices), baseline, groups[0]!)
    )
    const truths: Float32Array[] = []
    for (const group of groups) truths.push(sameLength(await renderSwapped(group, indices, taken), baseline, group))
    truths.forEach((truth, g) => { unswapped[g]! += squaredError(baseline, truth) })
    for (const [p, partition] of partitions.entries()) {
      const mixed = latent.slice()
      taken.forEach((donor, row) => copyPartition(partition, means, donor * latentSize, mixed, row * latentSize))
      const decoded = await decode(mixed)
      truths.forEach((truth, g) => { swapped[p]![g]! += squaredError(decoded, truth) })
    }
  }
  // A group whose swap is reproduced without swapping anything leaves nothing to explain.
  const matrix = swapped.map(row => row.map((error, g) => unswapped[g]! > 0 ? 1 - error / unswapped[g]! : 0))
  const names = partitions.map(({ name }) => name)
  const best = groups.map((_, g) => Math.max(...matrix.map(row => row[g]!)))
  const pairs = assign(matrix)
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  return {
    images: count,
    partitions: names,
    groups: [...groups],
    matrix,
    best: record(groups, best),
    meanBest: mean(best),
    attainable: record(
      groups,
      unswapped.map(error => (error > 0 ? 1 - reconstruction / error : 0))
    ),
    assignment: Object.fromEntries(
      pairs.map(({ row, column }) => [groups[column]!, { partition: names[row]!, score: matrix[row]![column]! }])
    ),
    meanAssigned: mean(pairs.map(({ row, column }) => matrix[row]![column]!)),
  }
}

/** Another frame for each frame: one random cycle through all. */
function donorsFor (count: number, seed: number): Uint32Array {
  const order = createRandom(seed, 'counterfactual').shuffle(Uint32Array.from({ length: count }, (_, i) => i))
  const donors = new Uint32Array(count)
  order.forEach((index, i) => { donors[index] = order[(i + 1) % count]! })
  return donors
}

function sameLength (truth: Float32Array, decoded: Float32Array, group: string): Float32Array {
  if (truth.length !== decoded.length) {
    throw invalid(`${decoded.length} values for the render with ${group} swapped`, String(truth.length))
  }
  return truth
}
