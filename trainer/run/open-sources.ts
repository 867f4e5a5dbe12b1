import type { RunConfig } from '../config/schema.js'
import type { ImageDataset } from '../data/dataset.js'
import { createBatchSource, type BatchSource } from '../fit/batch-source.js'
import { createLabelledSource, type LabelledSource } from '../fit/labelled-source.js'
import { matchUnshared, type Unshared } from '../fit/unshared.js'

/** Gives images and labels to each step. */
export interface Sources {
  readonly batches: BatchSource
  readonly labelled: LabelledSource | undefined
  readonly unshared: Unshared | undefined
}

/** Opens what steps read. @throws TrainerError where the data set can't give what the config asks for */
export async function openSources (
  { model, objective: { pairs, labels }, fit: { batchSize }, seed }: RunConfig,
  train: ImageDataset
): Promise<Sources> {
  const isKnown = pairs?.differing === 'known'
  return {
    batches: createBatchSource(train, {
      batchSize, seed, pairs: pairs && { maxGap: pairs.maxGap, oneFactor: isKnown },
    }),
    unshared: isKnown ? matchUnshared(train, model.partitions, pairs) : undefined,
    labelled:
      labels === undefined
        ? undefined
        : await createLabelledSource(train, { labels, partitions: model.partitions, seed }),
  }
}
