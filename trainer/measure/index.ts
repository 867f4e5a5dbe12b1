export { isHandwriting, measureKnownTruth, type KnownTruth, type KnownTruthOptions } from './known-truth.js'
export { measureLatentStatistics, type LatentStatistics, type LatentStatisticsOptions } from './latent-statistics.js'
export { evaluateModel, type EvaluationOptions } from './metrics.js'
export { headlineMetrics, MetricsSchema, type Metrics } from './metrics-schema.js'
