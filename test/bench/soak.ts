/** `npm run bench:soak`: many mixed requests, a tenth of them hostile. Ends with 1 where the service does anything it must not. */
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { createRandom, type Random } from '../../trainer/random/index.js'
import { digitImages, photoImages } from './serve/images.js'
import { createBenchRepository, type BenchRepository } from './serve/models.js'
import { startService, type Server } from './serve/processes.js'
import { measureTree } from './serve/tree.js'
import { createClient, type Outcome } from './soak/client.js'
import { hostileTraffic } from './soak/hostile.js'
import { describeMemory, judgeMemory, type MemoryPoint } from './soak/memory.js'
import { goodTraffic, type Kind, type Material } from './soak/traffic.js'

const HELP = `npm run bench:soak -- [options]
  --requests N      how many (default 200000)
  --minutes M       stop after so long, however many were sent (default 30)
  --connections N   at a time (default 32)
  --hostile SHARE   of all requests (default 0.1)
  --seed N          of the mix (default 1)
  --growth MIB      how much resident memory may grow after warm-up, the first quarter (default 16)
  --only TEXT       kinds with this in their name alone
  --quick           5000 requests, 2 minutes, too few to warm up: memory may grow by 64 MiB
The service runs as built (npm run build), with its default settings.`

const { values: options } = parseArgs({
  options: {
    requests: { type: 'string' },
    minutes: { type: 'string' },
    connections: { type: 'string', default: '32' },
    hostile: { type: 'string', default: '0.1' },
    seed: { type: 'string', default: '1' },
    growth: { type: 'string' },
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

/** Milliseconds until a request counts as never answered. */
const DEADLINE = 60_000
const MIB = 2 ** 20
const FAULTS_SHOWN = 20

async function prepareMaterial ({ digits, photos }: BenchRepository): Promise<Material> {
  const png = await digitImages()
  return { digits, photos, png, jpeg: await photoImages(), webp: await Promise.all(png.map(image => sharp(image).webp({ lossless: true }).toBuffer())) }
}

/** Draws kinds by their weights. */
function createMix (kinds: readonly Kind[]): (random: Random) => Kind {
  const total = kinds.reduce((sum, { weight }) => sum + weight, 0)
  return random => {
    let left = random.uniform() * total
    return kinds.find(({ weight }) => (left -= weight) < 0) ?? kinds[0]!
  }
}

function faultOf ({ allowed }: Kind, outcome: Outcome): string | undefined {
  if (outcome.kind === 'aborted') return undefined
  if (outcome.kind === 'late') return 'no answer'
  if (outcome.kind === 'broken') return `broken: ${outcome.reason}`
  if (outcome.status === 503 || allowed(outcome.status)) return undefined
  return `${outcome.status} ${outcome.body.toString('utf8', 0, 300)}`
}

/** A line of the log that tells of an error, or of what no log is for; an overloaded service may say that it is. */
function isComplaint (line: string): boolean {
  try {
    const { level, err } = JSON.parse(line)
    return level >= 50 && err?.statusCode !== 503
  } catch {
    return line.trim() !== ''
  }
}

async function soak (server: Server, material: Material): Promise<string[]> {
  const requests = Number(options.requests ?? (options.quick ? 5000 : 200_000))
  const minutes = Number(options.minutes ?? (options.quick ? 2 : 30))
  const connections = Number(options.connections)
  const matching = (kinds: readonly Kind[]) => kinds.filter(({ name }) => options.only === undefined || name.includes(options.only))
  const [good, hostile] = [matching(goodTraffic(material)), matching(await hostileTraffic(material))]
  if (good.length + hostile.length === 0) throw new Error(`expected a part of a kind's name for --only but received ${options.only}`)
  const share = good.length === 0 ? 1 : hostile.length === 0 ? 0 : Number(options.hostile)
  const [drawGood, drawHostile] = [createMix(good), createMix(hostile)]
  const random = createRandom(Number(options.seed), 'soak')
  const client = createClient(server.url, { connections, deadline: DEADLINE })
  const statuses = new Map<string, number>()
  const faults = new Map<string, { count: number, example: string }>()
  const points: MemoryPoint[] = []
  const end = Date.now() + minutes * 60_000
  let sent = 0
  let done = 0

  async function connection (): Promise<void> {
    while (sent < requests && Date.now() < end && server.alive) {
      sent++
      const kind = random.uniform() < share ? drawHostile(random) : drawGood(random)
      const outcome = await client.send(kind.make(random))
      const status = outcome.kind === 'answer' ? String(outcome.status) : outcome.kind
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
      const fault = faultOf(kind, outcome)
      if (fault !== undefined) {
        const key = `${kind.name}: ${status}`
        faults.set(key, { count: (faults.get(key)?.count ?? 0) + 1, example: fault })
      }
      done++
    }
  }

  const describeStatuses = () => [...statuses].sort().map(([status, count]) => `${status}: ${count}`).join(', ')
  const began = Date.now()
  const over = new AbortController()
  async function watch (): Promise<void> {
    for (let tick = 1; !over.signal.aborted; tick++) {
      await delay(500)
      const cost = measureTree(server.pid)
      if (cost !== undefined) points.push({ requests: done, resident: cost.memory })
      if (tick % 20 !== 0) continue
      const memory = cost === undefined ? 'not available' : `${(cost.memory / MIB).toFixed(0)} MiB, ${cost.openFiles} files`
      console.log(`${done} of ${requests}, ${Math.round(done / (Date.now() - began) * 1e3)}/s, ${memory}; ${describeStatuses()}`)
    }
  }
  /** By its own metrics: a line of the log may be lost. */
  async function countRestarts (): Promise<number> {
    const outcome = await client.send({ method: 'GET', path: '/metrics' })
    if (outcome.kind !== 'answer') return NaN
    return Number(/^pvae_worker_restarts_total(?:\{[^}]*\})? (\d+)/m.exec(outcome.body.toString())?.[1] ?? NaN)
  }

  const watching = watch()
  await Promise.all(Array.from({ length: connections }, connection))
  over.abort()
  await watching
  const restarts = await countRestarts()
  client.close()

  console.log(`\n${done} requests in ${((Date.now() - began) / 1e3).toFixed(0)} s; ${describeStatuses()}`)
  const problems = [...faults].map(([key, { count, example }]) => `${count} × ${key}, such as ${example}`)
  if (done < requests) problems.push(`only ${done} of ${requests} requests were sent in ${minutes} minutes`)
  if (!server.alive) problems.push('the service has ended')
  if (restarts !== 0) problems.push(`expected no worker restart but found ${restarts}`)
  const complaints = server.output.filter(isComplaint)
  if (complaints.length > 0) problems.push(`${complaints.length} lines in its log, such as ${complaints[0]}`)
  const memory = judgeMemory(points)
  if (memory === undefined) {
    console.log('resident memory: not available, or too short a run to say')
  } else {
    console.log(describeMemory(memory, 100_000))
    const allowed = Number(options.growth ?? (options.quick ? 64 : 16))
    if (memory.growth > allowed * MIB) problems.push(`resident memory grew by ${(memory.growth / MIB).toFixed(1)} MiB, more than ${allowed}`)
  }
  return problems
}

async function main (): Promise<void> {
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
}

if (options.help) console.log(HELP)
else await main()
