/** Reads how large the images of a source are from the heads of their files, before any of them is decoded. */
import { open, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { isTurned, readOrientation, readSize, sniffImage } from '@partition-vae/models/image'
import { notFound } from '../foundation/not-found.js'
import { listFiles } from './folder/list.js'
import { chooseGenres } from './sports10/genres.js'
import { readSplitFiles } from './sports10/split-files.js'
import { findClip, openClip } from './video/open-clip.js'
import { chooseRate, sampledFrames, samplingAt, type FrameCount } from './video/sampling.js'

export interface ImageSize {
  readonly height: number
  readonly width: number
}

export type SizedSource =
  | { readonly source: 'folder', readonly directory: string }
  | { readonly source: 'sports10', readonly root: string, readonly genre: string | readonly string[] }

/** Files that are looked at, evenly spaced: enough to know what is usual. */
const SAMPLED_FILES = 400
/** Sizes stand at the beginning of a file, behind its metadata (a thumbnail, a colour profile). */
const HEAD_BYTES = 2 ** 18
const AT_ONCE = 16

/**
 * Sizes of some images of a source, upright as their EXIF says; what is no image is passed over.
 * @throws TrainerError PVAE_DATA_NOT_FOUND; the signal's reason
 */
export async function sampleImageSizes (source: SizedSource, signal?: AbortSignal): Promise<ImageSize[]> {
  const [given, what] = source.source === 'folder' ? [source.directory, 'data.directory'] : [source.root, 'data.root']
  const directory = await realpath(given).catch((error: unknown) => { throw notFound(given, what, error) })
  const paths = await pathsOf(source, directory, signal)
  const step = Math.max(1, paths.length / SAMPLED_FILES)
  const chosen = Array.from({ length: Math.min(paths.length, SAMPLED_FILES) }, (_, i) => paths[Math.floor(i * step)]!)
  const sizes: ImageSize[] = []
  for (let i = 0; i < chosen.length; i += AT_ONCE) {
    signal?.throwIfAborted()
    const some = await Promise.all(
      chosen.slice(i, i + AT_ONCE).map(path => sizeOf(join(directory, path)).catch(() => undefined))
    )
    sizes.push(...some.filter(size => size !== undefined))
  }
  return sizes
}

async function pathsOf (source: SizedSource, directory: string, signal: AbortSignal | undefined): Promise<string[]> {
  if (source.source === 'folder') return (await listFiles(directory, { signal })).files.map(({ path }) => path)
  const { frames } = await readSplitFiles(directory)
  const genres = chooseGenres(source.genre, frames.map(({ genre }) => genre))
  return frames.filter(({ genre }) => genres.includes(genre)).map(({ path }) => path)
}

/** Gives the size that a file's head states; undefined for what is no image. */
async function sizeOf (path: string): Promise<ImageSize | undefined> {
  const handle = await open(path, 'r')
  try {
    const head = Buffer.alloc(HEAD_BYTES)
    const { bytesRead } = await handle.read(head, 0, HEAD_BYTES, 0)
    const bytes = head.subarray(0, bytesRead)
    const format = sniffImage(bytes)
    const size = format === undefined ? undefined : readSize(bytes, format)
    if (format === undefined || size === undefined) return undefined
    const { height, width } = size
    return isTurned(readOrientation(bytes, format)) ? { height: width, width: height } : { height, width }
  } finally {
    await handle.close()
  }
}

export interface SizedClip extends FrameCount {
  readonly size: ImageSize
  /** Frames that are taken, about, and how many a second: all, where more are asked for than there are. */
  readonly taken: FrameCount
}

/**
 * Reads the size of a clip's frames, upright and with square pixels, and how many there are.
 * @param rate frames a second that are asked for
 * @throws TrainerError PVAE_DATA_NOT_FOUND, PVAE_DATA_EMPTY, PVAE_DATA_CORRUPT, PVAE_DECODER_UNAVAILABLE; the signal's
 * reason
 */
export async function sizeClip (file: string, rate?: number, signal?: AbortSignal): Promise<SizedClip> {
  const clip = await openClip(await findClip(file), signal)
  const taken = Math.min(clip.rate, rate ?? chooseRate(clip))
  const { size, frames } = clip
  return { size, frames, rate: clip.rate, taken: { rate: taken, frames: sampledFrames(samplingAt(taken, clip), clip) } }
}
