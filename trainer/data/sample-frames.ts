/** Reads some frames of footage before its data set is opened: at another size, and a few hundred of them only. */
import { realpath } from 'node:fs/promises'
import { pixelCount, type ImageShape } from '@partition-vae/models'
import { fitFrame } from '@partition-vae/models/image'
import { notFound } from '../foundation/not-found.js'
import { folderOf, orderClips } from './folder/clips.js'
import { streamFiles } from './folder/decode-file.js'
import { listFiles } from './folder/list.js'
import { findClip, openClip } from './video/open-clip.js'
import { samplingAt } from './video/sampling.js'

/** Frames of a folder or a clip that follow one another, in a few stretches. */
export interface SampledFrames {
  readonly shape: ImageShape
  readonly count: number
  /** 8 bit [count, H, W, C] */
  readonly bytes: Uint8Array
  /** The place of each among all frames, ascending; between two clips of a folder one is left out. */
  readonly indices: Uint32Array
}

export interface SampleOptions {
  readonly shape: ImageShape
  /** Frames at most. */
  readonly most: number
  /** Fewer say nothing. */
  readonly fewest: number
  /** Called before frames are decoded, which takes seconds. */
  readonly onDecoding?: (() => void) | undefined
  readonly signal?: AbortSignal | undefined
}

const STRETCHES = 4
const IMAGE_NAMES = /\.(png|jpe?g|webp)$/i
/** Names of frames differ by their numbers only, but for those of so many neighbours. */
const OTHER_NAMES = 0.1
/** A clip begins with other things: this share of it, and so many frames at most, are passed over. */
const [OPENING_SHARE, OPENING_FRAMES] = [0.1, 200]

/**
 * Samples frames of a folder of images in four stretches, in the order of their names.
 * @returns undefined where names are not numbered, as frames of footage are, or there are too few
 * @throws TrainerError PVAE_DATA_NOT_FOUND; the signal's reason
 */
export async function sampleFolder (given: string, options: SampleOptions): Promise<SampledFrames | undefined> {
  const directory = await realpath(given).catch((error: unknown) => { throw notFound(given, 'data.directory', error) })
  const { files } = await listFiles(directory, { signal: options.signal })
  const images = files.filter(({ path }) => IMAGE_NAMES.test(path))
  if (images.length < options.fewest) return undefined
  const { clip, rank } = orderClips(images.map(({ path }) => path), folderOf)
  const order = Uint32Array.from(images.keys()).sort((a, b) => rank[a]! - rank[b]!)
  const wanted = Math.min(images.length, options.most)
  const length = Math.floor(wanted / STRETCHES)
  const chosen = Array.from({ length: length * STRETCHES }, (_, i) => {
    const stretch = Math.floor(i / length)
    return order[Math.floor((stretch + 0.5) * images.length / STRETCHES - length / 2) + i % length]!
  })
  if (!areNumbered(chosen.map(i => images[i]!.path))) return undefined
  options.onDecoding?.()
  const found: Uint8Array[] = []
  const indices: number[] = []
  const { height, width, channels } = options.shape
  const stream = streamFiles(directory, chosen.map(i => images[i]!), {
    height, width, channels: channels === 1 ? 1 : 3, fit: 'fill',
  })
  let at = 0
  for await (const { image } of stream.decode(0, options.signal)) {
    const i = chosen[at++]!
    if (image === undefined) continue
    found.push(image)
    indices.push(rank[i]! + clip[i]!)
  }
  return framesOf(found, indices, options)
}

/**
 * Samples frames of a clip that follow one another at a rate, near its beginning.
 * @returns undefined where there are too few
 * @throws TrainerError PVAE_DATA_NOT_FOUND, PVAE_DATA_CORRUPT, PVAE_DECODER_UNAVAILABLE; the signal's reason
 */
export async function sampleClip (
  file: string,
  rate: number,
  options: SampleOptions
): Promise<SampledFrames | undefined> {
  const { shape, signal, most } = options
  const clip = await openClip(await findClip(file), signal)
  if (clip.frames < options.fewest) return undefined
  options.onDecoding?.()
  const skip = Math.floor(Math.min(OPENING_FRAMES, OPENING_SHARE * clip.frames * Math.min(1, rate / clip.rate)))
  const found: Uint8Array[] = []
  for await (const frame of clip.decode({ sampling: samplingAt(rate, clip), skip, shape, fit: 'fill', signal })) {
    found.push(fitFrame(frame, shape, 'fill'))
    if (found.length === most) break
  }
  return framesOf(found, found.map((_, i) => skip + i), options)
}

function framesOf (
  images: readonly Uint8Array[],
  indices: readonly number[],
  { shape, fewest }: SampleOptions
): SampledFrames | undefined {
  if (images.length < fewest) return undefined
  const bytes = new Uint8Array(images.length * pixelCount(shape))
  images.forEach((image, i) => bytes.set(image, i * pixelCount(shape)))
  return { shape, count: images.length, bytes, indices: Uint32Array.from(indices) }
}

/** Tells whether names are of frames that follow one another: neighbours differ by their numbers only. */
function areNumbered (paths: readonly string[]): boolean {
  const nameOf = (path: string) => path.slice(folderOf(path).length).replace(/\d+/g, '#')
  const others = paths.slice(1).filter((path, i) => nameOf(path) !== nameOf(paths[i]!)).length
  return paths.every(path => /\d/.test(path.slice(folderOf(path).length))) && others <= OTHER_NAMES * paths.length
}
