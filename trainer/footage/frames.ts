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
  /** Which images of the data set they are, ascending. */
  readonly indices: Uint32Array
  /** Gives an image of the data set the name by which people know it, where the source has names. */
  readonly nameOf?: ((index: number) => string) | undefined
}

/** Fewer frames than this say nothing about what moves. */
export const FEWEST_FRAMES = 32
/** So many large images are held in memory at most. */
const MOST_BYTES = 256 * 2 ** 20

/** Stretches of frames that follow one another, where not all are looked at. */
const STRETCHES = 4

/**
 * Reads a random sample of a data set's images, in the order of the data set.
 * @param limit images at most; fewer where they would not fit in 256 MiB
 * @throws TrainerError PVAE_DATA_EMPTY for a data set of fewer than 32 images
 */
export async function sampleFrames (dataset: ImageDataset, seed: number, limit: number): Promise<Frames> {
  const wanted = wantedOf(dataset, limit)
  const indices = createRandom(seed, 'footage-frames')
    .shuffle(Uint32Array.from({ length: dataset.count }, (_, i) => i))
    .slice(0, wanted)
    .sort()
  return await readFrames(dataset, indices)
}

/**
 * Reads images that follow one another: all, or four stretches that are evenly spread.
 * @param limit images at most; fewer where they would not fit in 256 MiB
 * @throws TrainerError PVAE_DATA_EMPTY for a data set of fewer than 32 images
 */
export async function consecutiveFrames (dataset: ImageDataset, limit: number): Promise<Frames> {
  const { count } = dataset
  const wanted = wantedOf(dataset, limit)
  const stretches = wanted === count ? 1 : STRETCHES
  const length = Math.floor(wanted / stretches)
  return await readFrames(dataset, Uint32Array.from({ length: length * stretches }, (_, i) => {
    const stretch = Math.floor(i / length)
    return Math.floor((stretch + 0.5) * count / stretches - length / 2) + i % length
  }))
}

function wantedOf ({ name, count, shape }: ImageDataset, limit: number): number {
  if (count < FEWEST_FRAMES) {
    throw new TrainerError(
      'PVAE_DATA_EMPTY',
      `expected at least ${FEWEST_FRAMES} images to see what moves in ${name} but found ${count}`
    )
  }
  return Math.min(count, limit, Math.max(FEWEST_FRAMES, Math.floor(MOST_BYTES / pixelCount(shape))))
}

async function readFrames (dataset: ImageDataset, indices: Uint32Array): Promise<Frames> {
  const bytes = new Uint8Array(indices.length * pixelCount(dataset.shape))
  await dataset.read(indices, bytes)
  return { shape: dataset.shape, count: indices.length, bytes, indices, nameOf: dataset.nameOf }
}

/** Names frames for people: by their files where they have any, else by their places among the training images. */
export function nameFrames ({ indices, nameOf }: Frames, which: readonly number[]): string {
  const images = which.map(n => indices[n]!)
  return nameOf === undefined
    ? `image ${images.join(', ')} of the training images`
    : images.map(nameOf).join(', ')
}

/** 8 bit [H, W, C] of one frame, without a copy. */
export function frameAt ({ shape, bytes }: Frames, index: number): Uint8Array {
  const size = pixelCount(shape)
  return bytes.subarray(index * size, (index + 1) * size)
}

/** Lists so many of the numbers below count at most, evenly spread. */
export function evenly (count: number, most: number): number[] {
  const taken = Math.min(count, most)
  return Array.from({ length: taken }, (_, i) => Math.floor((i + 0.5) * count / taken))
}
