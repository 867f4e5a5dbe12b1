import { createHash } from 'node:crypto'
import { realpath, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { readSize, sniffImage } from '@partition-vae/models/image'
import { TrainerError } from '../../foundation/errors.js'
import { notFound } from '../../foundation/not-found.js'
import type { WebDatasetConfig } from '../source-config/pictures.js'
import type { DataSplits, OnDataProgress } from '../dataset.js'
import { decodedEntry, type Decoded } from '../folder/cache-format.js'
import type { ImageStream } from '../folder/cache-position.js'
import type { ImageCache } from '../folder/cache.js'
import { checkAnyImage, createCachedSplits } from '../folder/cached-splits.js'
import { decodeImage, decoderVersion } from '../folder/decode.js'
import { cacheName, openOrBuild, prepareCacheDirectory } from '../folder/decoded-files.js'
import { fitMask } from '../folder/fit-mask.js'
import { describeRows } from '../folder/image-metadata.js'
import { decodeMask } from '../folder/mask-picture.js'
import { findPublishedSplit } from '../folder/published-split.js'
import { holdOutImages } from '../folder/split.js'
import { openSampleIndex, type SampleIndex } from './sample-index.js'
import { listArchives, readSamples, type SampleFile } from './samples.js'

/** Images that are decoded at a time: as many as libuv has threads. */
const IN_FLIGHT = 4

/**
 * Opens WebDataset archives: samples of files with one name, of which the picture is decoded once into the cache that
 * folders have; `.cls` is the class, numbers in `.json` are factors (see readFolderMetadata), `.mask.png` or `.seg.png`
 * the object mask. Archives named after splits, as `train-000.tar`, decide what is held out.
 * @throws TrainerError PVAE_DATA_NOT_FOUND, PVAE_DATA_EMPTY, PVAE_DATA_CORRUPT, PVAE_DATA_MIXED,
 * PVAE_OUTPUT_UNWRITABLE, PVAE_RUN_LOCKED; the signal's reason
 */
export async function openWebDataset (
  config: WebDatasetConfig,
  onProgress?: OnDataProgress,
  signal?: AbortSignal
): Promise<DataSplits> {
  const path = await realpath(config.file)
    .catch((error: unknown) => { throw notFound(config.file, 'data.file', error) })
  const archives = await listArchives(path)
  const cacheDirectory = await prepareCacheDirectory(config.cacheDirectory)
  const { height, width, channels, fit } = config
  const opened: ImageCache[] = []
  try {
    const open = async (what: string, images: ImageStream) => {
      const described = JSON.stringify({ path, what, height, width, channels, fit })
      const cache = await openOrBuild({
        path: join(cacheDirectory, cacheName(path, described)),
        key: await keyOf(archives, what === 'masks' ? `${described} 3` : described),
        of: `${what} of ${path}`,
        images: async () => images,
        signal,
      }, onProgress)
      opened.push(cache)
      return cache
    }
    const indexPath = join(cacheDirectory, cacheName(path, path).replace(/images$/, 'samples'))
    const index = await openSampleIndex(indexPath, await keyOf(archives, 'samples 3'), archives, signal)
    const name = basename(path)
    if (index.rows.length === 0) {
      const found = index.skipped.length === 0 ? 'none' : `none among ${index.skipped.length}`
      throw new TrainerError('PVAE_DATA_EMPTY', `expected samples with PNG, JPEG or WebP images in ${path} for ` +
        `data.file but found ${found}`)
    }
    const cache = await open('images', streamImages(archives, index, config))
    await checkAnyImage(cache, `${name} for data.file`)
    const masks = index.hasMasks ? await open('masks', streamMasks(archives, index, config)) : undefined
    if (masks !== undefined && cache.skipped.length > 0) {
      const { path, reason } = cache.skipped[0]!
      throw new TrainerError('PVAE_DATA_CORRUPT', `expected images that can be decoded beside masks but found ${path}: ` +
        `${reason}`)
    }
    const paths = cache.images.map(({ path }) => path)
    const others = cache.skipped.map(({ path }) => path)
    const images = { directory: path, given: path, images: paths, others }
    const known = describeRows(index.rows, name, images, index.words)
    const published = findPublishedSplit(paths.map(withSplit))
    const { test, notes } = published === undefined
      ? holdOutImages(paths, config.testFraction, config.splitSeed)
      : { test: new Set(paths.filter(path => published.test.has(withSplit(path)))), notes: [published.note] }
    const splits = await createCachedSplits({
      name,
      cache,
      masks,
      isTest: path => test.has(path),
      advice: 'in all: add images',
      labels: known.labels,
      factors: known.factors,
      // Samples are shuffled: none follows another.
      clipOf: path => path,
    })
    return { ...splits, skipped: [...index.skipped, ...cache.skipped], notes: [...notes, ...known.notes] }
  } catch (error) {
    await Promise.allSettled(opened.map(({ handle }) => handle.close()))
    throw error
  }
}

/** The word that an archive's name begins with, as the folder of a split. */
const withSplit = (path: string) => `${/^[a-z]*/i.exec(path)![0]}/${path}`

/** All that decides the content of a cache. */
async function keyOf (archives: readonly string[], decoding: string): Promise<string> {
  const hash = createHash('sha256').update(`webdataset 1\n${decoderVersion}\n${decoding}\n`)
  for (const archive of archives) {
    const { size, mtimeMs } = await stat(archive)
    hash.update(`${archive}\0${size}\0${mtimeMs}\n`)
  }
  return hash.digest('hex')
}

function streamImages (archives: readonly string[], { rows }: SampleIndex, config: WebDatasetConfig): ImageStream {
  const { height, width, channels } = config
  return {
    shape: { height, width, channels },
    total: rows.length,
    pathAt: index => rows[index]?.file,
    async * decode (from, signal) {
      const inFlight: Array<Promise<Decoded>> = []
      for await (const { path, bytes } of pictures(archives, rows, 'image', from, signal)) {
        inFlight.push(decodeOne(path, bytes, config))
        if (inFlight.length >= IN_FLIGHT) yield await inFlight.shift()!
      }
      for (const decoded of inFlight) yield await decoded
    },
  }
}

/** Never rejects: a picture that can't be decoded is skipped, with its reason. */
async function decodeOne (path: string, bytes: Uint8Array, config: WebDatasetConfig): Promise<Decoded> {
  try {
    return decodedEntry(path, await decodeImage(bytes, config))
  } catch (error) {
    return { entry: { path, reason: (error as Error).message } }
  }
}

function streamMasks (
  archives: readonly string[], { rows, turned }: SampleIndex, config: WebDatasetConfig
): ImageStream {
  const { height, width, fit } = config
  return {
    shape: { height, width, channels: 1 },
    total: rows.length,
    pathAt: index => rows[index]?.file,
    async * decode (from, signal) {
      for await (const { path, bytes } of pictures(archives, rows, 'mask', from, signal)) {
        const { mask, size } = await decodeMask(bytes, `the mask of ${path}`, turned[path])
        yield decodedEntry(path, Uint8Array.from(fitMask(mask, size, config, fit)))
      }
    },
  }
}

/** Reads one picture of each sample that has an image, from one sample on. */
async function * pictures (
  archives: readonly string[], rows: SampleIndex['rows'], role: SampleFile['role'], from: number,
  signal: AbortSignal | undefined
): AsyncGenerator<{ path: string, bytes: Uint8Array }> {
  let index = 0
  for await (const { path, role: found, isLink, read } of readSamples(archives, signal)) {
    // Neither what is no sample's image nor a sample's second picture.
    if (found !== role || isLink || path !== rows[index]?.file) continue
    if (index++ >= from) yield { path, bytes: await read() }
  }
}

/** Sizes of the first images in archives. @throws as openWebDataset */
export async function sizeWebDataset (file: string): Promise<Array<Record<'height' | 'width', number>>> {
  const sizes: Array<Record<'height' | 'width', number>> = []
  for await (const { role, isLink, read } of readSamples(await listArchives(file))) {
    if (role !== 'image' || isLink) continue
    const bytes = await read()
    const format = sniffImage(bytes)
    const size = format === undefined ? undefined : readSize(bytes, format)
    if (size !== undefined) sizes.push({ height: size.height, width: size.width })
    if (sizes.length >= SIZED) break
  }
  return sizes
}

const SIZED = 50
