/**
 * Our side of the training benchmark, with the protocol of train.py: for every line N on standard input runs N steps
 * and prints their times.
 */
import '../../../trainer/foundation/heap.js'
import { createInterface } from 'node:readline'
import { latentSizeOf } from '@partition-vae/models'
import { createEngine } from '../../../trainer/engine/create.js'
import { createNetwork } from '../../../trainer/model/create-network.js'
import { createRandom } from '../../../trainer/random/index.js'

const { model, objective, image, batchSize, threads, gradientClip, engine: choice } = JSON.parse(process.argv[2]!)
const { height, width, channels } = image
const adam = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 }
const network = createNetwork(model, image)
const engine = await createEngine({ network, objective, gradientClip, adam, batchSize, seed: 0, threads, ...choice })
const random = createRandom(0, 'bench')
const pixels = Float32Array.from({ length: batchSize * height * width * channels }, () => random.uniform())
const latentNoise = new Float32Array(batchSize * latentSizeOf(model.partitions))
/** Late enough for every stage to have begun. */
const [AT, OF] = [3000, 10000]

async function step (): Promise<void> {
  random.fillNormal(latentNoise)
  await engine.step({ image: pixels, latentNoise, learningRate: 1e-3, beta: 1, scheduled: network.scheduleAt(AT, OF) })
}

for (let i = 0; i < 3; i++) await step()
const { weights } = await engine.readState()
const parameters = Object.values(weights).reduce((sum, { values }) => sum + values.length, 0)
console.log(JSON.stringify({ parameters, description: engine.description }))
for await (const line of createInterface({ input: process.stdin })) {
  const count = Number(line)
  const [wall, cpu] = [performance.now(), process.cpuUsage()]
  for (let i = 0; i < count; i++) await step()
  const used = process.cpuUsage(cpu)
  console.log(JSON.stringify({
    wall: (performance.now() - wall) / count,
    cpu: (used.user + used.system) / 1e3 / count,
    memory: process.resourceUsage().maxRSS / 1024, // MiB
  }))
}
