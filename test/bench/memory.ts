/** `npm run bench:memory`: whether a process that trains grows. */
import '../../trainer/foundation/heap.js'
import { latentSizeOf, pixelCount } from '@partition-vae/models'
import { createEngine } from '../../trainer/engine/create.js'
import { parseRunConfig } from '../../trainer/config/resolve.js'
import { createNetwork } from '../../trainer/model/create-network.js'
import { createRandom } from '../../trainer/random/index.js'
import { readOptions } from './options.js'
import { printHeader, printRow } from './table.js'

const { steps, points, threads } = readOptions({
  name: 'bench:memory',
  about: `Trains a tiny network and prints resident memory, V8's heap and the buffers outside it at some points, and
by how much resident memory rises from the first half's mean to the second's. Some minutes.`,
  options: {
    steps: { help: 'of 16 images', default: 100_000, smoke: 200 },
    points: { help: 'where memory is measured', default: 10, smoke: 4 },
    threads: { help: 'of the computation', default: 1 },
  },
})
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
const engine = await createEngine({ network, objective, adam: fit.adam, batchSize, seed: 0, threads })
console.log(`${engine.description}; ${steps} steps`)
const pixels = Float32Array.from({ length: batchSize * pixelCount(image) }, (_, i) => Number(i % 7 < 3))
const latentSize = latentSizeOf(model.partitions)
const resident: number[] = []
const MEBI = 2 ** 20
printHeader(['step', 'MiB resident', 'V8 heap', 'buffers outside it', 'loss'])
for (let step = 1; step <= steps; step++) {
  // A new array a step, as training has it.
  const latentNoise = createRandom(0, 'latent-noise', step).fillNormal(new Float32Array(batchSize * latentSize))
  const { loss } = await engine.step({ image: pixels.slice(), latentNoise, learningRate: 1e-3, beta: 1 })
  if (step % Math.floor(steps / points) !== 0) continue
  const { rss, heapUsed, external } = process.memoryUsage()
  resident.push(rss / MEBI)
  printRow([step, ...[rss, heapUsed, external].map(bytes => (bytes / MEBI).toFixed(1)), loss.toFixed(3)])
}
const mean = (numbers: number[]) => numbers.reduce((sum, value) => sum + value, 0) / numbers.length
const half = resident.length >> 1
const rise = mean(resident.slice(half)) - mean(resident.slice(0, half))
console.log(`second half − first half: ${rise.toFixed(1)} MiB`)
await engine.dispose()
