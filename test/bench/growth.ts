/**
 * `npm run bench:growth`: wall time of a training step against the batch (8 … 512), the image's side (28 … 160) and the network's width, ours beside
 * PyTorch's, as docs/figures/growth.png. `--axes batch,side,width`, `--seconds` a point, `--threads`, `--out DIR`. About 5 minutes.
 */
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { rasterise } from '../../trainer/report/svg.js'
import { createDirectory, writeFileAtomic } from '../../trainer/foundation/files.js'
import { drawGrowth, type Curve } from './growth/draw.js'
import { preparePython } from './python.js'
import { stridedNetwork } from './train/networks.js'
import { race } from './train/racer.js'
import { startOurs, startTorch } from './train/start.js'

const { values } = parseArgs({
  options: {
    axes: { type: 'string', default: 'batch,side,width' },
    seconds: { type: 'string', default: '6' },
    threads: { type: 'string', default: '2' },
    out: { type: 'string', default: 'docs/figures' },
  },
})
const threads = Number(values.threads)
const environment = preparePython(['torch==2.13.0+cpu', 'numpy'])
if ('missing' in environment) console.log(`PyTorch is skipped: ${environment.missing}`)

/** What each axis changes of a network of 28 × 28 pixels, 32 channels and a batch of 32. */
const axes: Readonly<Record<string, { title: string, at: number[], size: (value: number) => { batchSize?: number, side?: number, channels?: number } }>> = {
  batch: { title: 'batch (28 × 28, 32 channels)', at: [8, 32, 128, 512], size: batchSize => ({ batchSize }) },
  side: { title: 'image side (batch 32, 32 channels)', at: [28, 60, 100, 160], size: side => ({ side }) },
  width: { title: 'channels (batch 32, 28 × 28)', at: [8, 16, 32, 64, 128], size: channels => ({ channels }) },
}

const median = (numbers: number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!
const curves: Curve[] = []
for (const name of values.axes.split(',')) {
  const axis = axes[name]
  if (axis === undefined) throw new Error(`expected axes among ${Object.keys(axes).join()} but received ${name}`)
  const milliseconds: Record<string, number[]> = {}
  console.log(`| ${axis.title} | wall ms: ours | PyTorch | CPU ms: ours | PyTorch | wall, ours / PyTorch |\n|---|---|---|---|---|---|`)
  for (const value of axis.at) {
    const { batchSize = 32, side = 28, channels = 32 } = axis.size(value)
    const network = stridedNetwork(side, channels)
    // One after the other: ours looks whether the machine is idle.
    const racers = [await startOurs('ours', network, { batchSize, threads })]
    if ('python' in environment) racers.push(await startTorch(environment.python, network, { batchSize, threads }))
    const results = await race(racers, Number(values.seconds))
    for (const racer of racers) racer.stop()
    results.forEach((times, i) => (milliseconds[racers[i]!.name] ??= []).push(median(times.map(({ wall }) => wall))))
    const [own, torch] = results
    const middle = (key: 'wall' | 'cpu') => results.map(times => median(times.map(time => time[key])).toFixed(1))
    console.log(`| ${[value, ...middle('wall'), ...middle('cpu'), torch === undefined ? '–' : median(own!.map(({ wall }, round) => wall / torch[round]!.wall)).toFixed(2)].join(' | ')} |`)
  }
  curves.push({ title: axis.title, at: axis.at, milliseconds })
}
await createDirectory(resolve(values.out))
await writeFileAtomic(join(resolve(values.out), 'growth.png'), await rasterise(drawGrowth(curves)))
