/**
 * `npm run bench:shapes`: what a network's shape costs for the quality it gives. Trains networks of different shapes on MNIST by the bare ELBO, from one
 * seed, and draws the test ELBO against CPU seconds of training as docs/figures/shapes.png, or `--figure FILE`. `--steps` of 128 images, `--shapes`.
 */
import { parseArgs } from 'node:util'
import { latentSizeOf, pixelCount, unitFromBytes } from '@partition-vae/models'
import { findPreset } from '../../trainer/config/presets.js'
import { parseRunConfig } from '../../trainer/config/resolve.js'
import { createEpoch } from '../../trainer/data/batches.js'
import { openMnist } from '../../trainer/data/mnist.js'
import { createEngine } from '../../trainer/engine/create.js'
import { PALETTE } from '../../trainer/report/draw-chart.js'
import { drawPanels, type Curve } from '../../trainer/report/panels.js'
import { rasterise } from '../../trainer/report/svg.js'
import { writeFileAtomic } from '../../trainer/foundation/files.js'
import { createRandom } from '../../trainer/random/index.js'
import { createNetwork } from '../../trainer/model/create-network.js'

const BATCH = 128
const TEST_BATCHES = 16
const strided = (...channels: number[]) => channels.map(channels => ({ channels, kernel: 4, downsample: 'stride' }))
const FULL = { factor: 1, interpolation: 'nearest' }

/** Parts of the preset mnist's model, which has f = 2, that each shape replaces; the others have f = 1. All are Bernoulli at full resolution, so that their ELBOs compare. */
const shapes: Readonly<Record<string, object>> = {
  preset: {},
  transposed: {
    subresolution: FULL,
    encoder: { blocks: strided(32, 64), hidden: [128] },
    decoder: { hidden: [128], base: 64, blocks: [64, 32].map(channels => ({ channels, kernel: 4, upsample: 'transposed' })), outputKernel: 3 },
  },
  'blocks of 4': {
    subresolution: FULL,
    encoder: { blocks: [{ channels: 32, kernel: 4, downsample: 'stride-4' }, { channels: 64, kernel: 3, downsample: 'none' }, { channels: 64, kernel: 3, downsample: 'stride' }], hidden: [128] },
    decoder: { hidden: [128], base: 32, blocks: [{ channels: 64, kernel: 3, upsample: 'none' }], outputKernel: 3, outputBlock: 4 },
  },
  'blocks of 2': {
    subresolution: FULL,
    encoder: { blocks: strided(32, 64, 64), hidden: [128] },
    decoder: { hidden: [128], base: 32, blocks: [{ channels: 32, kernel: 4, upsample: 'transposed' }], outputKernel: 3, outputBlock: 2 },
  },
}

const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '900' },
    every: { type: 'string', default: '100' },
    shapes: { type: 'string', default: Object.keys(shapes).join() },
    threads: { type: 'string', default: '1' },
    figure: { type: 'string', default: 'docs/figures/shapes.png' },
  },
})
const { train, test } = await openMnist()
const { config: preset } = findPreset('mnist')
const bytes = new Uint8Array(BATCH * pixelCount(test.shape))
const cpuSeconds = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1e6 }

/** Test ELBO (nats an image, negative) against CPU seconds. */
async function curveOf (model: object): Promise<Array<[number, number]>> {
  const config = parseRunConfig({ ...preset, model: { ...preset.model as object, likelihood: { kind: 'bernoulli' }, ...model }, objective: {} })
  const { objective, seed, fit: { adam } } = config
  const network = createNetwork(config.model, train.shape)
  const engine = await createEngine({ network, objective, adam, batchSize: BATCH, seed, threads: Number(values.threads) })
  const noise = (stream: string, at: number) => createRandom(config.seed, stream, at).fillNormal(new Float32Array(BATCH * latentSizeOf(config.model.partitions)))
  const points: Array<[number, number]> = []
  const perEpoch = Math.floor(train.count / BATCH)
  let seconds = 0
  for (let step = 0; step < Number(values.steps); step++) {
    const { images } = await createEpoch(train, { batchSize: BATCH, seed: config.seed, epoch: Math.floor(step / perEpoch) }).read(step % perEpoch)
    const began = cpuSeconds()
    await engine.step({ image: unitFromBytes(images), latentNoise: noise('latent', step), learningRate: 2e-3, beta: 1 })
    seconds += cpuSeconds() - began
    if ((step + 1) % Number(values.every) !== 0) continue
    const state = await engine.readState()
    let loss = 0
    for (let batch = 0; batch < TEST_BATCHES; batch++) {
      await test.read(Uint32Array.from({ length: BATCH }, (_, i) => batch * BATCH + i), bytes)
      // A step at rate 0 tells the loss; what it changes is put back.
      loss += (await engine.step({ image: unitFromBytes(bytes), latentNoise: noise('test', batch), learningRate: 0, beta: 1 })).loss / TEST_BATCHES
    }
    await engine.writeState(state)
    points.push([seconds, -loss])
  }
  await engine.dispose()
  return points
}

console.log('| shape | CPU ms a step | steps | test ELBO |\n|---|---|---|---|')
const curves: Curve[] = []
for (const name of values.shapes.split(',')) {
  if (shapes[name] === undefined) throw new Error(`expected shapes among ${Object.keys(shapes).join()} but received ${name}`)
  const points = await curveOf(shapes[name])
  const [seconds, elbo] = points.at(-1)!
  console.log(`| ${[name, (1000 * seconds / Number(values.steps)).toFixed(1), values.steps, elbo.toFixed(1)].join(' | ')} |`)
  curves.push({ name, points, color: PALETTE[curves.length]! })
}
const latest = Math.max(...curves.flatMap(({ points }) => points.map(([seconds]) => seconds)))
const svg = drawPanels('shapes', [{ title: 'Test ELBO of MNIST', x: { name: 'CPU seconds', min: 0, max: latest }, unit: 'nats an image', curves }], 1)
await writeFileAtomic(values.figure, await rasterise(svg))
await Promise.all([train.close(), test.close()])
