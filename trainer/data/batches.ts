import { pixelCount } from '@partition-vae/models'
import { TrainerError } from '../errors.js'
import { createRandom } from '../random/index.js'
import type { ImageDataset } from './dataset.js'

export interface Batch {
  /** Position in the epoch, from 0. */
  readonly step: number
  /** Which images of the data set, [B]. */
  readonly indices: Uint32Array
  /** 8 bit [B, H, W, C]; the batch's own memory. */
  readonly images: Uint8Array
}

/** One pass over a data set in a fixed, shuffled order. */
export interface Epoch {
  /** Batches in the epoch. */
  readonly steps: number
  /** The batch at `step` in [0, steps), at random access: a run resumes by starting at a later step. */
  read (step: number): Promise<Batch>
  /** The batches from `start` (default 0) on, the next one being read while the consumer works on the last. */
  batches (start?: number): AsyncGenerator<Batch, void, undefined>
}

/** What decides an epoch's order: nothing else does. */
export interface EpochOptions {
  /** B ≥ 1 */
  readonly batchSize: number
  readonly seed: number
  readonly epoch: number
}

/**
 * Batches in an epoch: images that do not fill a last batch are left out (every step has the same shapes; another epoch's order leaves
 * out others).
 * @throws TrainerError PVAE_CONFIG_INVALID for a batch size below 1, PVAE_DATA_EMPTY when there are fewer images than one batch
 */
export function batchesPerEpoch ({ name, count }: Pick<ImageDataset, 'name' | 'count'>, batchSize: number): number {
  checkBatchSize(batchSize)
  if (count < batchSize) {
    throw new TrainerError('PVAE_DATA_EMPTY', `expected at least ${batchSize} images, one batch, for ${name} but found ${count}: lower the batch size or add images`)
  }
  return Math.floor(count / batchSize)
}

/**
 * The shuffled batches of one epoch. The order is `createRandom(seed, 'shuffle', epoch)`'s permutation of all images.
 * @throws TrainerError as batchesPerEpoch
 */
export function createEpoch (dataset: ImageDataset, { batchSize, seed, epoch }: EpochOptions): Epoch {
  const steps = batchesPerEpoch(dataset, batchSize)
  const order = createRandom(seed, 'shuffle', epoch).shuffle(inOrder(0, dataset.count))
  const checkStep = (step: number, last: number): void => {
    if (!Number.isInteger(step) || step < 0 || step > last) {
      throw new TrainerError('PVAE_INVALID_PARAMETER', `expected an integer from 0 to ${last} for the step of an epoch but received ${step}`)
    }
  }
  const read = async (step: number): Promise<Batch> => {
    checkStep(step, steps - 1)
    return readBatch(dataset, step, order.slice(step * batchSize, (step + 1) * batchSize))
  }
  return {
    steps,
    read,
    batches (start = 0) {
      checkStep(start, steps)
      return prefetched(start, steps, read)
    },
  }
}

/**
 * All images of a data set in order, for evaluation. The last batch may be shorter.
 * @throws TrainerError PVAE_CONFIG_INVALID for a batch size below 1
 */
export function evaluationBatches (dataset: ImageDataset, batchSize: number): AsyncGenerator<Batch, void, undefined> {
  checkBatchSize(batchSize)
  return prefetched(0, Math.ceil(dataset.count / batchSize), step =>
    readBatch(dataset, step, inOrder(step * batchSize, Math.min(dataset.count, (step + 1) * batchSize))))
}

async function * prefetched (start: number, steps: number, read: (step: number) => Promise<Batch>): AsyncGenerator<Batch, void, undefined> {
  let next = start < steps ? read(start) : undefined
  try {
    for (let step = start; step < steps; step++) {
      const batch = await next!
      next = step + 1 < steps ? read(step + 1) : undefined
      // A failure shows when the batch's turn comes; until then it must not count as unhandled.
      next?.catch(() => {})
      yield batch
    }
  } finally {
    // A consumer that leaves early may close the data set: let the read in flight end first.
    await next?.catch(() => {})
  }
}

async function readBatch (dataset: ImageDataset, step: number, indices: Uint32Array): Promise<Batch> {
  const images = new Uint8Array(indices.length * pixelCount(dataset.shape))
  await dataset.read(indices, images)
  return { step, indices, images }
}

function inOrder (from: number, to: number): Uint32Array {
  const indices = new Uint32Array(to - from)
  for (let i = 0; i < indices.length; i++) indices[i] = from + i
  return indices
}

function checkBatchSize (batchSize: number): void {
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new TrainerError('PVAE_CONFIG_INVALID', `expected an integer of at least 1 for the batch size but received ${batchSize}`)
  }
}
