import { latentSizeOf, pixelCount, type ImageShape } from '@partition-vae/models'
import type { RunConfig } from '../../../trainer/config/schema.js'
import { createEngine } from '../../../trainer/engine/create.js'
import { scheduleAt } from '../../../trainer/fit/schedule.js'
import { createNetwork } from '../../../trainer/model/create-network.js'
import { createRandom } from '../../../trainer/random/index.js'
import { median } from '../table.js'

const ROUNDS = 7

export interface TimingOptions {
  readonly threads: number
  /** Milliseconds of steps a turn, as near as that may be foretold. */
  readonly turn: number
}

/**
 * CPU milliseconds of a training step of each config: medians of turns that alternate, so that what else the machine
 * does hits all of them.
 */
export async function timeSteps (
  configs: readonly RunConfig[], image: ImageShape, options: TimingOptions
): Promise<number[]> {
  const racers = await Promise.all(configs.map(config => createRacer(config, image, options)))
  const times = racers.map((): number[] => [])
  try {
    for (let round = 0; round < ROUNDS; round++) {
      for (const [i, { steps, run }] of racers.entries()) times[i]!.push(await run(steps))
    }
  } finally {
    for (const { engine } of racers) await engine.dispose()
  }
  return times.map(median)
}

async function createRacer ({ model, objective, seed, fit }: RunConfig, image: ImageShape, options: TimingOptions) {
  const { threads, turn } = options
  const { adam, batchSize, gradientClip } = fit
  const network = createNetwork(model, image)
  const engine = await createEngine({ network, objective, adam, gradientClip, batchSize, seed, threads })
  const random = createRandom(seed, 'bench')
  const pixels = Float32Array.from({ length: batchSize * pixelCount(image) }, () => random.uniform())
  const noise = (size: number) => {
    const values = new Float32Array(batchSize * size)
    random.fillNormal(values)
    return values
  }
  const { scheduled, ...rates } = scheduleAt(0, 1, fit, objective)
  const inputs = {
    ...rates,
    image: pixels,
    latentNoise: noise(latentSizeOf(model.partitions)),
    ...objective.inputNoise > 0 ? { imageNoise: noise(pixelCount(image)) } : {},
    scheduled: { ...network.scheduleAt(0, 1), ...scheduled },
  }
  const run = async (steps: number) => {
    const before = process.cpuUsage()
    for (let step = 0; step < steps; step++) await engine.step(inputs)
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1000 / steps
  }
  await run(2) // what the first steps allocate
  return { engine, run, steps: Math.max(1, Math.ceil(turn / await run(1))) }
}
