/** `npm run bench:train`: a training step against PyTorch on equal networks and data, alternating in one run. */
import { join } from 'node:path'
import { readOptions } from './options.js'
import { findPeer, PYTORCH } from './python.js'
import { median, printHeader, printRow } from './table.js'
import { findNetwork, networks, type RacedNetwork } from './train/networks.js'
import { race, type Measurement, type Racer } from './train/racer.js'
import { startOurs, startTorch, type RaceSize } from './train/start.js'

const options = readOptions({
  name: 'bench:train',
  about: `Wall and CPU time of a training step and peak memory: of our blocked and plain forms, of PyTorch and, with
--tensorflow, of TensorFlow.js, on equal networks and data, alternating in one run. All rows take about 15 minutes.`,
  options: {
    networks: { help: 'names', default: Object.keys(networks).map(name => name.split(':')[0]!), smoke: ['b'] },
    batches: { help: 'images a step', default: [32, 128], smoke: [8] },
    threads: { help: 'of the computation', default: [1, 2], smoke: [1] },
    seconds: { help: 'a row', default: 20, smoke: 0.1 },
    tensorflow: {
      help: 'a folder with @tensorflow/tfjs-node or tfjs-node-gpu under its node_modules', default: undefined,
    },
    compile: { help: 'PyTorch through torch.compile', default: false },
  },
})
const python = findPeer('PyTorch', PYTORCH, options)
const PEERS = ['PyTorch', 'TensorFlow.js'] as const
const OURS = 'ours'
const PLAIN = 'plain'

async function startRacers (network: RacedNetwork, size: RaceSize): Promise<Racer[]> {
  // One after the other: each looks whether the machine is idle.
  const racers = [
    await startOurs(OURS, network, size, { lowering: 'auto' }),
    await startOurs(PLAIN, network, size, { lowering: 'plain' }),
  ]
  if (python !== undefined && network.hasPeer) racers.push(await startTorch(python, network, size, options.compile))
  if (options.tensorflow !== undefined) {
    const threads = String(size.threads)
    racers.push(await startOurs('TensorFlow.js', network, size, { kind: 'eager', backend: 'tensorflow' }, {
      NODE_PATH: join(options.tensorflow, 'node_modules'),
      TF_NUM_INTRAOP_THREADS: threads,
      OMP_NUM_THREADS: threads,
      TF_CPP_MIN_LOG_LEVEL: '2',
    }))
  }
  return racers
}

/** Median over rounds of a / b: what a machine does besides hits both of one round. */
const ratio = (a: Measurement[], b: Measurement[], key: keyof Measurement) =>
  median(a.map((ours, round) => ours[key] / b[round]![key]))

const NOTHING = '–'

async function measure (title: string, network: RacedNetwork, size: RaceSize): Promise<void> {
  const racers = await startRacers(network, size)
  const sizes = new Set(racers.map(({ parameters }) => parameters))
  if (sizes.size > 1) {
    throw new Error(`expected equal networks for ${title} but found ${[...sizes].join(' and ')} parameters`)
  }
  const results = await race(racers, options.seconds)
  for (const racer of racers) racer.stop()
  const timesOf = (who: string): Measurement[] | undefined => results[racers.findIndex(racer => racer.name === who)]
  const middle = (who: string, key: keyof Measurement) => {
    const times = timesOf(who)
    return times === undefined ? NOTHING : median(times.map(time => time[key])).toFixed(key === 'memory' ? 0 : 1)
  }
  const against = (who: string, key: keyof Measurement) => {
    const times = timesOf(who)
    return times === undefined ? NOTHING : ratio(timesOf(OURS)!, times, key).toFixed(2)
  }
  printRow([title, size.batchSize, size.threads,
    ...(['wall', 'cpu'] as const).flatMap(key => [OURS, PLAIN, ...PEERS].map(who => middle(who, key))),
    ...[OURS, ...PEERS].map(who => middle(who, 'memory')),
    ...PEERS.flatMap(who => (['wall', 'cpu', 'memory'] as const).map(key => against(who, key))),
    against(PLAIN, 'wall')])
}

printHeader(['network', 'batch', 'threads',
  ...['wall ms', 'CPU ms'].flatMap(what => [OURS, PLAIN, ...PEERS].map(name => `${what}: ${name}`)),
  'MiB: ours', ...PEERS.map(name => `MiB: ${name}`),
  ...PEERS.flatMap(name => ['wall', 'CPU', 'memory'].map(what => `${what}, ours / ${name}`)), 'wall, ours / plain'])
for (const name of options.networks) {
  const [title, create] = findNetwork(name)
  for (const batchSize of options.batches) {
    for (const threads of options.threads) await measure(title, create(), { batchSize, threads })
  }
}
