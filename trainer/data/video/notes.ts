import { TrainerError } from '../../foundation/errors.js'
import type { ImageCache } from '../folder/cache.js'
import { HEADER_BYTES } from '../folder/cache-format.js'
import { createCutFinder } from './cuts.js'

/** Frames read at a time. */
const BYTES_AT_ONCE = 4 * 2 ** 20
/** The share of frames that may repeat the one before without a word. */
const FEW_REPEATS = 0.3
/** Cuts that are named one by one. */
const NAMED = 3

export interface SeenInFrames {
  /** Indices of the frames that begin another scene. */
  readonly cuts: readonly number[]
  /** Whole sentences for the user. */
  readonly notes: readonly string[]
}

/**
 * Looks through the decoded frames of a clip for what makes it poor to learn from.
 * @param rate frames a second
 */
export async function lookThrough (name: string, cache: ImageCache, rate: number): Promise<SeenInFrames> {
  const cuts = await findCuts(name, cache)
  return { cuts, notes: [...describeRepeats(name, cache, rate), ...describeCuts(name, cuts, rate)] }
}

async function findCuts (name: string, { handle, header, images }: ImageCache): Promise<number[]> {
  const size = header.height * header.width * header.channels
  const finder = createCutFinder(header)
  const some = Buffer.alloc(size * Math.max(1, Math.floor(BYTES_AT_ONCE / size)))
  for (let frame = 0; frame < images.length;) {
    const wanted = Math.min(some.length, (images.length - frame) * size)
    const { bytesRead } = await handle.read(some, 0, wanted, HEADER_BYTES + frame * size)
    if (bytesRead < size) {
      throw new TrainerError(
        'PVAE_DATA_CORRUPT',
        `expected ${images.length} frames for the image cache of ${name} but found ${frame}: start again to rebuild it`
      )
    }
    for (let at = 0; at + size <= bytesRead; at += size, frame++) finder.add(some.subarray(at, at + size))
  }
  return finder.cuts()
}

function describeRepeats (name: string, { images }: ImageCache, rate: number): string[] {
  const repeats = images.filter(({ sha256 }, i) => sha256 === images[i - 1]?.sha256).length
  if (repeats === images.length - 1) return [`all ${images.length} frames of ${name} are the same: nothing moves.`]
  if (repeats <= FEW_REPEATS * images.length) return []
  const distinct = Number((rate * (1 - repeats / images.length)).toPrecision(2))
  return [
    `${repeats} of ${images.length} frames of ${name} are the same as the one before: --fps ${distinct} takes fewer of ` +
      'them.',
  ]
}

function describeCuts (name: string, cuts: readonly number[], rate: number): string[] {
  if (cuts.length === 0) return []
  const times = cuts.slice(0, NAMED).map(frame => `${Number((frame / rate).toFixed(1))} s`)
  const more = cuts.length > NAMED ? ` and ${cuts.length - NAMED} more` : ''
  return [
    `${name} seems to change to another scene at ${times.join(', ')}${more}: one scene from one camera is learned ` +
      'best; cut the clip there.',
  ]
}
