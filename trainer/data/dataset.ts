import type { ImageShape } from '@partition-vae/models'
import { TrainerError } from '../errors.js'

/** Images of one shape, read by index: the one interface between the sources of data and everything that consumes them. */
export interface ImageDataset {
  /** Source and split, e.g. `mnist/train`. */
  readonly name: string
  readonly shape: ImageShape
  readonly count: number
  /** SHA-256 (hex) of the content, so that a resumed run refuses other data. */
  readonly fingerprint: string
  /** Class of each image, [count]. */
  readonly labels?: Uint8Array
  /** What the labels stand for, where the source says so: `labelNames[label]`. */
  readonly labelNames?: readonly string[]
  /**
   * Copies images into the start of `out`: 8 bit, [indices.length, H, W, C].
   * @throws TrainerError PVAE_INVALID_PARAMETER for an index outside [0, count) or too short an `out`
   */
  read (indices: Uint32Array, out: Uint8Array): Promise<void>
  /** Releases files. Closing twice is harmless. */
  close (): Promise<void>
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
}

/** How far the preparation of a data set is. */
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
export function checkRead ({ name, count }: Pick<ImageDataset, 'name' | 'count'>, size: number, indices: Uint32Array, out: Uint8Array): void {
  if (out.length < indices.length * size) {
    throw new TrainerError('PVAE_INVALID_PARAMETER', `expected at least ${indices.length * size} bytes for the output of ${name} but received ${out.length}`)
  }
  for (const index of indices) {
    if (index >= count) throw new TrainerError('PVAE_INVALID_PARAMETER', `expected an index below ${count} for ${name} but received ${index}`)
  }
}
