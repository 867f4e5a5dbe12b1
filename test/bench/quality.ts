/**
 * `npm run bench:quality`: seconds of training until the squared error of a test image's pixel, decoded from a sample, first is at 0.0354 or below, what the
 * authors' published code has after 25 epochs of MNIST. Ours (`--preset`) against the paper's network in PyTorch: by the repaired recipe and with the
 * published code's defects. Measuring does not count; compiling our step does. `--seconds`: when a peer is given up.
 */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { latentSizeOf, pixelCount, unitFromBytes } from '@partition-vae/models'
import { findPreset } from '../../trainer/config/presets.js'
import { parseRunConfig } from '../../trainer/config/resolve.js'
import { createEpoch } from '../../trainer/data/batches.js'
import { mnistDirectory, openMnist } from '../../trainer/data/mnist.js'
import { createEngine } from '../../trainer/engine/create.js'
import type { Engine, StepInputs } from '../../trainer/engine/engine.js'
import { scheduleAt } from '../../trainer/fit/schedule.js'
import { createRandom } from '../../trainer/random/index.js'
import { preparePython } from './python.js'
import { createNetwork } from '../../trainer/model/create-network.js'

const { values } = parseArgs({
  options: {
    preset: { type: 'string', default: 'mnist' },
    target: { type: 'string', default: '0.0354' },
    threads: { type: 'string', default: '2' },
    seconds: { type: 'string', default: '150' },
  },
})
const [target, threads, patience] = [values.target, values.threads, values.seconds].map(Number) as [number, number, number]
interface Measured { readonly seconds: number, readonly step: number, readonly error: number }

const { train, test } = await openMnist()
const image = train.shape
const config = parseRunConfig(findPreset(values.preset).config)
const { batchSize } = config.fit
const noise = (stream: string, at: number, size: number) => createRandom(0, stream, at).fillNormal(new Float32Array(batchSize * size))

/** Of the test images that fill a batch. A step at rate 0 tells the error; what it changes is put back. */
async function testError (engine: Engine, inputs: (images: Uint8Array) => StepInputs): Promise<number> {
  const state = await engine.readState()
  const batches = Math.floor(test.count / batchSize)
  const bytes = new Uint8Array(batchSize * pixelCount(image))
  let sum = 0
  for (let batch = 0; batch < batches; batch++) {
    await test.read(Uint32Array.from({ length: batchSize }, (_, i) => batch * batchSize + i), bytes)
    sum += (await engine.step({ ...inputs(bytes), latentNoise: noise('test', batch, latentSizeOf(config.model.partitions)), learningRate: 0 })).mse
  }
  await engine.writeState(state)
  return sum / batches
}

async function ours (): Promise<Measured> {
  const started = performance.now()
  const { model, objective, seed, fit: { adam } } = config
  const network = createNetwork(model, image)
  const engine = await createEngine({ network, objective, adam, batchSize, seed, threads })
  let seconds = (performance.now() - started) / 1e3
  console.log(`${values.preset}: ${engine.description}, compiled in ${seconds.toFixed(1)} s`)
  const perEpoch = Math.floor(train.count / batchSize)
  for (let step = 0; ; step++) {
    const began = performance.now()
    const { images } = await createEpoch(train, { batchSize, seed: config.seed, epoch: Math.floor(step / perEpoch) }).read(step % perEpoch)
    const scheduled = scheduleAt(step, config.fit.epochs * perEpoch, config.fit, config.objective)
    const inputs = (bytes: Uint8Array): StepInputs => ({
      ...scheduled,
      image: unitFromBytes(bytes),
      latentNoise: noise('latent', step, latentSizeOf(config.model.partitions)),
      ...config.objective.inputNoise > 0 ? { imageNoise: noise('image', step, pixelCount(image)) } : {},
    })
    await engine.step(inputs(images))
    seconds += (performance.now() - began) / 1e3
    if ((step + 1) % 20 !== 0) continue
    const error = await testError(engine, inputs)
    console.log(`  step ${step + 1}, ${seconds.toFixed(1)} s: ${error.toFixed(4)}`)
    if (error <= target) {
      await engine.dispose()
      return { seconds, step: step + 1, error }
    }
  }
}

async function peer (python: string, published: boolean): Promise<Measured> {
  const { model, fit } = parseRunConfig(findPreset('paper-mnist').config)
  const options = { model, image, fit, data: mnistDirectory(import.meta.url), threads, every: 100, target, seconds: patience, published }
  const child = spawn(python, [fileURLToPath(new URL('quality.py', import.meta.url)), JSON.stringify(options)], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, THP_MEM_ALLOC_ENABLE: '1' } })
  let last: Measured | undefined
  for await (const line of createInterface({ input: child.stdout })) {
    last = JSON.parse(line) as Measured
    if (last.step % 1000 === 0) console.log(`  step ${last.step}, ${last.seconds.toFixed(1)} s: ${last.error.toFixed(4)}`)
  }
  if (last === undefined) throw new Error('expected measurements of the peer but received none')
  return last
}

const own = await ours()
console.log(`${values.preset}: ${own.error.toFixed(4)} after ${own.step} steps, ${own.seconds.toFixed(1)} s`)
const environment = preparePython(['torch==2.13.0+cpu', 'numpy'])
if ('missing' in environment) console.log(`PyTorch is skipped: ${environment.missing}`)
else {
  for (const published of [false, true]) {
    const name = published ? 'the published code\'s defects' : 'the paper\'s recipe, repaired'
    console.log(`PyTorch, ${name}:`)
    const { seconds, step, error } = await peer(environment.python, published)
    const reached = error <= target
    console.log(`PyTorch, ${name}: ${error.toFixed(4)} after ${step} steps, ${seconds.toFixed(1)} s${reached ? '' : ', not there yet'}; ours was ${reached ? '' : 'more than '}${(seconds / own.seconds).toFixed(0)} times as fast`)
  }
}
await Promise.all([train.close(), test.close()])
