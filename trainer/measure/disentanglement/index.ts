export { keyPointCoincidence } from './key-points.js'
export { counterfactualScore, type CounterfactualScore } from './counterfactual.js'
export { findDeadPartitions } from './dead-partitions.js'
export type { SampleRepresentations } from './factor-vae-score.js'
export { importanceWeightedBound, type PosteriorBatch } from './importance-weighted-bound.js'
export { measureDisentanglement, type DisentanglementOptions } from './measure.js'
export { measureObjectReconstruction, type ObjectReconstruction } from './object-reconstruction.js'
export { posteriorTotalCorrelation } from './posterior-total-correlation.js'
export { usableFactors } from './usable-factors.js'
export type { Factors } from './representation.js'
export {
  CoincidenceSchema,
  CounterfactualSchema,
  DisentanglementSchema,
  ImportanceWeightedBoundSchema,
  ObjectReconstructionSchema,
} from './schema.js'
