/** The images of a file or folder of arrays, and what is known of them: one form for all layouts. */
import type { ImageShape } from '@partition-vae/models'
import type { FactorKind } from '../factor-kinds.js'

export interface ArrayContent {
  readonly shape: ImageShape
  readonly count: number
  /**
   * Reads images from one on, 8 bit [H, W, C], each its own memory.
   * @throws TrainerError PVAE_DATA_CORRUPT; the signal's reason
   */
  images (from: number, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array>
  /** Reads object masks from one on, 8 bit [H, W], as `images` reads images. */
  readonly masks?: (from: number, signal: AbortSignal | undefined) => AsyncGenerator<Uint8Array>
  readonly labels?: ArrayLabels | undefined
  readonly factors?: ArrayFactors | undefined
  /** Images that the publishers hold out for testing, [count] of 0 and 1. Default: the config decides. */
  readonly isTest?: Uint8Array
  /** Files that decide the content. */
  readonly files: readonly string[]
  /** Whole sentences for the user. */
  readonly notes: readonly string[]
  close (): Promise<void>
}

export interface ArrayLabels {
  /** [count] */
  readonly labels: Uint8Array
  readonly labelNames: readonly string[]
}

export interface ArrayFactor {
  /** `group/name` or a plain name. */
  readonly name: string
  readonly kind: FactorKind
}

export interface ArrayFactors {
  readonly columns: readonly ArrayFactor[]
  /** [count, K] */
  readonly values: Float64Array
}

/** Which member is what, where the names do not say so. */
export interface MemberNames {
  readonly images?: string | undefined
  readonly labels?: string | undefined
  readonly factors?: string | undefined
  readonly masks?: string | undefined
}
