/**
 * `npm run bench:quality`: seconds of training until the squared error of MNIST's test images first is .0354, what the paper's published code has after its 25
 * epochs: the preset `mnist` here, and the paper's network and recipe, its defects repaired, in PyTorch, one after the other on the same threads. Time
 * that measuring takes does not count. `--target`, `--threads`, `--limit` (seconds that the peer is given).
 */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { layOutPartitions, latentSizeOf, unitFromBytes } from '@partition-vae/models'
import { findPreset } from '../../trainer/config/presets.js'
import { parseRunConfig } from '../../trainer/config/resolve.js'
import { mnistDirectory, openMnist } from '../../trainer/data/mnist.js'
import { createEngine } from '../../trainer/engine/create.js'
import { evaluateModel } from '../../trainer/evaluate/metrics.js'
import { serveState } from '../../trainer/export/served-model.js'
import { createBatchSource } from '../../trainer/fit/batch-source.js'
import { scheduleAt } from '../../trainer/fit/schedule.js'
import { createRandom } from '../../trainer/random/index.js'
import { preparePython } from './python.js'

const { values } = parseArgs({
  options: { target: { type: 'string', default: '0.0354' }, threads: { type: 'string', default: '2' }, limit: { type: 'string', default: '900' } },
})
const [target, threads] = [Number(values.target), Number(values.threads)]

interface Reached { readonly seconds: number, readonly cpu: number, readonly steps: number, readonly mse: number }

const EVERY = 10

async function ours (): Promise<Reached> {
  const config = parseRunConfig(findPreset('mnist').config)
  const { model, objective, seed, fit: { adam, batchSize, gradientClip, epochs } } = config
  const { train, test } = await openMnist()
  const engine = await createEngine({ model, objective, adam, image: train.shape, batchSize, seed, gradientClip, threads })
  const batches = createBatchSource(train, { batchSize, seed })
  const totalSteps = epochs * batches.stepsPerEpoch
  const squaredError = async (limit?: number) => {
    const { inference } = await serveState(config, test.shape, await engine.readState(), threads)
    try {
      const { mse } = await evaluateModel({ inference, dataset: test, partitions: layOutPartitions(model.partitions), likelihood: model.likelihood, swapLimit: 2, ...limit === undefined ? {} : { limit } })
      return mse
    } finally {
      await inference.dispose()
    }
  }
  let [seconds, cpu] = [0, 0]
  for (let step = 0; step < totalSteps; step++) {
    const [wall, used] = [performance.now(), process.cpuUsage()]
    const bytes = await batches.read(Math.floor(step / batches.stepsPerEpoch), step % batches.stepsPerEpoch)
    const latentNoise = createRandom(seed, 'latent-noise', step).fillNormal(new Float32Array(batchSize * latentSizeOf(model.partitions)))
    await engine.step({ image: unitFromBytes(bytes), latentNoise, ...scheduleAt(step, totalSteps, config.fit, objective) })
    const { user, system } = process.cpuUsage(used)
    seconds += (performance.now() - wall) / 1e3
    cpu += (user + system) / 1e6
    if ((step + 1) % EVERY === 0 && await squaredError(1000) <= target) {
      const mse = await squaredError()
      if (mse <= target) {
        await engine.dispose()
        return { seconds, cpu, steps: step + 1, mse }
      }
    }
  }
  throw new Error(`expected a squared error of ${target} in ${epochs} epochs but found ${await squaredError()}`)
}

const mine = await ours()
console.log(`ours, preset mnist: ${mine.mse.toFixed(4)} after ${mine.steps} steps, ${mine.seconds.toFixed(1)} s (${mine.cpu.toFixed(1)} CPU s)`)
const environment = preparePython(['torch==2.13.0+cpu', 'numpy'])
if ('missing' in environment) {
  console.log(`PyTorch is skipped: ${environment.missing}`)
} else {
  const config = parseRunConfig(findPreset('paper-mnist').config)
  const options = { config, target, threads, directory: mnistDirectory(import.meta.url), every: 100, limit: Number(values.limit) }
  const peer: Reached = JSON.parse(execFileSync(environment.python, [fileURLToPath(new URL('quality.py', import.meta.url)), JSON.stringify(options)], {
    encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'],
  }))
  const reached = peer.mse <= target
  console.log(`PyTorch, the paper's network and recipe: ${peer.mse.toFixed(4)} after ${peer.steps} steps, ${peer.seconds.toFixed(1)} s (${peer.cpu.toFixed(1)} CPU s)${reached ? '' : ': not there yet'}`)
  console.log(`${reached ? '' : 'more than '}${(peer.seconds / mine.seconds).toFixed(0)} times sooner; CPU ${(peer.cpu / mine.cpu).toFixed(0)} times less`)
}
