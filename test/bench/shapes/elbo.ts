import { latentSizeOf, pixelCount, unitFromBytes } from '@partition-vae/models'
import { findPreset } from '../../../trainer/config/presets.js'
import { parseRunConfig } from '../../../trainer/config/resolve.js'
import { createEpoch } from '../../../trainer/data/batches.js'
import type { ImageDataset } from '../../../trainer/data/dataset.js'
import { createEngine } from '../../../trainer/engine/create.js'
import { createNetwork } from '../../../trainer/model/create-network.js'
import { createRandom } from '../../../trainer/random/index.js'

const BATCH = 128
const LEARNING_RATE = 2e-3

export interface ElboOptions {
  /** What replaces parts of the preset's model. */
  readonly model: object
  readonly train: ImageDataset
  readonly test: ImageDataset
  readonly steps: number
  /** Steps between measurements. */
  readonly every: number
  readonly testBatches: number
  readonly threads: number
}

/** Trains, and measures the test ELBO (nats an image, negative) against CPU seconds of training. */
export async function traceElbo (options: ElboOptions): Promise<Array<[seconds: number, elbo: number]>> {
  const { train, test, steps, every, testBatches, threads } = options
  const { config: preset } = findPreset('mnist')
  const changed = { ...preset.model as object, likelihood: { kind: 'bernoulli' }, ...options.model }
  const { model, objective, fit: { adam }, seed } = parseRunConfig({ ...preset, model: changed, objective: {} })
  const network = createNetwork(model, train.shape)
  const engine = await createEngine({ network, objective, adam, batchSize: BATCH, seed, threads })
  const noise = (stream: string, at: number) =>
    createRandom(seed, stream, at).fillNormal(new Float32Array(BATCH * latentSizeOf(model.partitions)))
  const bytes = new Uint8Array(BATCH * pixelCount(test.shape))

  /** A step at rate 0 tells the loss; what it changes is put back. */
  async function measure (): Promise<number> {
    const state = await engine.readState()
    let loss = 0
    for (let batch = 0; batch < testBatches; batch++) {
      await test.read(Uint32Array.from({ length: BATCH }, (_, i) => batch * BATCH + i), bytes)
      const inputs = { image: unitFromBytes(bytes), latentNoise: noise('test', batch), learningRate: 0, beta: 1 }
      loss += (await engine.step(inputs)).loss / testBatches
    }
    await engine.writeState(state)
    return -loss
  }

  const points: Array<[number, number]> = []
  const perEpoch = Math.floor(train.count / BATCH)
  let seconds = 0
  for (let step = 0; step < steps; step++) {
    const epoch = createEpoch(train, { batchSize: BATCH, seed, epoch: Math.floor(step / perEpoch) })
    const { images } = await epoch.read(step % perEpoch)
    const began = cpuSeconds()
    const latentNoise = noise('latent', step)
    await engine.step({ image: unitFromBytes(images), latentNoise, learningRate: LEARNING_RATE, beta: 1 })
    seconds += cpuSeconds() - began
    if ((step + 1) % every === 0) points.push([seconds, await measure()])
  }
  await engine.dispose()
  return points
}

function cpuSeconds (): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}
