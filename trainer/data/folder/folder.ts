import { realpath } from 'node:fs/promises'
import { basename, join, resolve, sep } from 'node:path'
import { TrainerError } from '../../foundation/errors.js'
import { notFound } from '../../foundation/not-found.js'
import type { FolderConfig } from '../source-config/pictures.js'
import type { DataSplits, OnDataProgress } from '../dataset.js'
import { checkAnyImage, createCachedSplits } from './cached-splits.js'
import { folderOf } from './clips.js'
import { openDecodedFiles, prepareCacheDirectory } from './decoded-files.js'
import { findFactorsFile, isFactorsFile, readFactorsFile } from './factors-file.js'
import { openFolderMasks } from './folder-masks.js'
import { isMetadataFile, readFolderMetadata } from './image-metadata.js'
import { byPath, listFiles } from './list.js'
import { findPublishedSplit } from './published-split.js'
import { holdOutImages, labelByFolder } from './split.js'

/**
 * Opens a tree of PNG, JPEG and WebP images, decoded once into a cache file. What is not such an image, or does not
 * decode, is skipped and listed. Images of one folder, in the natural order of their names, are a clip, of which pairs
 * can be drawn. `factors.csv` in the folder, where there is one, says what the images show (see readFactorsFile), or
 * else metadata as Hugging Face's `imagefolder` has it (see readFolderMetadata), whose folders of splits count, too.
 * @throws TrainerError PVAE_DATA_NOT_FOUND, PVAE_DATA_EMPTY, PVAE_DATA_CORRUPT, PVAE_DATA_MIXED, PVAE_CONFIG_INVALID,
 * PVAE_OUTPUT_UNWRITABLE, PVAE_RUN_LOCKED
 */
export async function openFolder (
  config: FolderConfig,
  onProgress?: OnDataProgress,
  signal?: AbortSignal
): Promise<DataSplits> {
  const directory = await realpath(config.directory).catch((error: Error) => {
    throw notFound(config.directory, 'data.directory', error)
  })
  const cacheDirectory = await prepareCacheDirectory(config.cacheDirectory)
  if (cacheDirectory === directory) {
    throw new TrainerError(
      'PVAE_CONFIG_INVALID',
      `expected a folder other than data.directory for data.cacheDirectory but received ${config.cacheDirectory}`
    )
  }
  const list = await listFiles(directory, { excluded: cacheDirectory, signal })
  const table = findFactorsFile(list.files.map(({ path }) => path))
  const { masks } = config
  const maskFolder = masks && await realpath(masks)
    .catch((error: unknown) => { throw notFound(masks, 'data.masks', error) })
  const isMask = (path: string) => maskFolder !== undefined && join(directory, path).startsWith(join(maskFolder, sep))
  const tables = list.files.map(({ path }) => path).filter(isMetadataFile)
  const files = list.files.filter(({ path }) => !isFactorsFile(path) && !isMetadataFile(path) && !isMask(path))
  if (files.length === 0) {
    const [first] = list.skipped
    const found =
      first === undefined
        ? 'no files'
        : `none that can be read; ${list.skipped.length} are skipped, e.g. ${first.path}: ${first.reason}`
    throw new TrainerError(
      'PVAE_DATA_EMPTY',
      `expected PNG, JPEG or WebP images in ${directory} for data.directory but found ${found}`
    )
  }

  const name = basename(directory)
  const cache = await openDecodedFiles({ directory, files, decode: config, cacheDirectory, signal }, onProgress)
  await checkAnyImage(cache, `${name} for data.directory`)
  const paths = cache.images.map(({ path }) => path)
  const others = [...cache.skipped, ...list.skipped].map(({ path }) => path)
  const known = { directory, given: resolve(config.directory), images: paths, others }
  const { factors, metadata, maskCache } = await readKnown().catch(async (error: unknown) => {
    await cache.handle.close()
    throw error
  })
  const published = findPublishedSplit(paths)
  const { test, notes } = published === undefined
    ? holdOutImages(paths, config.testFraction, config.splitSeed)
    : { test: published.test, notes: [published.note] }
  const splits = await createCachedSplits({
    name,
    cache,
    masks: maskCache,
    isTest: path => test.has(path),
    advice: 'in all: add images',
    labels: metadata?.labels ?? labelByFolder(paths, published?.inside),
    factors,
    clipOf: folderOf,
  })
  return {
    ...splits,
    skipped: [...list.skipped, ...cache.skipped, ...(factors?.skipped ?? [])].sort(byPath),
    notes: [...notes, ...metadata?.notes ?? []],
  }

  async function readKnown () {
    const ownTable = await readFactorsFile({ ...known, name: table })
    const metadata = await readFolderMetadata(tables, known)
    const job = { directory, cache, decode: config, cacheDirectory, signal }
    const maskCache = masks === undefined ? undefined : await openFolderMasks({ ...job, masks }, onProgress)
    return { factors: ownTable ?? metadata?.factors, metadata, maskCache }
  }
}
