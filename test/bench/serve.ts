/** `npm run bench:serve`: this service against FastAPI + uvicorn + Pillow + onnxruntime on the same graphs and images, alternating in one run. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { preparePython } from './python.js'
import { compareAnswers } from './serve/agreement.js'
import { buildCases, type Case } from './serve/cases.js'
import type { InProcessJob } from './serve/in-process.js'
import { createBenchRepository } from './serve/models.js'
import { startBare, startPeer, startService, type Server } from './serve/processes.js'
import { race, startLoadGenerator } from './serve/race.js'
import { describeRatios, describeSamples, describeTable, ratiosOf, type Outcome } from './serve/report.js'
import { measureTree } from './serve/tree.js'

const PACKAGES = ['fastapi', 'uvicorn', 'httptools', 'uvloop', 'python-multipart', 'pillow', 'numpy', 'onnxruntime']

const HELP = `npm run bench:serve -- [options]
  --only NAMES          cases, between commas: png-raw, png-multipart, jpeg, decode, traversal (default: all)
  --connections LIST    between commas (default 1,8,64)
  --rounds N            runs of each side for each case and number of connections (default 5)
  --seconds S           length of a run (default 2: everything takes about 11 minutes)
  --workers N           workers of our service (default: its own, cores − 1)
  --logs                both sides log every request (default: neither)
  --no-peer             ours alone, without Python
  --quick               2 rounds of 1 s, at 8 connections, hardly warmed up: shows that it works, not how fast it is
The service runs as built (npm run build). The peer's Python environment is made on first use; BENCH_PYTHON_ENV names its folder.`

const { values: options } = parseArgs({
  allowNegative: true,
  options: {
    only: { type: 'string' },
    connections: { type: 'string' },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    workers: { type: 'string' },
    logs: { type: 'boolean', default: false },
    peer: { type: 'boolean', default: true },
    quick: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

function positive (name: string, text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new Error(`expected a number above 0 for --${name} but received ${text}`)
  return value
}

function choose (cases: readonly Case[], only: string | undefined): readonly Case[] {
  if (only === undefined) return cases
  return only.split(',').map(name => {
    const found = cases.find(one => one.name === name)
    if (found === undefined) throw new Error(`expected some of ${cases.map(({ name }) => name).join(', ')} for --only but received ${name}`)
    return found
  })
}

async function measureInProcess (job: InProcessJob): Promise<number> {
  const child = spawn(process.execPath, ['--conditions=partition-vae-source', '--import=tsx', fileURLToPath(new URL('serve/in-process.ts', import.meta.url))],
    { stdio: ['pipe', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => { text += chunk })
  child.stdin.end(JSON.stringify(job))
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`the in-process run ended with ${code}`)
  return Number(text)
}

async function main (): Promise<void> {
  const rounds = positive('rounds', options.rounds ?? (options.quick ? '2' : '5'))
  const seconds = positive('seconds', options.seconds ?? (options.quick ? '1' : '2'))
  const connections = (options.connections ?? (options.quick ? '8' : '1,8,64')).split(',').map(text => positive('connections', text))
  const environment = options.peer ? preparePython(PACKAGES) : { missing: '--no-peer' }
  if ('missing' in environment) console.log(`the peer is skipped: ${environment.missing}`)

  const repository = await createBenchRepository()
  const servers: Server[] = []
  const load = startLoadGenerator()
  try {
    const cases = choose(await buildCases(repository), options.only)
    const ours = await startService({
      repository: repository.root,
      settings: { LOG_LEVEL: options.logs ? 'info' : 'warn', ...options.workers !== undefined && { PVAE_WORKERS: options.workers } },
    })
    servers.push(ours)
    const peer = 'python' in environment ? await startPeer(environment.python, repository.root, { accessLog: options.logs }) : undefined
    if (peer !== undefined) servers.push(peer)
    const bare = await startBare()
    servers.push(bare)
    console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}; medians of ${rounds} rounds of ${seconds} s`)

    const outcomes: Outcome[] = []
    for (const one of cases) {
      const { name, description, images, card } = one
      console.log(`\n${name}: ${description}`)
      if (peer !== undefined) {
        const difference = await compareAnswers(ours.url, peer.url, one)
        console.log(`  the same answer: largest difference ${difference.toExponential(1)}`)
        if (difference > one.tolerance) throw new Error(`${name}: the two sides' answers are ${difference} apart, more than ${one.tolerance}`)
      }
      if (images !== undefined) {
        const cpu = await measureInProcess({ repository: repository.root, model: card.name, seconds, images: images.map(image => image.toString('base64')) })
        console.log(`  in process, one at a time, no HTTP: CPU ${cpu.toFixed(0)} µs/image`)
      }
      const racers = [ours, ...peer === undefined ? [] : [peer], ...one.bare ? [bare] : []]
      for (const [i, count] of connections.entries()) {
        const warmUp = i === 0 && !options.quick ? 5 : 1
        const samples = await race(load, racers, { connections: count, seconds, rounds, warmUp, requests: one.requests })
        console.log(` ${count} ${count === 1 ? 'connection' : 'connections'}`)
        racers.forEach((racer, i) => console.log(describeSamples(racer.name, samples[i]!)))
        if (peer === undefined) continue
        const ratios = ratiosOf(samples[0]!, samples[1]!)
        console.log(describeRatios(ratios))
        outcomes.push({ name, connections: count, ratios })
      }
    }

    console.log('\npeak memory of the process tree')
    for (const { name, pid } of servers) {
      const cost = measureTree(pid)
      console.log(`  ${name.padEnd(5)}${cost === undefined ? 'not available' : `${(cost.peakMemory / 2 ** 20).toFixed(0)} MiB`}`)
    }
    if (outcomes.length > 0) console.log(`\nours / peer, and what is promised\n${describeTable(outcomes).join('\n')}`)
  } finally {
    load.stop()
    await Promise.all(servers.map(server => server.stop()))
    await repository.remove()
  }
}

if (options.help) console.log(HELP)
else await main()
