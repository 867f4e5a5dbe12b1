import type { Partition } from './partitions.js'

/** The latents of a model: their partitions and statistics, as its card states them. */
export interface LatentSpace {
  /** D: units of a latent. */
  readonly latentSize: number
  readonly partitions: readonly Partition[]
  /** Statistics of the posterior means over the training images. */
  readonly latentStatistics: {
    /** [D]. */
    readonly mean: readonly number[]
    /** [D]. */
    readonly standardDeviation: readonly number[]
    /** The first of each partition, in the partitions' order: a unit vector and the deviation along it. */
    readonly principalDirections: ReadonlyArray<{
      readonly vector: readonly number[]
      readonly standardDeviation: number
    }>
  }
  /** How the model was made, which may name units. */
  readonly training?: unknown
}
