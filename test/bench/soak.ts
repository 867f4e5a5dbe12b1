/**
 * `npm run bench:soak`: many mixed requests, a tenth of them hostile. Ends with 1 where the service does what it must
 * not.
 */
import sharp from 'sharp'
import { readOptions } from './options.js'
import { digitImages, photoImages } from './serve/images.js'
import { createBenchRepository, type BenchRepository } from './serve/models.js'
import { startService, type Server } from './serve/processes.js'
import { hostileTraffic } from './soak/hostile.js'
import { describeMemory, judgeMemory } from './soak/memory.js'
import { complaintsOf, countRestarts, describeFaults } from './soak/problems.js'
import { sendMix } from './soak/send.js'
import { goodTraffic, type Kind, type Material } from './soak/traffic.js'

const options = readOptions({
  name: 'bench:soak',
  about: `Many mixed requests to the service as built, with its default settings, a tenth of them hostile. Ends with 1
where an answer is wrong or missing, a worker restarts, the log complains or memory grows.`,
  options: {
    requests: { help: 'how many', default: 200_000, smoke: 400 },
    minutes: { help: 'stop after so long, however many were sent', default: 30, smoke: 5 },
    connections: { help: 'at a time', default: 32, smoke: 8 },
    hostile: { help: 'share of all requests', default: 0.1 },
    seed: { help: 'of the mix', default: 1 },
    // A smoke run is too short to warm up.
    growth: { help: 'MiB by which resident memory may grow after warm-up, the first quarter', default: 16, smoke: 256 },
    only: { help: 'kinds with this in their name alone', default: undefined },
  },
})
const MIB = 2 ** 20
const FAULTS_SHOWN = 20

async function prepareMaterial ({ digits, photos }: BenchRepository): Promise<Material> {
  const png = await digitImages()
  const webp = await Promise.all(png.map(image => sharp(image).webp({ lossless: true }).toBuffer()))
  return { digits, photos, png, jpeg: await photoImages(), webp }
}

/** @returns problems, one line each */
async function soak (server: Server, material: Material): Promise<string[]> {
  const { requests, minutes, only } = options
  const matching = (kinds: readonly Kind[]) => kinds.filter(({ name }) => only === undefined || name.includes(only))
  const [good, hostile] = [matching(goodTraffic(material)), matching(await hostileTraffic(material))]
  if (good.length + hostile.length === 0) {
    throw new Error(`expected a part of a kind's name for --only but received ${only}`)
  }
  const { done, seconds, statuses, faults, memory } = await sendMix(server, {
    ...options,
    good,
    hostile,
    share: good.length === 0 ? 1 : hostile.length === 0 ? 0 : options.hostile,
    say: line => console.log(line),
  })
  const restarts = await countRestarts(server.url)

  console.log(`\n${done} requests in ${seconds.toFixed(0)} s; ${statuses}`)
  const problems = describeFaults(faults)
  if (done < requests) problems.push(`only ${done} of ${requests} requests were sent in ${minutes} minutes`)
  if (!server.alive) problems.push('the service has ended')
  if (restarts !== 0) problems.push(`expected no worker restart but found ${restarts}`)
  const complaints = complaintsOf(server.output)
  if (complaints.length > 0) problems.push(`${complaints.length} lines in its log, such as ${complaints[0]}`)
  const verdict = judgeMemory(memory)
  if (verdict === undefined) {
    console.log('resident memory: not available, or too short a run to say')
  } else {
    console.log(describeMemory(verdict, 100_000))
    if (verdict.growth > options.growth * MIB) {
      problems.push(`resident memory grew by ${(verdict.growth / MIB).toFixed(1)} MiB, more than ${options.growth}`)
    }
  }
  return problems
}

const repository = await createBenchRepository()
try {
  const material = await prepareMaterial(repository)
  const server = await startService({ repository: repository.root })
  let code: number | null = null
  const problems = await soak(server, material).finally(async () => { code = await server.stop() })
  if (code !== 0) problems.push(`the service ended with ${code} on SIGTERM`)
  for (const problem of problems.slice(0, FAULTS_SHOWN)) console.log(`FAULT  ${problem}`)
  console.log(problems.length === 0 ? 'passed' : `failed: ${problems.length} kinds of faults`)
  if (problems.length > 0) process.exitCode = 1
} finally {
  await repository.remove()
}
