import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { buildIndex, type LatentBatch } from '../../../collections/search/build.js'
import { batchesOf, cardOf, drawIndex, drawLatents } from './latents.js'

const card = cardOf([2, 1])

t.test('one file of float32 for each partition, names, and a header', async t => {
  const mean = drawLatents(250, 3)
  const { folder, header } = await drawIndex(t.testdir(), { sizes: [2, 1], mean })
  t.strictSame(JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')), header)
  t.equal(header.count, 250)
  const a = await readFile(join(folder, 'partitions', 'a.f32'))
  t.strictSame([0, 1, 498, 499].map(i => a.readFloatLE(4 * i)), [mean[0], mean[1], mean[747], mean[748]])
  t.equal((await readFile(join(folder, 'partitions', 'b.f32'))).readFloatLE(4 * 249), mean[749])
  const names = await readFile(join(folder, 'files.txt'), 'utf8')
  t.ok(names.startsWith('0.png1.png2.png'))
  t.equal((await readFile(join(folder, 'files.u64'))).readBigUInt64LE(8 * 250), BigInt(names.length))
})

t.test('deviations of the means, and of the posteriors where all log-variances are there', async t => {
  const mean = drawLatents(90, 3).map((value, i) => value + [0, 1e4, 5][i % 3]!)
  const logVariance = drawLatents(90, 3, 2)
  const of = (unit: number, values: Float32Array) => Array.from(values).filter((_, i) => i % 3 === unit)
  const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const { header } = await drawIndex(t.testdir(), { sizes: [2, 1], mean, logVariance })
  const { data, posterior } = header.deviations
  for (const unit of [0, 1, 2]) {
    const values = of(unit, mean)
    const expected = Math.sqrt(average(values.map(value => (value - average(values)) ** 2)))
    t.ok(Math.abs(data[unit]! - expected) < 1e-9 * expected)
    const sigma = average(of(unit, logVariance).map(value => Math.exp(value / 2)))
    t.ok(Math.abs(posterior![unit]! - sigma) < 1e-12 * sigma)
  }
  async function * partly (): AsyncGenerator<LatentBatch> {
    yield { files: ['a'], mean: mean.slice(0, 3), logVariance: logVariance.slice(0, 3) }
    yield { files: ['b'], mean: mean.slice(3, 6) }
  }
  const partial = await buildIndex(join(t.testdir(), 'partly'), card, partly())
  t.notOk('posterior' in partial.deviations, 'known of some')
})

t.test('an index appears whole or not at all', async t => {
  const root = t.testdir()
  async function * failing (): AsyncGenerator<LatentBatch> {
    yield { files: ['a'], mean: new Float32Array(3) }
    throw new Error('no more')
  }
  await t.rejects(buildIndex(join(root, 'index'), card, failing()), { message: 'no more' })
  const refused = (batch: LatentBatch, message: RegExp) => t.rejects(
    buildIndex(join(root, 'index'), card, (async function * () { yield batch })()),
    { code: 'PVAE_INDEX_INPUT_INVALID', message }
  )
  await refused({ files: ['a'], mean: new Float32Array(4) }, /expected 1 × 3 numbers for mean but found 4/)
  const mean = Float32Array.of(0, 0, 0, 0, NaN, 0)
  await refused({ files: ['a', 'b'], mean }, /finite numbers for mean of "b" but found NaN/)
  const logVariance = Float32Array.of(0, 0, Infinity)
  await refused({ files: ['a'], mean: new Float32Array(3), logVariance }, /for logVariance of "a" but found Infinity/)
  await refused({ files: [], mean: new Float32Array(0) }, /at least one encoded image for the latents but found none/)
  const signal = AbortSignal.abort(new Error('stopped'))
  const batches = batchesOf(drawLatents(5, 3), 3)
  await t.rejects(buildIndex(join(root, 'index'), card, batches, { signal }), { message: 'stopped' })
  t.strictSame(await readdir(root), [])
})

t.test('what is there is replaced only when asked for, and only if it is an index', async t => {
  const root = t.testdir()
  const folder = join(root, 'index')
  const build = (count: number, force: boolean) =>
    buildIndex(folder, card, batchesOf(drawLatents(count, 3), 3), { force })
  await build(5, false)
  await t.rejects(build(6, false), {
    code: 'PVAE_INDEX_EXISTS', message: /expected no folder yet .* but found an index/,
  })
  t.equal((await build(6, true)).count, 6)
  t.strictSame(await readdir(root), ['index'])
  const other = join(root, 'photos')
  await mkdir(other)
  await t.rejects(buildIndex(other, card, batchesOf(drawLatents(5, 3), 3), { force: true }), {
    code: 'PVAE_INDEX_EXISTS', message: /something else than an index/,
  })
})

t.test('metadata becomes columns of numbers or of text', async t => {
  const metadata = [
    { file: '3.png', values: { split: 'test', age: '12', ok: true, weight: 1.5 } },
    { file: '4.png', values: { split: 'train', age: '-0.5e1', ok: false, weight: null } },
    { file: '0.png', values: { split: '7', later: 'x' } },
    { file: 'never encoded.png', values: { split: 'x' } },
  ]
  const { header, folder } = await drawIndex(t.testdir(), { count: 5, build: { metadata } })
  t.strictSame(header.metadata, [
    { name: 'split', type: 'text' }, { name: 'age', type: 'number' }, { name: 'ok', type: 'text' },
    { name: 'weight', type: 'number' }, { name: 'later', type: 'text' },
  ])
  const ages = await readFile(join(folder, 'metadata', '1.f64'))
  t.strictSame([0, 1, 2, 3, 4].map(i => ages.readDoubleLE(8 * i)), [NaN, NaN, NaN, 12, -5])
  const refused = (metadata: Array<{ file: string, values: object }>, message: RegExp) => t.rejects(
    drawIndex(t.testdir({}), { count: 5, build: { metadata: metadata as never } }),
    { code: 'PVAE_INDEX_INPUT_INVALID', message }
  )
  await refused([{ file: 'a', values: { x: 1 } }], /names of files that were encoded for the metadata but found none of/)
  await refused([{ file: '1.png', values: {} }, { file: '1.png', values: {} }], /each file once .* "1\.png"/)
  await refused([{ file: '1.png', values: { file: 'x' } }], /another column called file/)
})
