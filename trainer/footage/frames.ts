import { pixelCount, type ImageShape } from '@partition-vae/models'
import type { ImageDataset } from '../data/dataset.js'
import { TrainerError } from '../foundation/errors.js'
import { createRandom } from '../random/index.js'

/** Images looked at together. */
export interface Frames {
  readonly shape: ImageShape
  readonly count: number
  /** 8 bit [count, H, W, C] */
  readonly bytes: Uint8Array
}

/** Fewer frames than this say nothing about what moves. */
export const FEWEST_FRAMES = 32
/** So many large images are held in memory at most. */
const MOST_BYTES = 256 * 2 ** 20

/**
 * A random sample of a data set's images, in the order of the data set.
 * @param limit images at most; fewer where they would not fit in 256 MiB
 * @throws TrainerError PVAE_DATA_EMPTY for a data set of fewer than 32 images
 */
export async function sampleFrames (dataset: ImageDataset, seed: number, limit: number): Promise<Frames> {
  const { name, count, shape } = dataset
  if (count < FEWEST_FRAMES) {
    throw new TrainerError(
      'PVAE_DATA_EMPTY',
      `expected at least ${FEWEST_FRAMES} images to see what moves in ${name} but found ${count}`
    )
  }
  const size = pixelCount(shape)
  const wanted = Math.min(count, limit, Math.max(FEWEST_FRAMES, Math.floor(MOST_BYTES / size)))
  const indices = createRandom(seed, 'footage-frames')
    .shuffle(Uint32Array.from({ length: count }, (_, i) => i))
    .slice(0, wanted)
    .sort()
  const bytes = new Uint8Array(wanted * size)
  await dataset.read(indices, bytes)
  return { shape, count: wanted, bytes }
}

/** 8 bit [H, W, C] of one frame, without a copy. */
export function frameAt ({ shape, bytes }: Frames, index: number): Uint8Array {
  const size = pixelCount(shape)
  return bytes.subarray(index * size, (index + 1) * size)
}
