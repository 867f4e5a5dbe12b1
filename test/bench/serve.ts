/**
 * `npm run bench:serve`: this service against FastAPI + uvicorn + Pillow + onnxruntime on the same graphs and images,
 * alternating in one run.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpus } from 'node:os'
import { text } from 'node:stream/consumers'
import { choose, readOptions } from './options.js'
import { findPeer, SERVING } from './python.js'
import { compareAnswers } from './serve/agreement.js'
import { buildCases, type Case } from './serve/cases.js'
import type { InProcessJob } from './serve/in-process.js'
import { createBenchRepository } from './serve/models.js'
import { startBare, startPeer, startService, type Server } from './serve/processes.js'
import { race, startLoadGenerator, type LoadGenerator } from './serve/race.js'
import { describeRatios, describeSamples, describeTable, ratiosOf, type Outcome } from './serve/report.js'
import { measureTree } from './serve/tree.js'
import { sourceArguments } from './source-process.js'

const options = readOptions({
  name: 'bench:serve',
  about: `This service as built against FastAPI, uvicorn, Pillow and onnxruntime in one process: the same graphs,
images and requests, in turn. Everything takes about 11 minutes. The peer's Python environment is made on first use;
BENCH_PYTHON_ENV names its folder.`,
  options: {
    only: {
      help: 'cases',
      default: ['png-raw', 'png-multipart', 'jpeg', 'decode', 'traversal'],
      smoke: ['png-raw', 'traversal'],
    },
    connections: { help: 'at a time', default: [1, 8, 64], smoke: [2] },
    rounds: { help: 'of each side for each case and number of connections', default: 5, smoke: 1 },
    seconds: { help: 'of a run', default: 2, smoke: 0.5 },
    'warm-up': { help: 'seconds of each side before a case\'s first round', default: 5, smoke: 0.5 },
    workers: { help: 'of our service (default: its own, one for each core)', default: undefined },
    logs: { help: 'both sides log every request', default: false },
    peer: { help: 'the peer too; --no-peer: ours alone, without Python', default: true },
  },
})
const { rounds, seconds, connections } = options

async function measureInProcess (job: InProcessJob): Promise<number> {
  const stdio = ['pipe', 'pipe', 'inherit'] as ['pipe', 'pipe', 'inherit']
  const child = spawn(process.execPath, sourceArguments('serve/in-process.ts', import.meta.url), { stdio })
  child.stdin.end(JSON.stringify(job))
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'close')])
  if (code !== 0) throw new Error(`the in-process run ended with ${code}`)
  return Number(output)
}

interface Sides {
  readonly repository: string
  readonly load: LoadGenerator
  readonly ours: Server
  readonly peer: Server | undefined
  readonly bare: Server
}

/** Prints what each side takes; ours against the peer's, where there is one. */
async function raceCase (one: Case, { repository, load, ours, peer, bare }: Sides): Promise<Outcome[]> {
  const { name, description, images, card, requests } = one
  console.log(`\n${name}: ${description}`)
  if (peer !== undefined) {
    const difference = await compareAnswers(ours.url, peer.url, one)
    console.log(`  the same answer: largest difference ${difference.toExponential(1)}`)
    if (difference > one.tolerance) {
      throw new Error(`${name}: the two sides' answers are ${difference} apart, more than ${one.tolerance}`)
    }
  }
  if (images !== undefined) {
    const files = images.map(image => image.toString('base64'))
    const cpu = await measureInProcess({ repository, model: card.name, seconds, images: files })
    console.log(`  in process, one at a time, no HTTP: CPU ${cpu.toFixed(0)} µs/image`)
  }
  const racers = [ours, ...peer === undefined ? [] : [peer], ...one.bare ? [bare] : []]
  const outcomes: Outcome[] = []
  for (const [i, count] of connections.entries()) {
    const warmUp = i === 0 ? options['warm-up'] : 1
    const samples = await race(load, racers, { connections: count, seconds, rounds, warmUp, requests })
    console.log(` ${count} ${count === 1 ? 'connection' : 'connections'}`)
    racers.forEach((racer, i) => console.log(describeSamples(racer.name, samples[i]!)))
    if (peer === undefined) continue
    const ratios = ratiosOf(samples[0]!, samples[1]!)
    console.log(describeRatios(ratios))
    outcomes.push({ name, connections: count, ratios })
  }
  return outcomes
}

async function main (): Promise<void> {
  const python = options.peer ? findPeer('the peer', SERVING, options) : undefined
  const repository = await createBenchRepository()
  const servers: Server[] = []
  const load = startLoadGenerator()
  const started = async (server: Promise<Server>): Promise<Server> => {
    servers.push(await server)
    return server
  }
  try {
    const cases = Object.fromEntries((await buildCases(repository)).map(one => [one.name, one]))
    const chosen = options.only.map(name => choose('only', name, cases))
    const { root } = repository
    const settings = {
      LOG_LEVEL: options.logs ? 'info' : 'warn',
      ...options.workers !== undefined && { PVAE_WORKERS: options.workers },
    }
    const ours = await started(startService({ repository: root, settings }))
    const peer = python === undefined ? undefined : await started(startPeer(python, root, { accessLog: options.logs }))
    const bare = await started(startBare())
    const processor = `${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}`
    console.log(`Node ${process.version}, ${processor}; medians of ${rounds} rounds of ${seconds} s`)
    const outcomes: Outcome[] = []
    for (const one of chosen) outcomes.push(...await raceCase(one, { repository: root, load, ours, peer, bare }))

    console.log('\npeak memory of the process tree')
    for (const { name, pid } of servers) {
      const cost = measureTree(pid)
      const memory = cost === undefined ? 'not available' : `${(cost.peakMemory / 2 ** 20).toFixed(0)} MiB`
      console.log(`  ${name.padEnd(5)}${memory}`)
    }
    if (outcomes.length > 0) console.log(`\nours / peer, and what is promised\n${describeTable(outcomes).join('\n')}`)
  } finally {
    load.stop()
    await Promise.all(servers.map(server => server.stop()))
    await repository.remove()
  }
}

await main()
