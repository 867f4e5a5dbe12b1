export * from './batches.js'
export * from './config.js'
export {
  selectFactors,
  type DataProgress,
  type DataSplits,
  type Factors,
  type FactorScaling,
  type ImageDataset,
  type OnDataProgress,
  type PairAddress,
  type PairOptions,
  type Pairs,
  type Scene,
  type SceneObject,
  type SkippedFile,
} from './dataset.js'
export {
  kindOf,
  periodIn,
  type CategoricalKind,
  type CircularKind,
  type FactorKind,
  type KindedFactors,
  type OrdinalKind,
  type RealKind,
  type Symmetry,
} from './factor-kinds.js'
export { createMemoryDataset } from './memory.js'
export { openDataset } from './open.js'
