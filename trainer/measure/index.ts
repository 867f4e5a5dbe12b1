export { isHandwriting, measureKnownTruth } from './known-truth.js'
export { measureLatentStatistics, type LatentStatistics } from './latent-statistics.js'
export { evaluateModel } from './metrics.js'
export { headlineMetrics, MetricsSchema, type Metrics } from './metrics-schema.js'
