import { latentSizeOf } from '@partition-vae/models'
import { serveState } from '../../export/served-model.js'
import { readRun } from '../../fit/run-directory.js'
import { batchesOf, encodeChecked, readImages, sampleIndices, type ImageSource } from '../../measure/batches.js'
import type { Metrics } from '../../measure/metrics-schema.js'
import { interruptible, joined } from '../../measure/pace.js'
import { rankDisentanglement, type Representation } from '../../measure/rank-disentanglement.js'
import { createNetwork } from '../../model/create-network.js'
import { loadCheckpoint } from '../../run/load-checkpoint.js'
import { withData } from '../../run/open-data.js'

/** Test images whose units are compared, evenly spaced. */
const IMAGES = 1000
const BATCH = 100

export interface RankedRun {
  readonly name: string
  readonly metrics: Metrics
}

/**
 * Encodes the same test images with the models of several runs of one config, and tells how far their units agree.
 * @returns `rankDisentanglement` of them, 0 to 1
 * @throws the signal's reason once it is aborted
 */
export async function rankRuns (
  folder: string,
  runs: readonly RankedRun[],
  threads: number | undefined,
  signal: AbortSignal
): Promise<number> {
  const { config } = await readRun({ runs: folder, name: runs[0]!.name })
  return await withData(config.data, { observer: {}, signal }, async ({ test }) => {
    const models: Representation[] = []
    for (const { name, metrics } of runs) {
      models.push({ kl: metrics.klByUnit, means: await encode(folder, name, test, threads, signal) })
    }
    return rankDisentanglement(models)
  })
}

/** Posterior means of a run's last checkpoint. → [N, D] */
async function encode (
  folder: string,
  name: string,
  images: ImageSource,
  threads: number | undefined,
  signal: AbortSignal
): Promise<Float32Array> {
  const run = await readRun({ runs: folder, name })
  const { state } = await loadCheckpoint(run, {})
  const latentSize = latentSizeOf(run.config.model.partitions)
  const served = await serveState(createNetwork(run.config.model, images.shape), state, threads)
  try {
    const inference = interruptible(served.inference, images.shape, latentSize, signal)
    const means: Float32Array[] = []
    for (const { indices } of batchesOf(sampleIndices(images.count, IMAGES), BATCH)) {
      means.push((await encodeChecked(inference, await readImages(images, indices), indices.length, latentSize)).mean)
    }
    return joined(means)
  } finally {
    await served.inference.dispose()
  }
}
