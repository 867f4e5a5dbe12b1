/**
 * `npm run bench:train`: wall and CPU time of a training step and peak memory, of our blocked and plain lowerings and of PyTorch, on equal networks and
 * data, alternating in one run. All rows take about 12 minutes; `--networks`, `--batches`, `--threads` choose some, `--seconds` is the time a row.
 */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { preparePython } from './python.js'
import { networks } from './train/networks.js'
import { race, startRacer, type Measurement, type Racer } from './train/racer.js'

const { values: options } = parseArgs({
  options: {
    networks: { type: 'string', default: Object.keys(networks).join() },
    batches: { type: 'string', default: '32,128' },
    threads: { type: 'string', default: '1,2' },
    seconds: { type: 'string', default: '20' },
  },
})
const environment = preparePython(['torch==2.13.0+cpu', 'numpy'])
if ('missing' in environment) console.log(`PyTorch is skipped: ${environment.missing}`)

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!
const worker = fileURLToPath(new URL('train/worker.ts', import.meta.url))
const peer = fileURLToPath(new URL('train.py', import.meta.url))

async function startRacers (config: object): Promise<Racer[]> {
  const stdio = ['pipe', 'pipe', 'inherit'] as ['pipe', 'pipe', 'inherit']
  const ours = (lowering: string) => startRacer(lowering, spawn(process.execPath, [...process.execArgv, worker, JSON.stringify({ ...config, lowering })], { stdio }))
  return Promise.all([
    ours('auto'),
    ours('plain'),
    ...'python' in environment
      // Huge pages are PyTorch's to ask for.
      ? [startRacer('PyTorch', spawn(environment.python, [peer, JSON.stringify(config)], { stdio, env: { ...process.env, THP_MEM_ALLOC_ENABLE: '1' } }))]
      : [],
  ])
}

/** Median over rounds of a / b: what a machine does besides hits both of one round. */
const ratio = (a: Measurement[], b: Measurement[], key: keyof Measurement) => median(a.map((ours, round) => ours[key] / b[round]![key]))

const columns = ['network', 'batch', 'threads', 'wall ms: auto', 'plain', 'PyTorch', 'CPU ms: auto', 'plain', 'PyTorch', 'wall auto/PyTorch', 'CPU auto/PyTorch', 'wall auto/plain', 'MiB: auto', 'PyTorch', 'memory auto/PyTorch']
console.log(`| ${columns.join(' | ')} |\n|${columns.map(() => '---').join('|')}|`)
for (const name of options.networks.split(',')) {
  for (const batchSize of options.batches.split(',').map(Number)) {
    for (const threads of options.threads.split(',').map(Number)) {
      const network = Object.entries(networks).find(([key]) => key === name || key.startsWith(`${name}:`))
      if (network === undefined) throw new Error(`expected networks among ${Object.keys(networks).join()} but received ${name}`)
      const racers = await startRacers({ ...network[1](), batchSize, threads })
      const sizes = new Set(racers.map(({ parameters }) => parameters))
      if (sizes.size > 1) throw new Error(`expected equal networks for ${name} but found ${[...sizes].join(' and ')} parameters`)
      const [auto, plain, torch] = await race(racers, Number(options.seconds))
      for (const racer of racers) racer.stop()
      const middle = (times: Measurement[] | undefined, key: keyof Measurement) => times === undefined ? '–' : median(times.map(time => time[key])).toFixed(key === 'memory' ? 0 : 1)
      const against = (times: Measurement[] | undefined, key: keyof Measurement) => times === undefined ? '–' : ratio(auto!, times, key).toFixed(2)
      const cells = [network[0], batchSize, threads,
        ...[auto, plain, torch].map(times => middle(times, 'wall')), ...[auto, plain, torch].map(times => middle(times, 'cpu')),
        against(torch, 'wall'), against(torch, 'cpu'), against(plain, 'wall'), middle(auto, 'memory'), middle(torch, 'memory'), against(torch, 'memory')]
      console.log(`| ${cells.join(' | ')} |`)
    }
  }
}
