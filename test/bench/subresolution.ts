/** `npm run bench:subresolution`: what decoding at 1/f of the resolution costs and saves. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { DataSplits, ImageDataset } from '../../trainer/data/dataset.js'
import { batchesPerEpoch, openDataset } from '../../trainer/data/index.js'
import { PALETTE } from '../../trainer/report/draw-chart.js'
import { drawPanels, type Panel } from '../../trainer/report/panels.js'
import { rasterise } from '../../trainer/report/svg.js'
import { createDirectory, writeFileAtomic } from '../../trainer/foundation/files.js'
import { choose, readOptions, SMOKE_FOLDER } from './options.js'
import { trainVariant, valueAt, type Point } from './subresolution/curves.js'
import { timeSteps } from './subresolution/step-time.js'
import { digits, layers, withoutDoubling, type Comparison } from './subresolution/variants.js'
import { printHeader, printRow } from './table.js'

const options = readOptions({
  name: 'bench:subresolution',
  about: `Trains the paper's and our MNIST network at f = 1, 2, 4, nearest and bilinear, and layers that grow from a
coarser resolution beside layers that do not; prints the time of a step, and −ELBO and squared error on the test
images at equal steps and at equal time, and draws them.`,
  options: {
    only: { help: 'comparisons', default: ['paper-mnist', 'mnist', 'layers'], smoke: ['mnist'] },
    epochs: { help: 'of MNIST', default: 5, smoke: 1 },
    images: { help: 'of MNIST\'s splits at most', default: 60_000, smoke: 256 },
    'scene-epochs': { help: 'of drawn scenes', default: 3, smoke: 2 },
    scenes: { help: 'that are drawn', default: 20_000, smoke: 96 },
    turn: { help: 'milliseconds of steps that are timed at once', default: 300, smoke: 1 },
    threads: { help: 'of the computation', default: 1 },
    figure: { help: 'file', default: 'docs/figures/subresolution.png', smoke: join(SMOKE_FOLDER, 'subresolution.png') },
  },
})
const { threads, turn } = options

/** The first images of each split. */
function cut ({ train, test, ...rest }: DataSplits): DataSplits {
  const first = (split: ImageDataset): ImageDataset => ({ ...split, count: Math.min(options.images, split.count) })
  return { ...rest, train: first(train), test: first(test) }
}

const size = { height: 48, width: 64 }
const scenes = await openDataset({ source: 'table-tennis', count: options.scenes, testCount: 1000, ...size, seed: 0 })
const mnist = cut(await openDataset({ source: 'mnist' }))
const sceneSteps = batchesPerEpoch(scenes.train, 32)
const comparisons: Readonly<Record<string, readonly [Comparison, DataSplits]>> = {
  'paper-mnist': [digits('paper-mnist', 'MNIST, the paper\'s network', options.epochs), mnist],
  mnist: [digits('mnist', 'MNIST, preset mnist', options.epochs, withoutDoubling), mnist],
  layers: [layers('Table tennis in layers', options['scene-epochs'], sceneSteps), scenes],
}

interface Result { readonly name: string, readonly ratio: number, readonly points: readonly Point[] }

async function compare ({ title, variants }: Comparison, data: DataSplits, runs: string): Promise<Result[]> {
  const phases = variants.flatMap(({ phases }) => phases)
  const times = await timeSteps(phases.map(({ timed }) => timed), data.train.shape, { threads, turn })
  const results: Result[] = []
  for (const [i, variant] of variants.entries()) {
    const first = variants.slice(0, i).reduce((sum, { phases }) => sum + phases.length, 0)
    const name = `${title}-${i}`.toLowerCase().replace(/\W+/g, '-')
    const points = await trainVariant(variant, { stepMilliseconds: times.slice(first), data, runs, name, threads })
    const { seconds } = points.at(-1)!
    results.push({ name: variant.name, ratio: seconds / (results[0]?.points.at(-1)!.seconds ?? seconds), points })
  }
  return results
}

/** Equal time: when the fastest of them had done all its steps. */
function print (title: string, results: readonly Result[]): void {
  const fastest = Math.min(...results.map(({ points }) => points.at(-1)!.seconds))
  const { step } = results[0]!.points.at(-1)!
  console.log(`\n**${title}**\n`)
  const columns = ['time ÷ first', `−ELBO, ${step} steps`, 'MSE', `−ELBO, ${fastest.toFixed(0)} CPU s`, 'MSE']
  printHeader(['', ...columns], 'right')
  for (const { name, ratio, points } of results) {
    const { loss, mse } = points.at(-1)!
    const atEqualTime = [valueAt(points, fastest, 'loss').toFixed(1), valueAt(points, fastest, 'mse').toFixed(5)]
    printRow([name, ratio.toFixed(2), loss.toFixed(1), mse.toFixed(5), ...atEqualTime])
  }
}

/** By step and by time: −ELBO, then squared error. */
function panelsOf (title: string, results: readonly Result[]): Panel[] {
  const panel = (key: 'loss' | 'mse', by: 'step' | 'seconds'): Panel => ({
    title: `${title}: ${key === 'loss' ? '−ELBO' : 'squared error'}`,
    unit: key === 'loss' ? 'nats an image' : 'of a pixel',
    x: {
      name: by === 'step' ? 'steps' : 'CPU seconds of training',
      min: 0,
      max: Math.ceil(Math.max(...results.map(({ points }) => points.at(-1)![by]))),
    },
    curves: results.map(({ name, points }, i) => ({
      name,
      points: points.map(point => [point[by], point[key]] as const),
      color: PALETTE[i % PALETTE.length]!,
      dashed: name.endsWith('bilinear'),
    })),
  })
  return [panel('loss', 'step'), panel('loss', 'seconds'), panel('mse', 'step'), panel('mse', 'seconds')]
}

const runs = await mkdtemp(join(tmpdir(), 'pvae-subresolution-'))
try {
  const panels: Panel[] = []
  for (const name of options.only) {
    const [comparison, data] = choose('only', name, comparisons)
    const results = await compare(comparison, data, runs)
    print(comparison.title, results)
    panels.push(...panelsOf(comparison.title, results))
  }
  const file = resolve(options.figure)
  await createDirectory(dirname(file))
  await writeFileAtomic(file, await rasterise(drawPanels('subresolution', panels, 4), 1))
  console.log(`\n${threads} ${threads === 1 ? 'thread' : 'threads'}; constant learning rate and β; ${file}`)
} finally {
  await rm(runs, { recursive: true, force: true })
  await Promise.all([mnist, scenes].flatMap(({ train, test }) => [train.close(), test.close()]))
}
