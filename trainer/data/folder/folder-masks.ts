/** Object masks in a folder of their own: pictures that are named as the images are. */
import { createHash } from 'node:crypto'
import { open, readFile, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { TrainerError } from '../../foundation/errors.js'
import { notFound } from '../../foundation/not-found.js'
import type { OnDataProgress } from '../dataset.js'
import { decodedEntry } from './cache-format.js'
import type { ImageStream } from './cache-position.js'
import type { ImageCache } from './cache.js'
import type { DecodeOptions } from './decode.js'
import { cacheName, openOrBuild } from './decoded-files.js'
import { fitMask } from './fit-mask.js'
import { listFiles, type ListedFile } from './list.js'
import { decodeMask, fitsImage, readStored, uprightSize, type StoredPicture } from './mask-picture.js'

export interface FolderMasksJob {
  /** The folder of the images, absolute and without links, and what of them is in the cache. */
  readonly directory: string
  readonly cache: ImageCache
  /** The folder of the masks, as the config names it. */
  readonly masks: string
  readonly decode: DecodeOptions
  readonly cacheDirectory: string
  readonly signal?: AbortSignal | undefined
}

const HEAD_BYTES = 2 ** 18

/**
 * Opens masks of a folder's images: for `a/b.jpg` the file `a/b.png` in the folder of masks, of whatever ending and of
 * the image's size; it turns as the image's EXIF states. Grey is the number of the object, 0 for the background;
 * colours are numbered in each mask by their values, black being the background. They are decoded once into a cache
 * file of their own.
 * @throws TrainerError PVAE_DATA_NOT_FOUND; PVAE_DATA_MIXED for an image without a mask, or with one of another size;
 * PVAE_DATA_CORRUPT, PVAE_OUTPUT_UNWRITABLE, PVAE_RUN_LOCKED; the signal's reason
 */
export async function openFolderMasks (job: FolderMasksJob, onProgress?: OnDataProgress): Promise<ImageCache> {
  const { cache, decode: { height, width, fit }, cacheDirectory, signal } = job
  const folder = await realpath(job.masks).catch((error: unknown) => { throw notFound(job.masks, 'data.masks', error) })
  const { files } = await listFiles(folder, { excluded: cacheDirectory, signal })
  const byStem = new Map<string, ListedFile>()
  // What is no picture can not be a mask, unless there is nothing else; of several pictures the first is taken.
  for (const file of [...files.filter(isPicture), ...files]) {
    if (!byStem.has(stemOf(file.path))) byStem.set(stemOf(file.path), file)
  }
  const found = cache.images.map(({ path }) => {
    const mask = byStem.get(stemOf(path))
    if (mask !== undefined) return mask
    throw new TrainerError('PVAE_DATA_MIXED', `expected a mask for each of ${cache.images.length} images in ${folder} ` +
      `for data.masks but found none for ${path}`)
  })
  const described = JSON.stringify({ masks: folder, of: job.directory, height, width, fit })
  const hash = createHash('sha256').update(`masks 3\n${cache.header.key}\n${described}\n`)
  for (const { path, bytes, modifiedMs } of found) hash.update(`${path}\0${bytes}\0${modifiedMs}\n`)
  return await openOrBuild({
    path: join(cacheDirectory, cacheName(folder, described)),
    key: hash.digest('hex'),
    of: `masks in ${folder}`,
    images: async () => streamMasks(job, folder, found),
    signal,
  }, onProgress)
}

const isPicture = ({ path }: ListedFile) => /\.(png|webp)$/i.test(path)
const stemOf = (path: string) => path.replace(/\.[^./]*$/, '')

function streamMasks (
  { directory, cache, decode }: FolderMasksJob, folder: string, found: readonly ListedFile[]
): ImageStream {
  const { height, width, fit } = decode
  return {
    shape: { height, width, channels: 1 },
    total: found.length,
    pathAt: index => cache.images[index]?.path,
    async * decode (from, signal) {
      for (let i = from; i < found.length; i++) {
        signal?.throwIfAborted()
        const [{ path }, file] = [cache.images[i]!, found[i]!]
        const maskPath = join(folder, file.path)
        const bytes = await readFile(maskPath)
        const image = await readHead(join(directory, path))
        const { mask, size } = await decodeMask(bytes, maskPath, image)
        if (image !== undefined && !fitsImage(readStored(bytes)!, image)) {
          const expected = uprightSize(image)
          throw new TrainerError('PVAE_DATA_MIXED', `expected a mask of ${expected.width} × ${expected.height} pixels, ` +
            `as ${path} has, in ${maskPath} but found ${size.width} × ${size.height}`)
        }
        yield decodedEntry(path, Uint8Array.from(fitMask(mask, size, decode, fit)))
      }
    },
  }
}

async function readHead (path: string): Promise<StoredPicture | undefined> {
  const handle = await open(path, 'r')
  try {
    const head = Buffer.alloc(HEAD_BYTES)
    const { bytesRead } = await handle.read(head, 0, HEAD_BYTES, 0)
    return readStored(head.subarray(0, bytesRead))
  } finally {
    await handle.close()
  }
}
