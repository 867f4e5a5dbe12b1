/**
 * `npm run bench:train`: wall and CPU time of a training step and peak memory, of our blocked and plain forms, of PyTorch and, with `--tensorflow DIR` (a
 * folder with @tensorflow/tfjs-node or tfjs-node-gpu under its node_modules), of TensorFlow.js, on equal networks and data, alternating in one run. All
 * rows take about 15 minutes; `--networks`, `--batches`, `--threads` choose some, `--seconds` is the time a row. `--compile`: PyTorch through torch.compile.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { preparePython } from './python.js'
import { networks, type RacedNetwork } from './train/networks.js'
import { race, type Measurement, type Racer } from './train/racer.js'
import { startOurs, startTorch, type RaceSize } from './train/start.js'

const { values: options } = parseArgs({
  options: {
    networks: { type: 'string', default: Object.keys(networks).map(name => name.split(':')[0]).join() },
    batches: { type: 'string', default: '32,128' },
    threads: { type: 'string', default: '1,2' },
    seconds: { type: 'string', default: '20' },
    tensorflow: { type: 'string' },
    compile: { type: 'boolean', default: false },
  },
})
const environment = preparePython(['torch==2.13.0+cpu', 'numpy'])
if ('missing' in environment) console.log(`PyTorch is skipped: ${environment.missing}`)
const PEERS = ['PyTorch', 'TensorFlow.js'] as const
const OURS = 'ours'
const PLAIN = 'plain'

async function startRacers (network: RacedNetwork, size: RaceSize): Promise<Racer[]> {
  // One after the other: each looks whether the machine is idle.
  const racers = [await startOurs(OURS, network, size, { lowering: 'auto' }), await startOurs(PLAIN, network, size, { lowering: 'plain' })]
  if ('python' in environment && network.hasPeer) racers.push(await startTorch(environment.python, network, size, options.compile))
  if (options.tensorflow !== undefined) {
    const threads = String(size.threads)
    racers.push(await startOurs('TensorFlow.js', network, size, { kind: 'eager', backend: 'tensorflow' },
      { NODE_PATH: join(options.tensorflow, 'node_modules'), TF_NUM_INTRAOP_THREADS: threads, OMP_NUM_THREADS: threads, TF_CPP_MIN_LOG_LEVEL: '2' }))
  }
  return racers
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!
/** Median over rounds of a / b: what a machine does besides hits both of one round. */
const ratio = (a: Measurement[], b: Measurement[], key: keyof Measurement) => median(a.map((ours, round) => ours[key] / b[round]![key]))

const NOTHING = '–'
const columns = ['network', 'batch', 'threads', ...['wall ms', 'CPU ms'].flatMap(what => [OURS, PLAIN, ...PEERS].map(name => `${what}: ${name}`)), 'MiB: ours', ...PEERS.map(name => `MiB: ${name}`),
  ...PEERS.flatMap(name => ['wall', 'CPU', 'memory'].map(what => `${what}, ours / ${name}`)), 'wall, ours / plain']
console.log(`| ${columns.join(' | ')} |\n|${columns.map(() => '---').join('|')}|`)
for (const name of options.networks.split(',')) {
  const [title, create] = Object.entries(networks).find(([key]) => key === name || key.startsWith(`${name}:`)) ?? []
  if (title === undefined || create === undefined) throw new Error(`expected networks among ${Object.keys(networks).join()} but received ${name}`)
  for (const batchSize of options.batches.split(',').map(Number)) {
    for (const threads of options.threads.split(',').map(Number)) {
      const racers = await startRacers(create(), { batchSize, threads })
      const sizes = new Set(racers.map(({ parameters }) => parameters))
      if (sizes.size > 1) throw new Error(`expected equal networks for ${name} but found ${[...sizes].join(' and ')} parameters`)
      const results = await race(racers, Number(options.seconds))
      for (const racer of racers) racer.stop()
      const of = (who: string): Measurement[] | undefined => results[racers.findIndex(racer => racer.name === who)]
      const middle = (who: string, key: keyof Measurement) => of(who) === undefined ? NOTHING : median(of(who)!.map(time => time[key])).toFixed(key === 'memory' ? 0 : 1)
      const against = (who: string, key: keyof Measurement) => of(who) === undefined ? NOTHING : ratio(of(OURS)!, of(who)!, key).toFixed(2)
      const cells = [title, batchSize, threads,
        ...(['wall', 'cpu'] as const).flatMap(key => [OURS, PLAIN, ...PEERS].map(who => middle(who, key))),
        ...[OURS, ...PEERS].map(who => middle(who, 'memory')),
        ...PEERS.flatMap(who => (['wall', 'cpu', 'memory'] as const).map(key => against(who, key))), against(PLAIN, 'wall')]
      console.log(`| ${cells.join(' | ')} |`)
    }
  }
}
