/** The sizes of batches: how many rows go through a graph in one run. */
import { pixelCount, type Card } from '@partition-vae/models'
import type { BatchLimits } from './queue.js'

/** Values of one image (height × width × channels) up to which a model counts as small: 128 × 128 grey. */
const SMALL_IMAGE = 128 * 128
/**
 * Beyond 32 rows a small graph gains nothing on a CPU; 8 of a large one keep a core busy for milliseconds: longer would
 * only be latency.
 */
const ROWS = { small: 32, large: 8 }
/** Encoded images that one batch decodes: a large photograph goes alone, and nobody's digit waits for it. */
const BATCH_BYTES = 2 ** 20

export function isSmall ({ image }: Card): boolean {
  return pixelCount(image) <= SMALL_IMAGE
}

/** Computes how many images or latents go through a graph in one run, by the size of the model's image. */
export function batchLimits (card: Card): BatchLimits {
  return { rows: isSmall(card) ? ROWS.small : ROWS.large, bytes: BATCH_BYTES }
}

/** The batch sizes that a model runs with where they are rounded up: what is to be warmed. */
export function paddedSizes (rows: number): number[] {
  return Array.from({ length: Math.ceil(Math.log2(rows)) + 1 }, (_, i) => 2 ** i)
}
