import type { ImageShape } from '@partition-vae/models'
import { TrainerError } from '../foundation/errors.js'
import type { FactorKind } from './factor-kinds.js'

/**
 * Images of one shape, read by index: the one interface between the sources of data and everything that consumes them.
 */
export interface ImageDataset {
  /** Source and split, e.g. `mnist/train`. */
  readonly name: string
  readonly shape: ImageShape
  readonly count: number
  /** SHA-256 (hex) of the content, so that a resumed run refuses other data. */
  readonly fingerprint: string
  /** Class of each image, [count]. */
  readonly labels?: Uint8Array
  /** Names of the labels, where the source says so: `labelNames[label]`. */
  readonly labelNames?: readonly string[]
  /** The contents of each image in numbers, where they are known. */
  readonly factors?: Factors
  /** The scene behind the images, where it can be drawn anew with other factors. Needs `factors`. */
  readonly scene?: Scene
  /** Gives the name by which people know an image, such as its file's, where the source has any. */
  readonly nameOf?: (index: number) => string
  /**
   * Reads which object each pixel shows, where that is known: 8 bit [indices.length, H, W], 0 for the background, 1 to
   * 255 for objects, each image counting its own; for measuring only.
   * @throws TrainerError PVAE_INVALID_PARAMETER for an index outside [0, count), PVAE_DATA_CORRUPT for a damaged cache
   */
  readonly masks?: (indices: Uint32Array) => Promise<Uint8Array>
  /** Classes of the objects that `masks` tells apart, where they are known; for measuring only. */
  readonly objectClasses?: ObjectClasses
  /** Pairs of images that are alike in most things, where the source has its own (see also createFactorPairs). */
  readonly pairs?: Pairs
  /**
   * Copies images into the start of `out`: 8 bit, [indices.length, H, W, C].
   * @throws TrainerError PVAE_INVALID_PARAMETER for an index outside [0, count) or too short an `out`
   */
  read (indices: Uint32Array, out: Uint8Array): Promise<void>
  /** Releases files. Closing twice is harmless. */
  close (): Promise<void>
}

/**
 * Known truth about images: K numbers each, in groups that stand for the parts of a scene. None of them is the same in
 * all images of the source.
 */
export interface Factors {
  /** The K factors, in the order of `values`, each unique: `group/name`, or a plain name that is its own group. */
  readonly names: readonly string[]
  /** The names of each group's factors, in order; each factor is in one group. */
  readonly groups: Readonly<Record<string, readonly string[]>>
  /** [count, K], each in its own unit, in double precision: a row an image, in the order of the data set. */
  readonly values: Float64Array
  /** The kind of each factor, [K], in the order of `names`. Default: all real. */
  readonly kinds?: readonly FactorKind[]
  /**
   * The scaling by which `selectFactors` brings them to single precision, where their differences would be lost as they
   * are; the same for all splits. Default: as they are.
   */
  readonly scaling?: FactorScaling
}

/** In the place of a factor's value v, measures take (v − centre) / scale, by factor, [K] each. */
export interface FactorScaling {
  readonly centres: Float64Array
  readonly scales: Float64Array
}

/** What kind of thing each object of an image is. */
export interface ObjectClasses {
  readonly names: readonly string[]
  /** Of image `index`, by number of the object less 1: an index into `names`. Objects may be wholly hidden. */
  readonly of: (index: number) => readonly number[]
}

/** An object of a scene that can be left out, and that has a mask. */
export interface SceneObject {
  readonly name: string
  /** The group of factors that describes it and nothing else. */
  readonly group: string
}

