/** `npm run bench:growth`: how the time of a training step grows, ours beside PyTorch's, as docs/figures/growth.png. */
import { join, resolve } from 'node:path'
import { rasterise } from '../../trainer/report/svg.js'
import { createDirectory, writeFileAtomic } from '../../trainer/foundation/files.js'
import { drawGrowth, type Curve } from './growth/draw.js'
import { choose, readOptions, SMOKE_FOLDER } from './options.js'
import { findPeer, PYTORCH } from './python.js'
import { median, printHeader, printRow } from './table.js'
import { imagesNetwork, layersNetwork, stridedNetwork, type RacedNetwork } from './train/networks.js'
import { race } from './train/racer.js'
import { startOurs, startTorch } from './train/start.js'

interface Axis {
  readonly title: string
  readonly at: readonly number[]
  readonly batchSize?: number
  readonly network: (value: number) => RacedNetwork
}

const BATCH = 32

/**
 * What each axis changes of a network of 28 × 28 pixels, 32 channels and a batch of 32; and the preset for images of
 * any kind and those of layers, whose networks follow their size.
 */
const axes: Readonly<Record<string, Axis>> = {
  batch: { title: 'batch (28 × 28, 32 channels)', at: [8, 32, 128, 512], network: () => stridedNetwork(28, 32) },
  side: {
    title: 'image side (batch 32, 32 channels)', at: [28, 60, 100, 160], network: side => stridedNetwork(side, 32),
  },
  width: {
    title: 'channels (batch 32, 28 × 28)', at: [8, 16, 32, 64, 128], network: channels => stridedNetwork(28, channels),
  },
  images: {
    title: 'side, images (batch 8)', at: [28, 64, 128, 256, 512], batchSize: 8, network: imagesNetwork,
  },
  layers: {
    title: 'height, layers (batch 8)', at: [48, 96, 192, 384], batchSize: 8, network: layersNetwork,
  },
}

const options = readOptions({
  name: 'bench:growth',
  about: `Wall time of a training step against the batch (8 … 512), the image's side (28 … 160), the network's width,
and the side of the images of presets images (28 … 512) and table-tennis (48 … 384, without a peer), ours beside
PyTorch's, as a figure. About 8 minutes.`,
  options: {
    axes: { help: 'names', default: Object.keys(axes), smoke: ['batch', 'images'] },
    points: { help: 'on each axis, at most', default: Infinity, smoke: 2 },
    seconds: { help: 'a point', default: 6, smoke: 0.1 },
    threads: { help: 'of the computation', default: 2, smoke: 1 },
    out: { help: 'folder of growth.png', default: 'docs/figures', smoke: SMOKE_FOLDER },
  },
})
const { threads } = options
const python = findPeer('PyTorch', PYTORCH, options)

const curves: Curve[] = []
for (const name of options.axes) {
  const axis = choose('axes', name, axes)
  const at = axis.at.slice(0, options.points)
  const milliseconds: Record<string, number[]> = {}
  const columns = ['weights, millions', 'wall ms: ours', 'PyTorch', 'CPU ms: ours', 'PyTorch', 'wall, ours / PyTorch']
  printHeader([axis.title, ...columns])
  for (const value of at) {
    const batchSize = name === 'batch' ? value : axis.batchSize ?? BATCH
    const network = axis.network(value)
    // One after the other: ours looks whether the machine is idle.
    const racers = [await startOurs('ours', network, { batchSize, threads })]
    if (python !== undefined && network.hasPeer) racers.push(await startTorch(python, network, { batchSize, threads }))
    const results = await race(racers, options.seconds)
    for (const racer of racers) racer.stop()
    results.forEach((times, i) => (milliseconds[racers[i]!.name] ??= []).push(median(times.map(({ wall }) => wall))))
    const [own, torch] = results
    const middle = (key: 'wall' | 'cpu') =>
      [own, torch].map(times => times === undefined ? '–' : median(times.map(time => time[key])).toFixed(1))
    const ratios = torch === undefined ? [] : own!.map(({ wall }, round) => wall / torch[round]!.wall)
    const weights = (racers[0]!.parameters / 1e6).toFixed(2)
    const ratio = ratios.length === 0 ? '–' : median(ratios).toFixed(2)
    printRow([value, weights, ...middle('wall'), ...middle('cpu'), ratio])
  }
  curves.push({ title: axis.title, at, milliseconds })
}
const folder = resolve(options.out)
const file = join(folder, 'growth.png')
await createDirectory(folder)
await writeFileAtomic(file, await rasterise(drawGrowth(curves, 'ms a step')))
console.log(file)
