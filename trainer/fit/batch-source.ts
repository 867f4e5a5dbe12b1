import { batchesPerEpoch, createEpoch, type Batch, type Epoch } from '../data/batches.js'
import type { ImageDataset, PairOptions } from '../data/dataset.js'

/** Training images by position, the same at every asking: shuffled anew each epoch, all batches of one size. */
export interface BatchSource {
  readonly stepsPerEpoch: number
  /** Reads the batch of step `step` (from 0) of epoch `epoch` (from 0). */
  read (epoch: number, step: number): Promise<Batch>
}

export interface BatchSourceOptions {
  readonly batchSize: number
  readonly seed: number
  /** Batches of pairs, in place of single images. */
  readonly pairs?: PairOptions | undefined
}

/**
 * A data set's shuffled batches, by epoch and step.
 * @throws TrainerError PVAE_DATA_EMPTY when there are fewer images than one batch; for pairs also PVAE_CONFIG_INVALID
 * when the data set has none
 */
export function createBatchSource (dataset: ImageDataset, { batchSize, seed, pairs }: BatchSourceOptions): BatchSource {
  const open = (epoch: number): Epoch => createEpoch(dataset, { batchSize, seed, epoch, pairs })
  // What a data set can't give is refused before a run begins.
  if (pairs !== undefined) open(0)
  // The order of one epoch is kept: shuffling 60,000 indices at every step would cost more than reading them.
  let kept: { epoch: number, order: Epoch } | undefined
  return {
    stepsPerEpoch: batchesPerEpoch(dataset, batchSize),
    async read (epoch, step) {
      if (kept?.epoch !== epoch) kept = { epoch, order: open(epoch) }
      return await kept.order.read(step)
    },
  }
}
