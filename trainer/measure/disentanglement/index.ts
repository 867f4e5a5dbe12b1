export { keyPointCoincidence, type Coincidence } from './key-points.js'
export { counterfactualScore, type CounterfactualOptions, type CounterfactualScore } from './counterfactual.js'
export { findDeadPartitions } from './dead-partitions.js'
export type { SampleRepresentations } from './factor-vae-score.js'
export {
  importanceWeightedBound,
  type ImportanceWeightedBound,
  type ImportanceWeightedBoundOptions,
  type PosteriorBatch,
} from './importance-weighted-bound.js'
export { measureDisentanglement, type DisentanglementOptions } from './measure.js'
export { measureObjectReconstruction, type ObjectReconstruction, type ObjectSource } from './object-reconstruction.js'
export { posteriorTotalCorrelation } from './posterior-total-correlation.js'
export { usableFactors } from './usable-factors.js'
export type { Factors, Split } from './representation.js'
export {
  CoincidenceSchema,
  CounterfactualSchema,
  DisentanglementSchema,
  ImportanceWeightedBoundSchema,
  ObjectReconstructionSchema,
  type Disentanglement,
} from './schema.js'
