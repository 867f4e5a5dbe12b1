/**
 * Trains as its process's only work, on images from their source and on images in memory in turn: the time of a step.
 */
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pixelCount } from '@partition-vae/models'
import type { RunConfig } from '../../../trainer/config/schema.js'
import { createMemoryDataset, openDataset, type ImageDataset } from '../../../trainer/data/index.js'
import { createEngine } from '../../../trainer/engine/create.js'
import { createNetwork } from '../../../trainer/model/create-network.js'
import { createBatchSource } from '../../../trainer/fit/batch-source.js'
import { fit } from '../../../trainer/fit/loop.js'
import { createRun } from '../../../trainer/fit/run-directory.js'
import { median } from '../table.js'
import { measureShuffle, type ShuffleQuality } from './shuffle.js'

/** Milliseconds. */
interface Times { readonly wall: number, readonly cpu: number }

export interface Measured {
  readonly count: number
  /** Seconds. */
  readonly opening: number
  /** MiB at most. */
  readonly memory: number
  /** MiB of all images. */
  readonly size: number
  /** Of a step. */
  readonly source: Times
  readonly inMemory: Times
  /** Milliseconds of the main thread for a batch. */
  readonly reading: number
  readonly readingMemory: number
  readonly shuffle: ShuffleQuality
}

const { config, steps, rounds, inMemory, threads } = JSON.parse(process.argv[2]!) as {
  config: RunConfig, steps: number, rounds: number, inMemory: number, threads: number
}
const { model, objective, seed, fit: { adam, batchSize, gradientClip } } = config
const MIB = 2 ** 20

/** Medians over steps of the real loop. */
async function timeSteps (dataset: ImageDataset): Promise<Times> {
  const runs = await mkdtemp(join(tmpdir(), 'pvae-folder-'))
  const run = await createRun({ runs, name: 'run' }, config)
  const abort = new AbortController()
  const walls: number[] = []
  const cpus: number[] = []
  let wall = performance.now()
  let cpu = process.cpuUsage()
  try {
    await fit({
      config,
      network,
      engine,
      batches: createBatchSource(dataset, { batchSize, seed }),
      dataFingerprint: dataset.fingerprint,
      run,
      signal: abort.signal,
      onStep ({ step }) {
        const used = process.cpuUsage(cpu)
        // The first steps also open files and fill caches.
        if (step > 3) {
          walls.push(performance.now() - wall)
          cpus.push((used.user + used.system) / 1e3)
        }
        wall = performance.now()
        cpu = process.cpuUsage()
        if (step === steps) abort.abort()
      },
    })
  } finally {
    await run.close()
    await rm(runs, { recursive: true, force: true })
  }
  return { wall: median(walls), cpu: median(cpus) }
}

/** Milliseconds of the main thread for each batch, when batches are all it reads. */
async function timeReading (dataset: ImageDataset): Promise<number> {
  const source = createBatchSource(dataset, { batchSize, seed })
  const batches = Math.min(300, source.stepsPerEpoch)
  await source.read(0, 0)
  const began = mainThreadMilliseconds()
  for (let step = 0; step < batches; step++) await source.read(0, step)
  return (mainThreadMilliseconds() - began) / batches
}

/** Time on a processor of the thread that JavaScript runs on, where the system tells (Linux). */
function mainThreadMilliseconds (): number {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6
  } catch {
    return NaN
  }
}

async function readFirst (dataset: ImageDataset, count: number): Promise<ImageDataset> {
  const images = new Uint8Array(count * pixelCount(dataset.shape))
  await dataset.read(Uint32Array.from({ length: count }, (_, i) => i), images)
  return createMemoryDataset({ name: 'memory', shape: dataset.shape, images })
}

const opened = performance.now()
const { train, test } = await openDataset(config.data)
const opening = (performance.now() - opened) / 1e3
const network = createNetwork(model, train.shape)
const engine = await createEngine({ network, objective, adam, batchSize, seed, gradientClip, threads })
await timeSteps(train)
const memory = process.resourceUsage().maxRSS / 1024
const shuffle = await measureShuffle(train, batchSize)
const small = await readFirst(train, Math.min(inMemory, train.count))
const sourceTimes: Times[] = []
const memoryTimes: Times[] = []
for (let round = 0; round < rounds; round++) {
  sourceTimes.push(await timeSteps(train))
  memoryTimes.push(await timeSteps(small))
}
const summarise = (times: readonly Times[]): Times =>
  ({ wall: median(times.map(({ wall }) => wall)), cpu: median(times.map(({ cpu }) => cpu)) })
const measured: Measured = {
  count: train.count,
  opening,
  memory,
  size: train.count * pixelCount(train.shape) / MIB,
  source: summarise(sourceTimes),
  inMemory: summarise(memoryTimes),
  reading: await timeReading(train),
  readingMemory: await timeReading(small),
  shuffle,
}
console.log(JSON.stringify(measured))
await engine.dispose()
await Promise.all([train.close(), test.close()])
