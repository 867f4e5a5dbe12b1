import { createHash } from 'node:crypto'
import { realpath } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, isAbsolute, join, resolve } from 'node:path'
import { TrainerError } from '../../foundation/errors.js'
import { createDirectory } from '../../foundation/files.js'
import type { OnDataProgress } from '../dataset.js'
import { buildCache } from './build-cache.js'
import type { CacheJob } from './cache-position.js'
import { streamFiles } from './decode-file.js'
import { openCache, type ImageCache } from './cache.js'
import { decoderVersion, type DecodeOptions } from './decode.js'
import type { ListedFile } from './list.js'

/** Image files of a source, and how they are decoded. */
export interface DecodedFilesJob {
  /** Absolute, without links: the folder that the files are in. */
  readonly directory: string
  /** Which files of the folder these are, where a source can choose: each choice has its cache. */
  readonly choice?: string
  /** Sorted by path. */
  readonly files: readonly ListedFile[]
  readonly decode: DecodeOptions
  /** As prepareCacheDirectory gives it. */
  readonly cacheDirectory: string
  /** Stops decoding; what is decoded by then is kept. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Decodes files once into a cache file, which is used again as long as the files (paths, sizes, times) and the decoding
 * stay the same. Whoever calls closes the cache.
 * @throws TrainerError PVAE_DATA_CORRUPT, PVAE_OUTPUT_UNWRITABLE, PVAE_RUN_LOCKED; the signal's reason
 */
export async function openDecodedFiles (job: DecodedFilesJob, onProgress?: OnDataProgress): Promise<ImageCache> {
  const { directory, files, decode, cacheDirectory, signal } = job
  return await openOrBuild({
    path: join(cacheDirectory, cacheName(directory, describeDecoding(job))),
    key: cacheKey(job),
    of: directory,
    images: async () => streamFiles(directory, files, decode),
    signal,
  }, onProgress)
}

/**
 * Opens a cache, or builds it first where there is none with this key. Whoever calls closes it.
 * @param job images: asked for only where the cache must be built
 * @throws TrainerError PVAE_DATA_CORRUPT, PVAE_OUTPUT_UNWRITABLE, PVAE_RUN_LOCKED; the signal's reason
 */
export async function openOrBuild (
  job: Omit<CacheJob, 'images'> & { readonly images: () => Promise<CacheJob['images']> },
  onProgress?: OnDataProgress
): Promise<ImageCache> {
  const { path, key } = job
  let cache = await openCache(path, key)
  if (cache === undefined) {
    await buildCache({ ...job, images: await job.images() }, onProgress)
    cache = await openCache(path, key)
  }
  if (cache === undefined) {
    throw new TrainerError(
      'PVAE_DATA_CORRUPT',
      `expected the image cache just written for ${path} but found another: is another process changing it?`
    )
  }
  return cache
}

/** Makes the folder that caches lie in, and says where it really is. @throws TrainerError PVAE_OUTPUT_UNWRITABLE */
export async function prepareCacheDirectory (chosen: string | undefined): Promise<string> {
  const cacheDirectory = resolve(chosen ?? defaultCacheDirectory())
  await createDirectory(cacheDirectory)
  return await realpath(cacheDirectory)
}

/** `partition-vae` in the cache folder of the user (XDG Base Directory Specification). */
export function defaultCacheDirectory (env: Readonly<Record<string, string | undefined>> = process.env): string {
  const base = env.XDG_CACHE_HOME
  return join(base !== undefined && isAbsolute(base) ? base : join(homedir(), '.cache'), 'partition-vae')
}

/** One file for each source, choice and decoding: a stale cache is overwritten, not left behind. */
export function cacheName (source: string, decoding: string): string {
  const hash = createHash('sha256').update(decoding).digest('hex')
  return `${basename(source).replace(/[^A-Za-z0-9._-]/g, '_').slice(0, 64)}-${hash.slice(0, 16)}.images`
}

/** All that decides the content of the cache. */
function cacheKey (job: DecodedFilesJob): string {
  const hash = createHash('sha256').update(`1\n${decoderVersion}\n${describeDecoding(job)}\n`)
  for (const { path, bytes, modifiedMs, mode } of job.files) hash.update(`${path}\0${bytes}\0${modifiedMs}\0${mode}\n`)
  return hash.digest('hex')
}

function describeDecoding ({ directory, choice, decode: { height, width, channels, fit } }: DecodedFilesJob): string {
  return JSON.stringify({ directory, choice, height, width, channels, fit })
}
