/**
 * `npm run bench:subresolution`: what decoding at 1/f of the resolution costs and saves. Trains the paper's and our MNIST network at f = 1, 2, 4, nearest and
 * bilinear, and layers that grow from a coarser resolution beside layers that do not; prints the time of a step, and −ELBO and squared error on the test
 * images at equal steps and at equal time, and draws them: docs/figures/subresolution.png, or `--figure FILE`. `--epochs 5` of MNIST,
 * `--scene-epochs 3` of `--scenes 20000`, `--only paper-mnist,mnist,layers`.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { batchesPerEpoch, openDataset } from '../../trainer/data/index.js'
import { PALETTE } from '../../trainer/report/draw-chart.js'
import { drawPanels, type Panel } from '../../trainer/report/panels.js'
import { rasterise } from '../../trainer/report/svg.js'
import { createDirectory, writeFileAtomic } from '../../trainer/foundation/files.js'
import { trainVariant, valueAt, type Point } from './subresolution/curves.js'
import { timeSteps } from './subresolution/step-time.js'
import { digits, layers, withoutDoubling, type Comparison } from './subresolution/variants.js'

const { values } = parseArgs({
  options: {
    epochs: { type: 'string', default: '5' },
    'scene-epochs': { type: 'string', default: '3' },
    scenes: { type: 'string', default: '20000' },
    only: { type: 'string', default: 'paper-mnist,mnist,layers' },
    threads: { type: 'string', default: '1' },
    figure: { type: 'string', default: 'docs/figures/subresolution.png' },
  },
})
const threads = Number(values.threads)
const scenes = await openDataset({ source: 'table-tennis', count: Number(values.scenes), testCount: 1000, height: 48, width: 64, seed: 0 })
const mnist = await openDataset({ source: 'mnist' })
const all: ReadonlyArray<readonly [name: string, Comparison, typeof mnist]> = [
  ['paper-mnist', digits('paper-mnist', 'MNIST, the paper\'s network', Number(values.epochs)), mnist],
  ['mnist', digits('mnist', 'MNIST, preset mnist', Number(values.epochs), withoutDoubling), mnist],
  ['layers', layers('Table tennis in layers', Number(values['scene-epochs']), batchesPerEpoch(scenes.train, 32)), scenes],
]

interface Result { readonly name: string, readonly ratio: number, readonly points: readonly Point[] }

async function compare ({ title, variants }: Comparison, data: typeof mnist, runs: string): Promise<Result[]> {
  const phases = variants.flatMap(({ phases }) => phases)
  const times = await timeSteps(phases.map(({ timed }) => timed), data.train.shape, threads)
  const results: Result[] = []
  for (const [i, variant] of variants.entries()) {
    const first = variants.slice(0, i).reduce((sum, { phases }) => sum + phases.length, 0)
    const points = await trainVariant(variant, times.slice(first), data, runs, `${title}-${i}`.toLowerCase().replace(/\W+/g, '-'), threads)
    results.push({ name: variant.name, ratio: points.at(-1)!.seconds / (results[0]?.points.at(-1)!.seconds ?? points.at(-1)!.seconds), points })
  }
  return results
}

/** Equal time: when the fastest of them had done all its steps. */
function print (title: string, results: readonly Result[]): void {
  const fastest = Math.min(...results.map(({ points }) => points.at(-1)!.seconds))
  const { step } = results[0]!.points.at(-1)!
  const header = ['', 'time ÷ first', `−ELBO, ${step} steps`, 'MSE', `−ELBO, ${fastest.toFixed(0)} CPU s`, 'MSE']
  console.log(`\n**${title}**\n\n| ${header.join(' | ')} |\n|${header.map((_, i) => i === 0 ? '---' : '---:').join('|')}|`)
  for (const { name, ratio, points } of results) {
    const { loss, mse } = points.at(-1)!
    const cells = [name, ratio.toFixed(2), loss.toFixed(1), mse.toFixed(5), valueAt(points, fastest, 'loss').toFixed(1), valueAt(points, fastest, 'mse').toFixed(5)]
    console.log(`| ${cells.join(' | ')} |`)
  }
}

/** By step and by time: −ELBO, then squared error. */
function panelsOf (title: string, results: readonly Result[]): Panel[] {
  const panel = (key: 'loss' | 'mse', by: 'step' | 'seconds'): Panel => ({
    title: `${title}: ${key === 'loss' ? '−ELBO' : 'squared error'}`,
    unit: key === 'loss' ? 'nats an image' : 'of a pixel',
    x: { name: by === 'step' ? 'steps' : 'CPU seconds of training', min: 0, max: Math.ceil(Math.max(...results.map(({ points }) => points.at(-1)![by]))) },
    curves: results.map(({ name, points }, i) => ({
      name, points: points.map(point => [point[by], point[key]] as const), color: PALETTE[i % PALETTE.length]!, dashed: name.endsWith('bilinear'),
    })),
  })
  return [panel('loss', 'step'), panel('loss', 'seconds'), panel('mse', 'step'), panel('mse', 'seconds')]
}

const runs = await mkdtemp(join(tmpdir(), 'pvae-subresolution-'))
try {
  const panels: Panel[] = []
  for (const [, comparison, data] of all.filter(([name]) => values.only.split(',').includes(name))) {
    const results = await compare(comparison, data, runs)
    print(comparison.title, results)
    panels.push(...panelsOf(comparison.title, results))
  }
  const file = resolve(values.figure)
  await createDirectory(dirname(file))
  await writeFileAtomic(file, await rasterise(drawPanels('subresolution', panels, 4), 1))
  console.log(`\n${threads} ${threads === 1 ? 'thread' : 'threads'}; constant learning rate and β; ${file}`)
} finally {
  await rm(runs, { recursive: true, force: true })
  await Promise.all([mnist, scenes].flatMap(({ train, test }) => [train.close(), test.close()]))
}
