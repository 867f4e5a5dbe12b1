import { createHash } from 'node:crypto'
import { realpath, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { ImageShape } from '@partition-vae/models'
import { fitFrame, type Fit } from '@partition-vae/models/image'
import { TrainerError } from '../../foundation/errors.js'
import { notFound } from '../../foundation/not-found.js'
import { createRandom } from '../../random/index.js'
import type { ArraysConfig } from '../source-config/arrays.js'
import type { DataSplits, OnDataProgress } from '../dataset.js'
import { decodedEntry } from '../folder/cache-format.js'
import type { ImageStream } from '../folder/cache-position.js'
import type { ImageCache } from '../folder/cache.js'
import { createCachedSplits } from '../folder/cached-splits.js'
import { decoderVersion } from '../folder/decode.js'
import { cacheName, openOrBuild, prepareCacheDirectory } from '../folder/decoded-files.js'
import { fitMask } from '../folder/fit-mask.js'
import type { ArrayContent } from './content.js'
import { factorTableOf } from './factor-table.js'
import { openContent } from './open-content.js'
import { compareWithPublished } from './published.js'

/**
 * Opens images in arrays: a NumPy or HDF5 file, or a folder of Cars3D or SmallNORB. They are brought to 8 bit and to
 * the config's shape once, into a cache file as a folder's images are, and their masks into a second one. A seeded
 * choice of images is held out for testing, unless the publishers made one.
 * @throws TrainerError PVAE_DATA_NOT_FOUND, PVAE_DATA_CORRUPT, PVAE_DATA_EMPTY, PVAE_DATA_MIXED,
 * PVAE_OUTPUT_UNWRITABLE, PVAE_RUN_LOCKED; the signal's reason
 */
export async function openArrays (
  config: ArraysConfig,
  onProgress?: OnDataProgress,
  signal?: AbortSignal
): Promise<DataSplits> {
  const path = await realpath(config.file)
    .catch((error: unknown) => { throw notFound(config.file, 'data.file', error) })
  const cacheDirectory = await prepareCacheDirectory(config.cacheDirectory)
  const { images, labels, factors, masks } = config
  const content = await openContent({ path, images, labels, factors, masks, range: config.range }, signal)
  const opened: ImageCache[] = []
  try {
    const name = basename(path)
    if (content.count < FEWEST_IMAGES) {
      const expected = `expected at least ${FEWEST_IMAGES} images for data.file`
      throw new TrainerError('PVAE_DATA_EMPTY', `${expected} but found ${content.count} in ${path}`)
    }
    const shape: ImageShape = {
      height: config.height ?? content.shape.height,
      width: config.width ?? content.shape.width,
      channels: config.channels ?? content.shape.channels,
    }
    const published: string[] = []
    const open = async (what: 'images' | 'masks', read: ImagesOf, fit: FitOne, channels: number) => {
      const { file, ...decoding } = { ...config, path, what, ...shape, count: content.count }
      const described = JSON.stringify({ ...decoding, testFraction: 0, splitSeed: 0, cacheDirectory: '' })
      const cache = await openOrBuild({
        path: join(cacheDirectory, cacheName(path, described)),
        key: await keyOf(content.files, described),
        of: `${what} of ${path}`,
        images: async () => {
          if (what === 'images') published.push(await compareWithPublished(path, signal) ?? '')
          return streamOf(content.count, { ...shape, channels }, read, fit)
        },
        signal,
      }, onProgress)
      opened.push(cache)
      return cache
    }
    const { fit } = config
    const { shape: stored } = content
    const cache = await open('images', content.images, image => fitImage(image, stored, shape, fit), shape.channels)
    const maskCache = content.masks && await open('masks', content.masks, mask => fitMask(mask, stored, shape, fit), 1)
    const isTest = content.isTest ?? holdOut(content.count, config.testFraction, config.splitSeed)
    const { table, notes } = factorTableOf(content.factors, indexOf)
    const splits = await createCachedSplits({
      name,
      cache,
      masks: maskCache,
      isTest: path => isTest[indexOf(path)] === 1,
      advice: 'in all',
      labels: content.labels && {
        labelOf: path => content.labels!.labels[indexOf(path)]!,
        labelNames: content.labels.labelNames,
      },
      factors: table,
      // Images of an array are no frames of a clip: none has a partner.
      clipOf: path => path,
    })
    return { ...splits, skipped: [], notes: [...published.filter(note => note !== ''), ...content.notes, ...notes] }
  } catch (error) {
    await Promise.allSettled(opened.map(({ handle }) => handle.close()))
    throw error
  } finally {
    await content.close()
  }
}

/** Measures and training each need two. */
const FEWEST_IMAGES = 4

type ImagesOf = ArrayContent['images']
type FitOne = (image: Uint8Array) => Uint8Array

const nameOf = (index: number) => String(index).padStart(7, '0')
const indexOf = (path: string) => Number(path)

function streamOf (count: number, shape: ImageShape, read: ImagesOf, fit: FitOne): ImageStream {
  return {
    shape: { ...shape, channels: shape.channels === 1 ? 1 : 3 },
    total: count,
    pathAt: index => index < count ? nameOf(index) : undefined,
    async * decode (from, signal) {
      let index = from
      if (from >= count) return
      for await (const image of read(from, signal)) yield decodedEntry(nameOf(index++), fit(image))
    },
  }
}

function fitImage (pixels: Uint8Array, from: ImageShape, to: ImageShape, fit: Fit): Uint8Array {
  if (from.height === to.height && from.width === to.width && from.channels === to.channels) return pixels
  const { height, width } = from
  return fitFrame({ height, width, channels: from.channels === 1 ? 1 : 3, pixels }, to, fit)
}

/** All that decides the content of a cache. */
async function keyOf (files: readonly string[], decoding: string): Promise<string> {
  const hash = createHash('sha256').update(`arrays 1\n${decoderVersion}\n${decoding}\n`)
  for (const file of files) {
    const { size, mtimeMs } = await stat(file)
    hash.update(`${file}\0${size}\0${mtimeMs}\n`)
  }
  return hash.digest('hex')
}

/** Chooses a share of the images, but at least two on each side. */
function holdOut (count: number, testFraction: number, splitSeed: number): Uint8Array {
  const order = createRandom(splitSeed, 'split').shuffle(Uint32Array.from({ length: count }, (_, i) => i))
  const isTest = new Uint8Array(count)
  const held = Math.min(count - 2, Math.max(2, Math.round(count * testFraction)))
  for (const index of order.subarray(0, held)) isTest[index] = 1
  return isTest
}
