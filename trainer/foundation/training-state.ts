/**
 * Weights, Adam's slots and statistics by name, in TensorFlow.js layout: what a checkpoint holds and engines exchange.
 */
export interface NamedArray {
  readonly shape: readonly number[]
  readonly values: Float32Array
}
export type NamedArrays = Readonly<Record<string, NamedArray>>

/** The whole state of training. Engine-independent: a checkpoint of one engine loads into another. */
export interface TrainingState {
  /** Trained by the optimiser. */
  readonly weights: NamedArrays
  /** Adam's first moments, by weight name. */
  readonly firstMoments: NamedArrays
  /** Adam's second moments, by weight name. */
  readonly secondMoments: NamedArrays
  /** Running statistics: updated by the step, not by gradients. */
  readonly statistics: NamedArrays
  /** Steps taken. */
  readonly step: number
}
