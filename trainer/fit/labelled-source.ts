import { pixelCount } from '@partition-vae/models'
import type { LabelsConfig } from '../config/objective-schema.js'
import { invalid } from '../config/invalid.js'
import type { ImageDataset } from '../data/dataset.js'
import { createRandom } from '../random/index.js'
import { encodeLabels } from './encode-labels.js'
import { matchGroups } from './match-groups.js'

/** A group of factors and the partition that is to hold them. */
export interface LabelTarget {
  readonly partition: string
  /** Numbers that stand for its factors: one for each, more for a category or an angle. */
  readonly width: number
}

/** The few images of a data set whose factors are told, in batches by step. */
export interface LabelledSource {
  readonly targets: readonly LabelTarget[]
  /**
   * L images of step `step`, counted over the whole run: 8 bit [L, H, W, C], and what stands for their factors [L, K],
   * target by target.
   */
  read (step: number): { readonly images: Uint8Array, readonly factors: Float32Array }
}

export interface LabelledOptions {
  readonly labels: LabelsConfig
  readonly partitions: ReadonlyArray<{ readonly name: string }>
  readonly seed: number
}

/**
 * Which images are labelled is drawn by the seed, once for the run; which of them a step sees, with replacement, by
 * seed and step. They are held in memory. Means and standard deviations are those of the labelled images: of the others
 * nothing is known.
 * @throws TrainerError PVAE_CONFIG_INVALID for a data set without factors, more labels than images, an unknown group,
 * or a factor that is the same in all labelled images
 */
export async function createLabelledSource (
  dataset: ImageDataset,
  { labels, partitions, seed }: LabelledOptions
): Promise<LabelledSource> {
  const { name, count, factors } = dataset
  if (factors === undefined) {
    throw invalid('objective.labels', 'a data set with known factors', `${name}, which has none`)
  }
  if (labels.count > count) {
    throw invalid('objective.labels.count', `at most ${count}, the images of ${name},`, String(labels.count))
  }
  const groups = matchGroups(factors, partitions, labels.groups, 'objective.labels.groups')
  const chosen = createRandom(seed, 'labelled-images')
    .shuffle(Uint32Array.from({ length: count }, (_, i) => i))
    .slice(0, labels.count)
    .sort()
  const size = pixelCount(dataset.shape)
  const images = new Uint8Array(chosen.length * size)
  await dataset.read(chosen, images)
  const encoded = groups.map(({ columns }) => columns.flatMap(column => encodeLabels(factors, chosen, column)))
  const columns = encoded.flat()
  return {
    targets: groups.map(({ partition }, g) => ({ partition, width: encoded[g]!.length })),
    read (step) {
      const random = createRandom(seed, 'labelled-batch', step)
      const batch = {
        images: new Uint8Array(labels.batchSize * size),
        factors: new Float32Array(labels.batchSize * columns.length),
      }
      for (let i = 0; i < labels.batchSize; i++) {
        const row = random.integer(chosen.length)
        batch.images.set(images.subarray(row * size, (row + 1) * size), i * size)
        columns.forEach((column, c) => { batch.factors[i * columns.length + c] = column[row]! })
      }
      return batch
    },
  }
}
