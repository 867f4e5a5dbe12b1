import { copyPartition, type ImageShape, type Partition } from '@partition-vae/models'
import type { InferenceGraphs } from '../engine/engine.js'
import { createRandom } from '../random/index.js'
import { batchesOf, decodeChecked } from './batches.js'
import { squaredError } from './likelihood.js'

export interface SwapEffectOptions {
  readonly inference: InferenceGraphs
  /** Posterior means, [N, D], N ≥ 2. */
  readonly means: Float32Array
  readonly partitions: readonly Partition[]
  readonly latentSize: number
  readonly shape: ImageShape
  readonly batchSize: number
  readonly seed: number
  readonly onBatch?: (decoded: number) => void
}

/**
 * Measures what each partition alone does to the image: ½·E‖decode(z with the partition of another image) −
 * decode(z)‖², summed over the pixels of an image, by partition. Each image is paired with one other image, drawn at
 * random without repetition. For a linear decoder it is the variance that the partition contributes to the image.
 */
export async function measureSwapEffect (options: SwapEffectOptions): Promise<number[]> {
  const { inference, means, partitions, latentSize, shape, batchSize, seed, onBatch } = options
  const count = means.length / latentSize
  const partner = pairAtRandom(count, seed)
  const sums = partitions.map(() => 0)
  for (const { start, indices } of batchesOf(Uint32Array.from({ length: count }, (_, i) => i), batchSize)) {
    const latent = means.slice(start * latentSize, (start + indices.length) * latentSize)
    const original = await decodeChecked(inference, latent, indices.length, shape)
    for (const [p, partition] of partitions.entries()) {
      const swapped = latent.slice()
      for (const [row, index] of indices.entries()) {
        copyPartition(partition, means, partner[index]! * latentSize, swapped, row * latentSize)
      }
      sums[p]! += squaredError(await decodeChecked(inference, swapped, indices.length, shape), original)
    }
    onBatch?.(start + indices.length)
  }
  return sums.map(sum => sum / (2 * count))
}

/** A partner for each of `count` ≥ 2 images, never itself: one random cycle through all. */
function pairAtRandom (count: number, seed: number): Uint32Array {
  const order = createRandom(seed, 'swap-effect').shuffle(Uint32Array.from({ length: count }, (_, i) => i))
  const partner = new Uint32Array(count)
  order.forEach((index, i) => { partner[index] = order[(i + 1) % count]! })
  return partner
}
