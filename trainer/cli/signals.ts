import { layOutPartitions } from '@partition-vae/models'
import type { RunConfig } from '../config/schema.js'
import type { ImageDataset } from '../data/dataset.js'
import type { TrainingState } from '../engine/engine.js'
import { evaluateModel } from '../evaluate/metrics.js'
import { serveState } from '../export/served-model.js'
import type { Signals } from '../fit/attempts.js'

/** A covariance of some dozens of units is well known from so many. */
const IMAGES = 1000

/** What a state's samples say without labels, on test images. */
export async function measureSignals (config: RunConfig, test: ImageDataset, state: TrainingState, threads?: number): Promise<Signals> {
  const { inference } = await serveState(config, test.shape, state, threads)
  try {
    const { totalCorrelation, deadPartitions } = await evaluateModel({
      inference, dataset: test, partitions: layOutPartitions(config.model.partitions), likelihood: config.model.likelihood, limit: IMAGES, swapLimit: 2,
    })
    // By the KL alone: a swap effect takes more images, and more time.
    return { totalCorrelation: totalCorrelation.samples, deadPartitions: deadPartitions.filter(({ reasons }) => reasons.includes('kl')).length }
  } finally {
    await inference.dispose()
  }
}
