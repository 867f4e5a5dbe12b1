import { batchesPerEpoch, createEpoch, type Epoch } from '../data/batches.js'
import type { ImageDataset } from '../data/dataset.js'
import type { BatchSource } from './loop.js'

/**
 * A data set's shuffled batches, by epoch and step.
 * @throws TrainerError PVAE_DATA_EMPTY when there are fewer images than one batch
 */
export function createBatchSource (dataset: ImageDataset, { batchSize, seed }: { batchSize: number, seed: number }): BatchSource {
  // The order of one epoch is kept: shuffling 60,000 indices at every step would cost more than reading them.
  let kept: { epoch: number, order: Epoch } | undefined
  return {
    stepsPerEpoch: batchesPerEpoch(dataset, batchSize),
    async read (epoch, step) {
      if (kept?.epoch !== epoch) kept = { epoch, order: createEpoch(dataset, { batchSize, seed, epoch }) }
      return (await kept.order.read(step)).images
    },
  }
}
