import { createHash } from 'node:crypto'
import { realpath } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, isAbsolute, join, resolve } from 'node:path'
import { TrainerError } from '../../errors.js'
import { createDirectory } from '../../files.js'
import type { FolderConfig } from '../config.js'
import type { DataSplits, OnDataProgress } from '../dataset.js'
import { buildCache } from './build-cache.js'
import { createCacheDataset, openCache, type ImageCache } from './cache.js'
import { decoderVersion } from './decode.js'
import { byPath, listFiles, type ListedFile } from './list.js'
import { isTestImage, labelByFolder } from './split.js'

/**
 * Opens a tree of PNG, JPEG and WebP images. They are decoded once into a cache file, which is used again as long as the files (paths, sizes,
 * times) and the decoding stay the same. What is not such an image, or does not decode, is skipped and listed.
 * @throws TrainerError PVAE_DATA_NOT_FOUND, PVAE_DATA_EMPTY, PVAE_CONFIG_INVALID, PVAE_OUTPUT_UNWRITABLE, PVAE_RUN_LOCKED
 */
export async function openFolder (config: FolderConfig, onProgress?: OnDataProgress): Promise<DataSplits> {
  const directory = await realpath(config.directory).catch((error: Error) => {
    throw new TrainerError('PVAE_DATA_NOT_FOUND', `expected a readable folder for data.directory but found ${error.message}`, { cause: error })
  })
  const cacheDirectory = resolve(config.cacheDirectory ?? defaultCacheDirectory())
  await createDirectory(cacheDirectory)
  const excluded = await realpath(cacheDirectory)
  if (excluded === directory) {
    throw new TrainerError('PVAE_CONFIG_INVALID', `expected a folder other than data.directory for data.cacheDirectory but received ${config.cacheDirectory}`)
  }
  const list = await listFiles(directory, excluded)
  if (list.files.length === 0) throw new TrainerError('PVAE_DATA_EMPTY', `expected PNG, JPEG or WebP images in ${directory} for data.directory but found no files`)

  const path = join(cacheDirectory, cacheName(directory, config))
  const key = cacheKey(directory, config, list.files)
  let cache = await openCache(path, key)
  if (cache === undefined) {
    await buildCache({ path, key, directory, files: list.files, decode: config }, onProgress)
    cache = await openCache(path, key)
  }
  if (cache === undefined) throw new TrainerError('PVAE_DATA_CORRUPT', `expected the image cache just written for ${path} but found another: is another process changing it?`)
  try {
    const splits = splitCache(basename(directory), cache, config)
    return { ...splits, skipped: [...list.skipped, ...cache.skipped].sort(byPath) }
  } catch (error) {
    await cache.handle.close()
    throw error
  }
}

/** `partition-vae` in the cache folder of the user (XDG Base Directory Specification). */
export function defaultCacheDirectory (env: Readonly<Record<string, string | undefined>> = process.env): string {
  const base = env.XDG_CACHE_HOME
  return join(base !== undefined && isAbsolute(base) ? base : join(homedir(), '.cache'), 'partition-vae')
}

function splitCache (name: string, cache: ImageCache, { testFraction, splitSeed }: FolderConfig): Omit<DataSplits, 'skipped'> {
  const { images, skipped } = cache
  if (images.length === 0) {
    const { path, reason } = skipped[0]!
    throw new TrainerError('PVAE_DATA_EMPTY', `expected PNG, JPEG or WebP images in ${name} for data.directory but found none among ${skipped.length} files, e.g. ${path}: ${reason}`)
  }
  const slots: Record<'train' | 'test', number[]> = { train: [], test: [] }
  images.forEach(({ path }, slot) => slots[isTestImage(path, testFraction, splitSeed) ? 'test' : 'train'].push(slot))
  if (slots.train.length === 0 || slots.test.length === 0) {
    throw new TrainerError('PVAE_DATA_EMPTY', `expected at least 1 image to train and 1 to test for ${name} but found ${slots.train.length} and ${slots.test.length} ` +
      `with data.testFraction ${testFraction}: add images, or change testFraction or splitSeed`)
  }
  const folders = labelByFolder(images.map(image => image.path))
  let open = 2
  const dataset = (split: 'train' | 'test') => createCacheDataset({
    name: `${name}/${split}`,
    cache,
    slots: Uint32Array.from(slots[split]),
    labels: folders && { labels: Uint8Array.from(slots[split], slot => folders.labelOf(images[slot]!.path)), labelNames: folders.labelNames },
    // Both splits read the same file: the second to close closes it.
    onClose: async () => { if (--open === 0) await cache.handle.close() },
  })
  return { train: dataset('train'), test: dataset('test') }
}

/** One file for each folder and decoding: a stale cache is overwritten, not left behind. */
function cacheName (directory: string, config: FolderConfig): string {
  const hash = createHash('sha256').update(describeDecoding(directory, config)).digest('hex')
  return `${basename(directory).replace(/[^A-Za-z0-9._-]/g, '_').slice(0, 64)}-${hash.slice(0, 16)}.images`
}

/** All that decides the content of the cache. */
function cacheKey (directory: string, config: FolderConfig, files: readonly ListedFile[]): string {
  const hash = createHash('sha256').update(`1\n${decoderVersion}\n${describeDecoding(directory, config)}\n`)
  for (const { path, bytes, modifiedMs, mode } of files) hash.update(`${path}\0${bytes}\0${modifiedMs}\0${mode}\n`)
  return hash.digest('hex')
}

function describeDecoding (directory: string, { height, width, channels, fit }: FolderConfig): string {
  return JSON.stringify({ directory, height, width, channels, fit })
}
