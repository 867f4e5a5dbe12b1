import { pixelCount } from '@partition-vae/models'
import { TrainerError } from '../foundation/errors.js'
import { createRandom, type Random } from '../random/index.js'
import type { ImageDataset, PairAddress, PairOptions, Pairs } from './dataset.js'
import { createFactorPairs } from './factor-pairs.js'

export interface Batch {
  /** Position in the epoch, from 0. */
  readonly step: number
  /** Which images of the data set, [B]; of pairs, the first of each, [B / 2]. */
  readonly indices: Uint32Array
  /**
   * 8 bit [B, H, W, C]; the batch's own memory. Of pairs: the B / 2 first images, then their partners in the same
   * order.
   */
  readonly images: Uint8Array
  /** Of pairs: the one factor in which each differs, a column of the data set's factors, [B / 2], where it is known. */
  readonly differing?: Uint32Array | undefined
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

/** The options that alone decide an epoch's order. */
export interface EpochOptions {
  /** B ≥ 1 */
  readonly batchSize: number
  readonly seed: number
  readonly epoch: number
  /** Batches of pairs, in place of single images. B is even then. */
  readonly pairs?: PairOptions | undefined
}

/**
 * Batches in an epoch: images that do not fill a last batch are left out (every step has the same shapes; another
 * epoch's order leaves out others).
 * @throws TrainerError PVAE_CONFIG_INVALID for a batch size below 1, PVAE_DATA_EMPTY when there are fewer images than
 * one batch
 */
export function batchesPerEpoch ({ name, count }: Pick<ImageDataset, 'name' | 'count'>, batchSize: number): number {
  checkBatchSize(batchSize)
  if (count < batchSize) {
    throw new TrainerError(
      'PVAE_DATA_EMPTY',
      `expected at least ${batchSize} images, one batch, for ${name} but found ${count}: lower the batch size or ` +
        'add images'
    )
  }
  return Math.floor(count / batchSize)
}

/**
 * The shuffled batches of one epoch. The order is `createRandom(seed, 'shuffle', epoch)`'s permutation of all images.
 *
 * With `pairs` an epoch has as many batches, so half of the images lead a pair; the order is that of all images that
 * have a partner, begun again where these are too few.
 * @throws TrainerError as batchesPerEpoch, and for pairs PVAE_CONFIG_INVALID when B is odd or the data set has none,
 * PVAE_DATA_EMPTY when fewer than B / 2 images have a partner
 */
export function createEpoch (dataset: ImageDataset, { batchSize, seed, epoch, pairs }: EpochOptions): Epoch {
  const steps = batchesPerEpoch(dataset, batchSize)
  const random = createRandom(seed, 'shuffle', epoch)
  const checkStep = (step: number, last: number): void => {
    if (!Number.isInteger(step) || step < 0 || step > last) {
      throw new TrainerError(
        'PVAE_INVALID_PARAMETER',
        `expected an integer from 0 to ${last} for the step of an epoch but received ${step}`
      )
    }
  }
  const readAt = pairs === undefined
    ? imageReader(dataset, batchSize, random.shuffle(inOrder(0, dataset.count)))
    : pairReader(dataset, batchSize, random, { seed, epoch, ...pairs })
  const read = async (step: number): Promise<Batch> => {
    checkStep(step, steps - 1)
    return readAt(step)
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

type ReadStep = (step: number) => Promise<Batch>

function imageReader (dataset: ImageDataset, batchSize: number, order: Uint32Array): ReadStep {
  return step => readBatch(dataset, step, order.slice(step * batchSize, (step + 1) * batchSize))
}

function pairReader (
  dataset: ImageDataset,
  batchSize: number,
  random: Random,
  address: PairAddress
): ReadStep {
  const { name, shape } = dataset
  const { pairs, firsts } = choosePairs(dataset, address)
  if (batchSize % 2 !== 0) {
    throw new TrainerError(
      'PVAE_CONFIG_INVALID',
      `expected an even number for the batch size of pairs but received ${batchSize}`
    )
  }
  const half = batchSize / 2
  const order = random.shuffle(firsts)
  if (order.length < half) {
    const other = address.oneFactor === true
      ? 'that differs in one factor'
      : `at most ${address.maxGap} frames later in the same clip, or that differs in one factor`
    throw new TrainerError(
      'PVAE_DATA_EMPTY',
      `expected at least ${half} images with another ${other}, half a batch, for pairs of ${name} but found ` +
        `${order.length}: lower the batch size${address.oneFactor === true ? '' : ', widen the gap'} or add images`
    )
  }
  return async step => {
    const indices = Uint32Array.from({ length: half }, (_, i) => order[(step * half + i) % order.length]!)
    const images = new Uint8Array(batchSize * pixelCount(shape))
    await Promise.all([
      dataset.read(indices, images),
      pairs.readPartners(indices, address, images.subarray(images.length / 2)),
    ])
    return { step, indices, images, differing: pairs.factorsOf?.(indices, address) }
  }
}

/** Takes the source's own pairs where images have partners in them; else those that differ in one factor. */
function choosePairs (dataset: ImageDataset, address: PairAddress): { pairs: Pairs, firsts: Uint32Array } {
  const isFitting = address.oneFactor !== true || dataset.pairs?.factorsOf !== undefined
  const own = isFitting ? dataset.pairs : undefined
  const chosen = own && { pairs: own, firsts: own.firsts(address) }
  if (chosen !== undefined && chosen.firsts.length > 0) return chosen
  const found = createFactorPairs(dataset)
  if (typeof found !== 'string') return { pairs: found, firsts: found.firsts(address) }
  if (chosen !== undefined) return chosen
  const { name } = dataset
  throw new TrainerError('PVAE_CONFIG_INVALID', address.oneFactor === true
    ? `expected known factors of a few values each, for pairs of ${name} that differ in one, but received ${found}`
    : 'expected images in pairs, as of clips, drawn scenes or known factors of a few values each, for pairs of ' +
      `${name} but received single images`)
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

async function * prefetched (
  start: number,
  steps: number,
  read: (step: number) => Promise<Batch>
): AsyncGenerator<Batch, void, undefined> {
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
    throw new TrainerError(
      'PVAE_CONFIG_INVALID',
      `expected an integer of at least 1 for the batch size but received ${batchSize}`
    )
  }
}
