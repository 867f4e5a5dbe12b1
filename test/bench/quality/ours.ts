import { latentSizeOf, pixelCount, unitFromBytes } from '@partition-vae/models'
import { findPreset } from '../../../trainer/config/presets.js'
import { parseRunConfig } from '../../../trainer/config/resolve.js'
import { createEpoch } from '../../../trainer/data/batches.js'
import type { ImageDataset } from '../../../trainer/data/dataset.js'
import { createEngine } from '../../../trainer/engine/create.js'
import type { Engine, StepInputs } from '../../../trainer/engine/engine.js'
import { createNetwork } from '../../../trainer/model/create-network.js'
import { scheduleAt } from '../../../trainer/fit/schedule.js'
import { createRandom } from '../../../trainer/random/index.js'

export interface Measured {
  /** Of training so far. */
  readonly seconds: number
  readonly step: number
  /** Squared error of a pixel of the test images, decoded from samples. */
  readonly error: number
}

export interface OursOptions {
  readonly preset: string
  readonly target: number
  /** Steps between measurements. */
  readonly every: number
  readonly threads: number
  readonly train: ImageDataset
  readonly test: ImageDataset
}

/** Trains a preset until the error is at the target or below. */
export async function trainOurs ({ preset, target, every, threads, train, test }: OursOptions): Promise<Measured> {
  const { model, objective, fit, seed } = parseRunConfig(findPreset(preset).config)
  const { adam, batchSize, epochs } = fit
  const image = train.shape
  const noise = (stream: string, at: number, size: number) =>
    createRandom(0, stream, at).fillNormal(new Float32Array(batchSize * size))
  const latentSize = latentSizeOf(model.partitions)

  const started = performance.now()
  const network = createNetwork(model, image)
  const engine = await createEngine({ network, objective, adam, batchSize, seed, threads })
  let seconds = (performance.now() - started) / 1e3
  console.log(`${preset}: ${engine.description}, compiled in ${seconds.toFixed(1)} s`)
  const perEpoch = Math.floor(train.count / batchSize)
  for (let step = 0; ; step++) {
    const began = performance.now()
    const epoch = createEpoch(train, { batchSize, seed, epoch: Math.floor(step / perEpoch) })
    const { images } = await epoch.read(step % perEpoch)
    const scheduled = scheduleAt(step, epochs * perEpoch, fit, objective)
    const inputs = (bytes: Uint8Array): StepInputs => ({
      ...scheduled,
      image: unitFromBytes(bytes),
      latentNoise: noise('latent', step, latentSize),
      ...objective.inputNoise > 0 ? { imageNoise: noise('image', step, pixelCount(image)) } : {},
    })
    await engine.step(inputs(images))
    seconds += (performance.now() - began) / 1e3
    if ((step + 1) % every !== 0) continue
    const error = await testError(engine, test, batchSize, (bytes, batch) =>
      ({ ...inputs(bytes), latentNoise: noise('test', batch, latentSize) }))
    console.log(`  step ${step + 1}, ${seconds.toFixed(1)} s: ${error.toFixed(4)}`)
    if (error <= target) {
      await engine.dispose()
      return { seconds, step: step + 1, error }
    }
  }
}

type InputsOf = (images: Uint8Array, batch: number) => StepInputs

/** Of the test images that fill a batch. A step at rate 0 tells the error; what it changes is put back. */
async function testError (engine: Engine, test: ImageDataset, batchSize: number, inputs: InputsOf): Promise<number> {
  const state = await engine.readState()
  const batches = Math.floor(test.count / batchSize)
  const bytes = new Uint8Array(batchSize * pixelCount(test.shape))
  let sum = 0
  for (let batch = 0; batch < batches; batch++) {
    await test.read(Uint32Array.from({ length: batchSize }, (_, i) => batch * batchSize + i), bytes)
    sum += (await engine.step({ ...inputs(bytes, batch), learningRate: 0 })).mse
  }
  await engine.writeState(state)
  return sum / batches
}
