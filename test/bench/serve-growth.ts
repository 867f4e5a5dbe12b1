/**
 * `npm run bench:serve-growth`: how the time of an answer grows with connections, with the picture that is sent and
 * with the model that draws, ours beside the peer's of `bench:serve`, as docs/figures/serving.png.
 */
import { join, resolve } from 'node:path'
import type { Card } from '@partition-vae/models'
import { createDirectory, writeFileAtomic } from '../../trainer/foundation/files.js'
import { resolveRequest } from '../../trainer/config/resolve-request.js'
import { rasterise } from '../../trainer/report/svg.js'
import { drawGrowth, type Curve } from './growth/draw.js'
import { choose, readOptions, SMOKE_FOLDER } from './options.js'
import { findPeer, SERVING } from './python.js'
import { encodeImage, decodeLatents } from './serve/cases.js'
import { digitImages, photoImages } from './serve/images.js'
import type { LoadRequest } from './serve/load.js'
import { createBenchRepository, publishUntrained, type BenchRepository } from './serve/models.js'
import { startPeer, startService, type Server } from './serve/processes.js'
import { race, startLoadGenerator, type Sample } from './serve/race.js'
import { median, printHeader, printRow } from './table.js'

interface Axis {
  readonly title: string
  readonly at: readonly number[]
  readonly connections: (value: number) => number
  /** What to send at a place on the axis. */
  readonly requests: (value: number, repository: BenchRepository) => Promise<LoadRequest[]>
}

/** The model for images of any kind, untrained: what it costs does not depend on its weights. */
async function drawingModel (side: number, { root }: BenchRepository): Promise<Card> {
  const sides = [['data.height', side], ['data.width', side], ['name', `images-${side}`]] as const
  const config = resolveRequest({ preset: 'images', images: { directory: 'none' }, overrides: [...sides] })
  return await publishUntrained(root, config, { height: side, width: side, channels: 3 })
}

/** Few for large pictures: what is in flight at a time is what counts. */
const PHOTOS = 4
const FEW = 4

const axes: Readonly<Record<string, Axis>> = {
  connections: {
    title: 'connections (encode a 28 × 28 PNG)',
    at: [1, 4, 16, 64, 256, 1024],
    connections: value => value,
    requests: async (_, { digits }) => (await digitImages()).map(image => encodeImage(digits, 'image/png', image)),
  },
  picture: {
    title: 'width of a JPEG, 4 at a time',
    at: [160, 320, 640, 1280, 2560, 5120],
    connections: () => FEW,
    requests: async (width, { photos }) =>
      (await photoImages(width, PHOTOS)).map(image => encodeImage(photos, 'image/jpeg', image)),
  },
  model: {
    title: 'side of a model that decodes',
    at: [28, 64, 128, 256],
    connections: () => FEW,
    requests: async (side, repository) => decodeLatents(await drawingModel(side, repository)),
  },
}

const options = readOptions({
  name: 'bench:serve-growth',
  about: `Milliseconds of an answer against the number of connections (1 … 1,024), the width of the picture that is
sent (160 … 5,120) and the side of the model's images (28 … 256), ours beside the peer's of bench:serve, as a figure.
About 6 minutes.`,
  options: {
    axes: { help: 'names', default: Object.keys(axes), smoke: ['connections'] },
    points: { help: 'on each axis, at most', default: Infinity, smoke: 2 },
    rounds: { help: 'of each side at each point', default: 3, smoke: 1 },
    seconds: { help: 'of a run', default: 3, smoke: 0.5 },
    'warm-up': { help: 'seconds of each side before a point\'s first round', default: 2, smoke: 0.2 },
    peer: { help: 'the peer too; --no-peer: ours alone, without Python', default: true },
    out: { help: 'folder of serving.png', default: 'docs/figures', smoke: SMOKE_FOLDER },
  },
})

/** The median over rounds; NaN where a round has none, or only refusals. */
const middle = (samples: readonly Sample[], of: (sample: Sample) => number | undefined): number =>
  median(samples.map(sample => of(sample) ?? NaN))
const written = (value: number): string => Number.isFinite(value) ? value.toFixed(2) : '–'

async function measureAxis (name: string, python: string | undefined): Promise<Curve> {
  const axis = choose('axes', name, axes)
  const at = axis.at.slice(0, options.points)
  const repository = await createBenchRepository()
  const load = startLoadGenerator()
  const servers: Server[] = []
  try {
    // Both sides read the models when they start.
    const requests = new Map<number, LoadRequest[]>()
    for (const value of at) requests.set(value, await axis.requests(value, repository))
    // The peer lets any number wait.
    servers.push(await startService({ repository: repository.root, settings: { PVAE_MAX_QUEUE: '2048' } }))
    if (python !== undefined) servers.push(await startPeer(python, repository.root))
    const measures = ['p50 ms', 'p99 ms', 'requests/s', 'CPU ms', 'failed']
    printHeader([axis.title, ...servers.flatMap(({ name }) => measures.map(measure => `${name}: ${measure}`))])
    const milliseconds: Record<string, Array<number | undefined>> = {}
    for (const value of at) {
      const samples = await race(load, servers, {
        connections: axis.connections(value),
        seconds: options.seconds,
        rounds: options.rounds,
        warmUp: options['warm-up'],
        requests: requests.get(value)!,
      })
      const row = servers.flatMap(({ name }, i) => {
        const own = samples[i]!
        const [p50, p99] = [middle(own, ({ p50 }) => p50), middle(own, ({ p99 }) => p99)]
        const failed = own.reduce((sum, { failed }) => sum + failed, 0)
        // Beside refusals, the times of what was answered say little: a gap in the figure.
        const add = (curve: string, value: number) =>
          (milliseconds[`${name}, ${curve}`] ??= []).push(failed === 0 && Number.isFinite(value) ? value : undefined)
        add('median', p50)
        add('99 %', p99)
        const cpu = middle(own, ({ cpu }) => cpu === undefined ? undefined : cpu / 1e3)
        return [...[p50, p99, middle(own, ({ throughput }) => throughput), cpu].map(written), failed]
      })
      printRow([value, ...row])
    }
    return { title: axis.title, at, milliseconds }
  } finally {
    load.stop()
    await Promise.all(servers.map(server => server.stop()))
    await repository.remove()
  }
}

const python = options.peer ? findPeer('the peer', SERVING, options) : undefined
const curves: Curve[] = []
for (const name of options.axes) curves.push(await measureAxis(name, python))
const folder = resolve(options.out)
const file = join(folder, 'serving.png')
await createDirectory(folder)
await writeFileAtomic(file, await rasterise(drawGrowth(curves, 'ms an answer')))
console.log(file)
