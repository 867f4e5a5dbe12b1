import { TrainerError } from '../../foundation/errors.js'
import { createRandom } from '../../random/index.js'
import { checkRead, type ImageDataset, type PairOptions, type Pairs } from '../dataset.js'

/** The place of each image in the clips of a source. */
export interface Clips {
  /** Which clip, [images]. */
  readonly clip: Uint32Array
  /**
   * Position among all images, clip after clip, in the natural order of names: frames of a clip are neighbours,
   * [images].
   */
  readonly rank: Uint32Array
}

/** Orders the frames of clips. @param clipOf name of the clip of an image, by its path */
export function orderClips (paths: readonly string[], clipOf: (path: string) => string): Clips {
  const frames = paths.map((path, image) => ({ image, clip: clipOf(path), path: naturalKey(path) }))
  frames.sort((a, b) => compare(a.clip, b.clip) || compare(a.path, b.path) || a.image - b.image)
  const clip = new Uint32Array(paths.length)
  const rank = new Uint32Array(paths.length)
  let clips = 0
  frames.forEach((frame, i) => {
    if (i > 0 && frames[i - 1]!.clip !== frame.clip) clips++
    clip[frame.image] = clips
    rank[frame.image] = i
  })
  return { clip, rank }
}

/** A clip is a folder: its images, not those of folders in it. */
export function folderOf (path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1)
}

/** A text that sorts by code units as people count: frame2 before frame10, whatever zeros lead. */
export function naturalKey (path: string): string {
  return path.replace(/\d+/g, digits => {
    const number = digits.replace(/^0+(?=\d)/, '')
    return String(number.length).padStart(3, '0') + number
  })
}

function compare (a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

export interface ClipPairOptions {
  /** The data set that the pairs are of. */
  readonly dataset: Pick<ImageDataset, 'name' | 'shape' | 'count' | 'read'>
  /** Which image of the source each image of the data set is, [count]. */
  readonly slots: Uint32Array
  /** Made when the first pair is asked for: ordering a large folder takes a moment. */
  readonly clips: () => Clips
}

/**
 * Pairs of frames: the second is one of those of the data set that come 1 to maxGap frames later in the clip, each
 * equally likely. Frames that the data set lacks (held out for testing) count when distance is measured, but are never
 * given.
 */
export function createClipPairs ({ dataset, slots, clips }: ClipPairOptions): Pairs {
  let known: { order: Uint32Array, place: Uint32Array } | undefined

  /** Images of the data set by rank, and the place of each in that order. */
  function ordered () {
    if (known === undefined) {
      const { rank } = clips()
      const order = Uint32Array.from(slots, (_, i) => i).sort((a, b) => rank[slots[a]!]! - rank[slots[b]!]!)
      const place = new Uint32Array(order.length)
      order.forEach((image, i) => { place[image] = i })
      known = { order, place }
    }
    return known
  }

  /** Counts the images of the data set that may be second in a pair with `image`. */
  function followers (image: number, { maxGap }: PairOptions): number {
    if (!Number.isInteger(maxGap) || maxGap < 1) {
      throw new TrainerError(
        'PVAE_INVALID_PARAMETER',
        `expected an integer of at least 1 for maxGap but received ${maxGap}`
      )
    }
    const { order, place } = ordered()
    const { clip, rank } = clips()
    const slot = slots[image]!
    let count = 0
    for (let at = place[image]! + 1; at < order.length; at++, count++) {
      const next = slots[order[at]!]!
      if (clip[next] !== clip[slot] || rank[next]! - rank[slot]! > maxGap) break
    }
    return count
  }

  return {
    firsts: options =>
      Uint32Array.from({ length: dataset.count }, (_, image) => image).filter(image => followers(image, options) > 0),
    async readPartners (firsts, address, out) {
      checkRead(dataset, dataset.shape.height * dataset.shape.width * dataset.shape.channels, firsts, out)
      const { order, place } = ordered()
      const partners = firsts.map(first => {
        const count = followers(first, address)
        if (count === 0) {
          throw new TrainerError(
            'PVAE_INVALID_PARAMETER',
            `expected an image with a later frame in its clip for a pair of ${dataset.name} but received image ${first}`
          )
        }
        return order[place[first]! + 1 + createRandom(address.seed, 'partner', address.epoch, first).integer(count)]!
      })
      await dataset.read(partners, out)
    },
  }
}
