/**
 * `npm run bench:memory`: whether a process that trains grows. Takes 100,000 steps of a tiny network (`--steps`) and prints resident memory, V8's heap and
 * the buffers outside it at `--points` places, and by how much resident memory rises from the first half's mean to the second's. Some minutes.
 */
import '../../trainer/foundation/heap.js'
import { parseArgs } from 'node:util'
import { latentSizeOf, pixelCount } from '@partition-vae/models'
import { createEngine } from '../../trainer/engine/create.js'
import { parseRunConfig } from '../../trainer/config/resolve.js'
import { createRandom } from '../../trainer/random/index.js'
import { createNetwork } from '../../trainer/model/create-network.js'

const { values } = parseArgs({ options: { steps: { type: 'string', default: '100000' }, points: { type: 'string', default: '10' }, threads: { type: 'string', default: '1' } } })
const [steps, points] = [Number(values.steps), Number(values.points)]
const image = { height: 8, width: 8, channels: 1 }
const batchSize = 16
const { model, objective, fit } = parseRunConfig({
  name: 'tiny',
  data: { source: 'mnist' },
  model: {
    partitions: [{ name: 'a', size: 2 }, { name: 'b', size: 2 }],
    encoder: { blocks: [{ channels: 16, kernel: 3, downsample: 'stride' }], hidden: [] },
    decoder: { hidden: [], base: 16, blocks: [{ channels: 16, kernel: 3, upsample: 'transposed' }], outputKernel: 3 },
    likelihood: { kind: 'bernoulli' },
  },
  fit: { epochs: 1, batchSize, learningRate: 1e-3 },
})
const network = createNetwork(model, image)
const engine = await createEngine({ network, objective, adam: fit.adam, batchSize, seed: 0, threads: Number(values.threads) })
console.log(`${engine.description}; ${steps} steps`)
const pixels = Float32Array.from({ length: batchSize * pixelCount(image) }, (_, i) => Number(i % 7 < 3))
const resident: number[] = []
const MEBI = 2 ** 20
console.log('| step | MiB resident | V8 heap | buffers outside it | loss |\n|---|---|---|---|---|')
for (let step = 1; step <= steps; step++) {
  // A new array a step, as training has it.
  const latentNoise = createRandom(0, 'latent-noise', step).fillNormal(new Float32Array(batchSize * latentSizeOf(model.partitions)))
  const { loss } = await engine.step({ image: pixels.slice(), latentNoise, learningRate: 1e-3, beta: 1 })
  if (step % Math.floor(steps / points) !== 0) continue
  const { rss, heapUsed, external } = process.memoryUsage()
  resident.push(rss / MEBI)
  console.log(`| ${[step, ...[rss, heapUsed, external].map(bytes => (bytes / MEBI).toFixed(1)), loss.toFixed(3)].join(' | ')} |`)
}
const mean = (numbers: number[]) => numbers.reduce((sum, value) => sum + value, 0) / numbers.length
const half = resident.length >> 1
console.log(`second half − first half: ${(mean(resident.slice(half)) - mean(resident.slice(0, half))).toFixed(1)} MiB`)
await engine.dispose()
