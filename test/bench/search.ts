/** `npm run bench:search`: the exact search by partition, beside NumPy and faiss's flat index on the same latents. */
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildIndex, openIndex, type Weights } from '@partition-vae/collections/search'
import { layOutPartitions } from '@partition-vae/models'
import { createRandom } from '../helpers/linear-model.js'
import { readOptions } from './options.js'
import { findPeer } from './python.js'
import { startPeers, type Peers } from './search/peers.js'
import { scanPlainly } from './search/plain.js'
import { median, printHeader, printRow } from './table.js'

const options = readOptions({
  name: 'bench:search',
  about: `Milliseconds of one search for the nearest, by each partition alone, by all, and unlike in one, beside a loop in
plain JavaScript (one thread), NumPy (float32, argpartition) and faiss's IndexFlatL2 on the same latents, scaled by
their deviations. They take turns, query by query; medians. The rows that are found are compared with NumPy's in
float64. faiss knows no negative weights, and asks one thread for one query.`,
  options: {
    rows: { help: 'encoded images', default: 1_000_000, smoke: 30_000 },
    sizes: { help: 'units of the partitions', default: [5, 5, 4, 3, 2, 1] },
    queries: { help: 'of each kind', default: 31, smoke: 3 },
    k: { help: 'neighbours', default: 10 },
    threads: { help: 'of ours', default: availableParallelism() },
  },
})
const { rows, sizes, queries, k, threads } = options
const partitions = layOutPartitions(sizes.map((size, i) => ({ name: `p${i + 1}`, size })))
const latentSize = sizes.reduce((sum, size) => sum + size, 0)
const random = createRandom(15)
/** Near a normal distribution. */
const draw = () => random() + random() + random() + random() - 2

async function * batches () {
  const some = 50_000
  for (let row = 0; row < rows; row += some) {
    const count = Math.min(some, rows - row)
    const mean = Float32Array.from({ length: count * latentSize }, (_, i) => draw() * (1 + i % latentSize))
    yield { files: Array.from({ length: count }, (_, i) => `${row + i}.png`), mean }
  }
}

const all: Weights = Object.fromEntries(partitions.map(({ name }) => [name, 1]))
const cases: ReadonlyArray<readonly [string, Weights]> = [
  ...partitions.map(({ name }) => [name, { [name]: 1 }] as const),
  ['all', all],
  ['p1, unlike p2', { p1: 1, p2: -0.25 }],
]

const entry = new URL('../../collections/dist/search/worker.js', import.meta.url)
const folder = await mkdtemp(join(tmpdir(), 'partition-vae-bench-search-'))
let peers: Peers | undefined
try {
  const path = join(folder, 'index')
  const started = performance.now()
  const card = { name: 'drawn', version: 1, latentSize, partitions, files: { encoder: { sha256: '0'.repeat(64) } } }
  const header = await buildIndex(path, card, batches())
  const built = performance.now()
  const index = await openIndex(path, { threads, entry, execArgv: [] })
  const opened = performance.now()
  console.log(`${rows} rows of ${sizes.join(', ')} units, k = ${k}, ${threads} threads: drawn and built in ` +
    `${((built - started) / 1000).toFixed(1)} s, opened in ${(opened - built).toFixed(0)} ms`)
  const plain = await scanPlainly(path, header)
  const faiss = findPeer('faiss', ['numpy', 'faiss-cpu'], options)
  const numpy = faiss ?? findPeer('NumPy', ['numpy'], options)
  peers = numpy === undefined ? undefined : await startPeers(numpy, path, { k, faiss: faiss !== undefined })
  if (peers !== undefined) console.log(peers.versions)
  printHeader(['search', 'units', 'ours ms', 'plain ms', 'NumPy ms', 'faiss ms', 'ours ÷ faiss', 'same rows'], 'right')
  for (const [name, weights] of cases) {
    const units = partitions.reduce((sum, { name, size }) => sum + (weights[name] === undefined ? 0 : size), 0)
    const times = { ours: [] as number[], plain: [] as number[], numpy: [] as number[], faiss: [] as number[] }
    let same = 0
    for (let i = 0; i < queries; i++) {
      const latent = Float32Array.from({ length: latentSize }, (_, unit) => draw() * (1 + unit))
      const began = performance.now()
      const found = (await index.search({ latent, weights, k })).map(({ row }) => row)
      times.ours.push(performance.now() - began)
      if (i < 5) times.plain.push(plain(latent, weights, k).ms)
      const answer = await peers?.ask(latent, partitions.map(({ name }) => weights[name] ?? 0))
      if (answer === undefined) continue
      times.numpy.push(answer.numpy)
      if (answer.faiss !== undefined) times.faiss.push(answer.faiss)
      if (JSON.stringify(answer.rows) === JSON.stringify(found)) same++
      else console.log(`${name}: found ${found.join()}; NumPy ${answer.rows.join()}`)
    }
    const middle = (values: readonly number[]) => values.length === 0 ? '–' : median(values).toFixed(2)
    const ratio = times.faiss.length === 0 ? '–' : (median(times.ours) / median(times.faiss)).toFixed(2)
    const counted = peers === undefined ? '–' : `${same} of ${queries}`
    printRow([name, units, middle(times.ours), middle(times.plain), middle(times.numpy), middle(times.faiss), ratio,
      counted])
    if (peers !== undefined && same < queries) process.exitCode = 1
  }
  await index.close()
} finally {
  peers?.close()
  await rm(folder, { recursive: true })
}