/** Draws what the factors say: for measures that compare a model with the true picture of a change. Deterministic. */
export interface Scene {
  readonly objects: readonly SceneObject[]
  /**
   * Pictures of any factors, exactly as the data set's own: rows of `factors.values` give the bytes that `read` gives.
   * @param factors [n, K], in their own units
   * @param options skip: names of objects to leave out
   * @returns 8 bit [n, H, W, C]
   * @throws TrainerError PVAE_INVALID_PARAMETER for rows of another length or an unknown object
   */
  render (factors: Float32Array, options?: { readonly skip?: readonly string[] }): Uint8Array
  /**
   * Draws the share of each pixel that each object covers, as if nothing lay over it.
   * @param factors [n, K], in their own units
   * @returns by name of the object: [n, H, W] in [0, 1]
   * @throws TrainerError PVAE_INVALID_PARAMETER for rows of another length
   */
  masks (factors: Float32Array): Readonly<Record<string, Float32Array>>
}

/** Limits on how far apart the images of a pair may be. */
export interface PairOptions {
  /**
   * For frames of a clip: the second is 1 to this many frames after the first. At least 1. Drawn scenes have no order
   * and ignore it.
   */
  readonly maxGap: number
  /** Whether only pairs will do of which it is known in which one factor they differ. Default: no. */
  readonly oneFactor?: boolean
}

/** The options that alone decide which partners are drawn. */
export interface PairAddress extends PairOptions {
  readonly seed: number
  readonly epoch: number
}

/**
 * Pairs of images: two frames of one clip, a little apart, or two images that share all but a few factors.
 */
export interface Pairs {
  /** The images that have a partner, ascending. */
  firsts (options: PairOptions): Uint32Array
  /**
   * Copies a partner of each image into the start of `out`: 8 bit, [firsts.length, H, W, C]. Which one is decided by
   * `address` and by the image itself, whatever else is asked for.
   * @param firsts among those of `firsts(address)`
   * @throws TrainerError PVAE_INVALID_PARAMETER for an image without a partner, or too short an `out`
   */
  readPartners (firsts: Uint32Array, address: PairAddress, out: Uint8Array): Promise<void>
  /** Tells in which factor, a column of `Factors.values`, each image and its partner differ, where that is known. */
  readonly factorsOf?: (firsts: Uint32Array, address: PairAddress) => Uint32Array
}

/**
 * Rows of `factors.values` for images of the data set, scaled so that single precision keeps their differences. →
 * [indices.length, K]
 */
export function selectFactors ({ names, values, scaling }: Factors, indices: Uint32Array): Float32Array {
  const columns = names.length
  const selected = new Float32Array(indices.length * columns)
  indices.forEach((index, i) => {
    for (let k = 0; k < columns; k++) {
      const value = values[index * columns + k]!
      selected[i * columns + k] = scaling === undefined ? value : (value - scaling.centres[k]!) / scaling.scales[k]!
    }
  })
  return selected
}

/** A file of a source that is not among its images, and why. */
export interface SkippedFile {
  /** Relative to the source's folder, with slashes. */
  readonly path: string
  readonly reason: string
}

export interface DataSplits {
  readonly train: ImageDataset
  readonly test: ImageDataset
  readonly skipped: readonly SkippedFile[]
  /** Requests that the source could not meet, and the next best thing that it did: whole sentences for the user. */
  readonly notes?: readonly string[]
}

/** The progress of a data set's preparation. */
export interface DataProgress {
  /** Files done, of `total`. Files done by an earlier, interrupted run count. */
  readonly done: number
  readonly total: number
  /** Files per second in this run. */
  readonly rate: number
  /** Files skipped so far. */
  readonly skipped: number
}

export type OnDataProgress = (progress: DataProgress) => void

/** Refuses what `read` can't do, before anything is copied. `size`: bytes of one image. */
export function checkRead (
  { name, count }: Pick<ImageDataset, 'name' | 'count'>,
  size: number,
  indices: Uint32Array,
  out: Uint8Array
): void {
  if (out.length < indices.length * size) {
    throw new TrainerError(
      'PVAE_INVALID_PARAMETER',
      `expected at least ${indices.length * size} bytes for the output of ${name} but received ${out.length}`
    )
  }
  for (const index of indices) {
    if (index >= count) {
      throw new TrainerError(
        'PVAE_INVALID_PARAMETER',
        `expected an index below ${count} for ${name} but received ${index}`
      )
    }
  }
}
