/** `npm run bench:shapes`: what a network's shape costs for the quality it gives, as docs/figures/shapes.png. */
import { dirname, join } from 'node:path'
import { openMnist } from '../../trainer/data/mnist.js'
import { PALETTE } from '../../trainer/report/draw-chart.js'
import { drawPanels, type Curve } from '../../trainer/report/panels.js'
import { rasterise } from '../../trainer/report/svg.js'
import { createDirectory, writeFileAtomic } from '../../trainer/foundation/files.js'
import { choose, readOptions, SMOKE_FOLDER } from './options.js'
import { traceElbo } from './shapes/elbo.js'
import { shapes } from './shapes/shapes.js'
import { printHeader, printRow } from './table.js'

const options = readOptions({
  name: 'bench:shapes',
  about: `Trains networks of different shapes on MNIST by the bare ELBO, from one seed, and draws the test ELBO
against CPU seconds of training.`,
  options: {
    shapes: { help: 'names', default: Object.keys(shapes), smoke: ['preset', 'blocks of 2'] },
    steps: { help: 'of 128 images', default: 900, smoke: 4 },
    every: { help: 'steps between measurements', default: 100, smoke: 2 },
    'test-batches': { help: 'of 128 images that a measurement takes', default: 16, smoke: 1 },
    threads: { help: 'of the computation', default: 1 },
    figure: { help: 'file', default: 'docs/figures/shapes.png', smoke: join(SMOKE_FOLDER, 'shapes.png') },
  },
})
const { steps, every, threads, figure } = options
const { train, test } = await openMnist()

printHeader(['shape', 'CPU ms a step', 'steps', 'test ELBO'])
const curves: Curve[] = []
for (const name of options.shapes) {
  const model = choose('shapes', name, shapes)
  const points = await traceElbo({ model, train, test, steps, every, testBatches: options['test-batches'], threads })
  const [seconds, elbo] = points.at(-1)!
  printRow([name, (1000 * seconds / steps).toFixed(1), steps, elbo.toFixed(1)])
  curves.push({ name, points, color: PALETTE[curves.length]! })
}
const latest = Math.max(...curves.flatMap(({ points }) => points.map(([seconds]) => seconds)))
const x = { name: 'CPU seconds', min: 0, max: latest }
const svg = drawPanels('shapes', [{ title: 'Test ELBO of MNIST', x, unit: 'nats an image', curves }], 1)
await createDirectory(dirname(figure))
await writeFileAtomic(figure, await rasterise(svg))
console.log(figure)
await Promise.all([train.close(), test.close()])
