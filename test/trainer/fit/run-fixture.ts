import { createMemoryDataset } from '../../../trainer/data/memory.js'
import type { ImageDataset } from '../../../trainer/data/dataset.js'
import { applyOverrides, type Override } from '../../../trainer/config/overrides.js'
import { parseRunConfig } from '../../../trainer/config/resolve.js'
import type { RunConfig } from '../../../trainer/config/schema.js'
import { createBatchSource } from '../../../trainer/fit/batch-source.js'
import { fit } from '../../../trainer/fit/loop.js'
import type { FitOptions, FitResult } from '../../../trainer/fit/options.js'
import { createRun, resumeRun } from '../../../trainer/fit/run-directory.js'
import { createRandom } from '../../../trainer/random/index.js'
import { createLinearEngine } from './linear-engine.js'
import { createNetwork } from '../../../trainer/model/create-network.js'

export const image = { height: 4, width: 4, channels: 1 }

export function tinyConfig (...overrides: Override[]): RunConfig {
  return parseRunConfig(applyOverrides({
    name: 'tiny',
    seed: 7,
    data: { source: 'mnist' },
    model: {
      partitions: [{ name: 'shape', size: 2 }, { name: 'light', size: 1 }],
      encoder: { blocks: [{ channels: 1, kernel: 3, downsample: 'none' }] },
      decoder: { base: 1 },
      likelihood: { kind: 'gaussian', variance: 0.05 },
    },
    objective: { betaWarmup: 0.5, inputNoise: 0.1 },
    fit: { epochs: 3, batchSize: 8, learningRate: 0.02, learningRateWarmupSteps: 3, checkpointEverySteps: 4 },
  }, overrides))
}

/**
 * 4×4 images of a bright bar whose column and brightness vary: two factors, so a linear model has something to learn.
 */
export function bars (count = 56, seed = 1): ImageDataset {
  const random = createRandom(seed, 'bars')
  const images = new Uint8Array(count * 16)
  for (let n = 0; n < count; n++) {
    const column = random.integer(4)
    const brightness = 100 + random.integer(156)
    for (let row = 0; row < 4; row++) images[n * 16 + row * 4 + column] = brightness
  }
  return createMemoryDataset({ name: 'bars/train', shape: image, images })
}

/** One process's work on the run `runs`/tiny: everything is built anew, as a new process would. */
export async function work (
  runs: string,
  config: RunConfig,
  { resume = false, ...options }: Partial<FitOptions> & { resume?: boolean } = {}
): Promise<FitResult> {
  const location = { runs, name: 'tiny' }
  const run = resume ? await resumeRun(location) : await createRun(location, config)
  try {
    const dataset = bars()
    const { batchSize } = config.fit
    return await fit({
      config,
      network: createNetwork(config.model, image),
      engine: createLinearEngine({ pixels: 16, latentSize: 3, seed: config.seed }),
      batches: createBatchSource(dataset, { batchSize, seed: config.seed }),
      dataFingerprint: dataset.fingerprint,
      run,
      checkpoint: resume ? (await run.checkpoints.loadLatest(() => undefined))?.checkpoint : undefined,
      ...options,
    })
  } finally {
    await run.close()
  }
}
