import { TrainerError } from '../../foundation/errors.js'
import type { ImageDataset } from '../dataset.js'
import { createCacheDataset, type ImageCache } from './cache.js'
import { orderClips, type Clips } from './clips.js'
import type { FactorTable } from './factors-file.js'

export interface CachedSplitsOptions {
  /** Name of the source. */
  readonly name: string
  readonly cache: ImageCache
  /** The masks of its images, in the same order; closed with it. */
  readonly masks?: ImageCache | undefined
  /** Tells whether an image is held out, by its path. */
  readonly isTest: (path: string) => boolean
  /** Advice on how to get images into both splits, for the error when one is empty. */
  readonly advice: string
  readonly labels?: { readonly labelOf: (path: string) => number, readonly labelNames: readonly string[] } | undefined
  readonly factors?: FactorTable | undefined
  /** Frames of one clip, in the natural order of names, make pairs. */
  readonly clipOf: (path: string) => string
}

/**
 * The images of a cache as two data sets. The cache is closed with the second of them, or here when this fails.
 * @throws TrainerError PVAE_DATA_EMPTY when one would be empty
 */
export async function createCachedSplits (
  options: CachedSplitsOptions
): Promise<Record<'train' | 'test', ImageDataset>> {
  const { name, cache, masks, isTest, advice, labels, factors, clipOf } = options
  const { images } = cache
  const close = async () => { await Promise.all([cache.handle.close(), masks?.handle.close()]) }
  const slots: Record<'train' | 'test', number[]> = { train: [], test: [] }
  images.forEach(({ path }, slot) => slots[isTest(path) ? 'test' : 'train'].push(slot))
  if (slots.train.length === 0 || slots.test.length === 0) {
    await close()
    throw new TrainerError(
      'PVAE_DATA_EMPTY',
      `expected at least 1 image to train and 1 to test for ${name} but found ${slots.train.length} and ` +
        `${slots.test.length} ${advice}`
    )
  }
  let open = 2
  let ordered: Clips | undefined
  const dataset = (split: 'train' | 'test'): ImageDataset =>
    createCacheDataset({
      name: `${name}/${split}`,
      cache,
      masks,
      slots: Uint32Array.from(slots[split]),
      labels: labels && {
        labels: Uint8Array.from(slots[split], slot => labels.labelOf(images[slot]!.path)),
        labelNames: labels.labelNames,
      },
      factors,
      clips: () =>
        (ordered ??= orderClips(
          images.map(({ path }) => path),
          clipOf
        )),
      // Both splits read the same file: the second to close closes it.
      onClose: async () => {
        if (--open === 0) await close()
      },
    })
  return { train: dataset('train'), test: dataset('test') }
}

/** @throws TrainerError PVAE_DATA_EMPTY for a cache without images, with the first file's reason; it is closed then */
export async function checkAnyImage ({ images, skipped, handle }: ImageCache, where: string): Promise<void> {
  if (images.length > 0) return
  await handle.close()
  const { path, reason } = skipped[0]!
  throw new TrainerError(
    'PVAE_DATA_EMPTY',
    `expected PNG, JPEG or WebP images in ${where} but found none among ${skipped.length} files, e.g. ${path}: ` +
      `${reason}${skipped.some(({ path }) => CLIP.test(path)) ? '; of a clip, give the file itself as --data' : ''}`
  )
}

/** Usual endings of clips: only for advice. */
const CLIP = /\.(mp4|m4v|mov|mkv|webm|avi|gif|apng|mjpe?g|mpe?g|m2?ts|wmv|flv|ogv|3gp)$/i
