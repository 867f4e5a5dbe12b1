/**
 * `npm run bench:growth`: how the time of a training step grows with the batch, the side of the image and the width of the network, beside PyTorch on the same
 * network, alternating in one run. Prints a table and draws docs/figures/growth.png, or `--figure FILE`. `--threads`, `--seconds` a point.
 */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { PALETTE } from '../../trainer/evaluate/chart.js'
import { drawPanels, type Panel } from '../../trainer/evaluate/panels.js'
import { rasterise } from '../../trainer/evaluate/svg.js'
import { writeFileAtomic } from '../../trainer/files.js'
import { findPreset } from '../../trainer/config/presets.js'
import { parseRunConfig } from '../../trainer/config/resolve.js'
import { preparePython } from './python.js'
import { race, startRacer, type Measurement } from './train/racer.js'

const { values } = parseArgs({
  options: { threads: { type: 'string', default: '2' }, seconds: { type: 'string', default: '6' }, figure: { type: 'string', default: 'docs/figures/growth.png' } },
})
const threads = Number(values.threads)
const environment = preparePython(['torch==2.13.0+cpu', 'numpy'])
if ('missing' in environment) console.log(`PyTorch is skipped: ${environment.missing}`)

interface Size { readonly batch: number, readonly side: number, readonly width: number }

/** Where the others stand while one grows. */
const USUAL: Size = { batch: 32, side: 64, width: 32 }
const GROWTH: Readonly<Record<keyof Size, readonly number[]>> = { batch: [8, 32, 128, 512], side: [32, 64, 96, 160], width: [8, 16, 32, 64] }

/** Three convolutions with strides, and three transposed ones. */
function networkOf ({ batch, side, width }: Size) {
  const { model, objective } = parseRunConfig({
    ...findPreset('mnist').config,
    objective: {},
    model: {
      partitions: [5, 5, 4, 3, 2, 1].map((size, i) => ({ name: `p${i + 1}`, size })),
      subresolution: { factor: 1, interpolation: 'nearest' },
      encoder: { blocks: [width, 2 * width, 2 * width].map(channels => ({ channels, kernel: 4, downsample: 'stride' })), hidden: [] },
      heads: { hidden: 16, residual: true },
      decoder: { hidden: [], base: 2 * width, blocks: [2 * width, width, width].map(channels => ({ channels, kernel: 4, upsample: 'transposed' })), outputKernel: 3 },
      likelihood: { kind: 'bernoulli' },
    },
  })
  return { model, objective, image: { height: side, width: side, channels: 3 }, batchSize: batch, threads, lowering: 'auto' }
}

const median = (times: readonly Measurement[], key: keyof Measurement) => times.map(time => time[key]).sort((a, b) => a - b)[times.length >> 1]!

async function measure (size: Size): Promise<Measurement[][]> {
  const config = JSON.stringify(networkOf(size))
  const stdio = ['pipe', 'pipe', 'inherit'] as ['pipe', 'pipe', 'inherit']
  const file = (name: string) => fileURLToPath(new URL(name, import.meta.url))
  const racers = await Promise.all([
    startRacer('ours', spawn(process.execPath, [...process.execArgv, file('train/worker.ts'), config], { stdio })),
    ...'python' in environment ? [startRacer('PyTorch', spawn(environment.python, [file('train.py'), config], { stdio, env: { ...process.env, THP_MEM_ALLOC_ENABLE: '1' } }))] : [],
  ])
  try {
    return await race(racers, Number(values.seconds))
  } finally {
    for (const racer of racers) racer.stop()
  }
}

console.log('| batch | side | width | ours: wall ms | CPU ms | PyTorch: wall ms | CPU ms | wall ratio | CPU ratio |\n|---|---|---|---|---|---|---|---|---|')
const panels: Panel[] = []
for (const key of ['batch', 'side', 'width'] as const) {
  const points: Record<'ours' | 'PyTorch', Array<[number, number]>> = { ours: [], PyTorch: [] }
  for (const value of GROWTH[key]) {
    const size = { ...USUAL, [key]: value }
    const [ours, torch] = await measure(size)
    const times = [ours, torch].map(all => all === undefined ? undefined : { wall: median(all, 'wall'), cpu: median(all, 'cpu') })
    const ratio = (measure: 'wall' | 'cpu') => times[1] === undefined ? '–' : (times[0]![measure] / times[1][measure]).toFixed(2)
    console.log(`| ${[size.batch, size.side, size.width, ...times.flatMap(time => time === undefined ? ['–', '–'] : [time.wall.toFixed(1), time.cpu.toFixed(1)]), ratio('wall'), ratio('cpu')].join(' | ')} |`)
    points.ours.push([value, times[0]!.wall])
    if (times[1] !== undefined) points.PyTorch.push([value, times[1].wall])
  }
  const [first, last] = [GROWTH[key][0]!, GROWTH[key].at(-1)!]
  panels.push({
    title: `Step time by ${key}`,
    x: { name: key, min: first, max: last },
    unit: 'ms a step',
    startAtZero: true,
    curves: Object.entries(points).filter(([, all]) => all.length > 0).map(([name, all], i) => ({ name, points: all, color: PALETTE[i]! })),
  })
}
await writeFileAtomic(values.figure, await rasterise(drawPanels('growth', panels, 3), 1))
