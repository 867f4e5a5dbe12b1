import type { ImageShape } from '@partition-vae/models'
import type { Fit, Raster, Size } from '@partition-vae/models/image'
import type { FrameCount, Sampling } from './sampling.js'

/** A file of frames in order, of which only the head has been read. */
export interface Clip extends FrameCount {
  /** Upright, with square pixels. */
  readonly size: Size
  /**
   * Decodes frames in order, at their size or less (see shrunkFrameSize).
   * @returns what went wrong, where something did: all that could be decoded was given by then
   * @throws TrainerError PVAE_DECODER_UNAVAILABLE; the signal's reason
   */
  decode (options: DecodeFrames): AsyncGenerator<Raster, string | undefined, void>
}

export interface DecodeFrames {
  readonly sampling: Sampling
  /** Sampled frames that are left out at the beginning: they were decoded before. */
  readonly skip: number
  /** To which frames will be brought, and how. */
  readonly shape: ImageShape
  readonly fit: Fit
  readonly signal?: AbortSignal | undefined
}
