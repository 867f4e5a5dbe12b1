import type { ObjectiveConfig, RunConfig } from '../config/schema.js'
import type { ImageDataset, PairOptions } from '../data/dataset.js'
import { createBatchSource, type BatchSource } from '../fit/batch-source.js'
import { createLabelledSource, type LabelledSource } from '../fit/labelled-source.js'
import { matchUnshared, type Unshared } from '../fit/unshared.js'

/** Gives images and labels to each step. */
export interface Sources {
  readonly batches: BatchSource
  readonly labelled: LabelledSource | undefined
  readonly unshared: Unshared | undefined
}

/** Gives what a config's pairs ask of a data set. */
export function pairOptionsOf ({ maxGap, differing }: NonNullable<ObjectiveConfig['pairs']>): PairOptions {
  return { maxGap, oneFactor: differing !== 'far' }
}

/** Opens what steps read. @throws TrainerError where the data set can't give what the config asks for */
export async function openSources (
  { model, objective: { pairs, labels }, fit: { batchSize }, seed }: RunConfig,
  train: ImageDataset
): Promise<Sources> {
  return {
    // First: it says best why a data set will not do.
    unshared: pairs?.differing === 'known' ? matchUnshared(train, model.partitions, pairs) : undefined,
    batches: createBatchSource(train, { batchSize, seed, pairs: pairs && pairOptionsOf(pairs) }),
    labelled:
      labels === undefined
        ? undefined
        : await createLabelledSource(train, { labels, partitions: model.partitions, seed }),
  }
}
