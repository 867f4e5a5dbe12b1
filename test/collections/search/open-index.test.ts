import { truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { buildIndex, openIndex } from '../../../collections/search/index.js'
import { batchesOf, bruteForce, BUILT_WORKER, cardOf, drawIndex, drawLatents, shorten } from './latents.js'

t.test('the neighbours are those of a brute-force search, for all sorts of weights', async t => {
  const drawn = await drawIndex(t.testdir(), { sizes: [5, 3, 2, 1], count: 3000 })
  const index = await openIndex(drawn.folder)
  t.teardown(() => index.close())
  const queries = drawLatents(8, drawn.card.latentSize, 2)
  const all = { a: 1, b: 1, c: 1, d: 1 }
  const cases = [all, { a: 1 }, { d: 2 }, { a: 1, b: -0.5 }, { b: -1 }, { a: 1e-12, d: -1e-12 }, { a: 1e9, b: -3 }]
  for (const weights of cases) {
    for (let i = 0; i < 8; i++) {
      const latent = queries.subarray(i * drawn.card.latentSize, (i + 1) * drawn.card.latentSize)
      const found = await index.search({ latent, weights, k: 7 })
      t.strictSame(shorten(found), bruteForce(drawn, latent, weights, 7), JSON.stringify(weights))
    }
  }
  const latent = queries.subarray(0, drawn.card.latentSize)
  t.strictSame(shorten(await index.search({ latent })), bruteForce(drawn, latent, all, 10), 'by default all alike')
})

t.test('threads share the rows, and find the same', async t => {
  const drawn = await drawIndex(t.testdir(), { sizes: [2, 1], count: 45_000 })
  const one = await openIndex(drawn.folder)
  const index = await openIndex(drawn.folder, { threads: 5, ...BUILT_WORKER })
  t.teardown(() => Promise.all([one.close(), index.close()]))
  const queries = drawLatents(4, 3, 3)
  const latents = [0, 1, 2, 3].map(i => queries.subarray(i * 3, i * 3 + 3))
  const options = { weights: { a: 1, b: -0.25 }, k: 50, where: ['file!=1*'] }
  const found = await Promise.all(latents.map(latent => index.search({ latent, ...options })))
  for (const [i, latent] of latents.entries()) {
    t.strictSame(found[i], await one.search({ latent, ...options }), 'several at once')
  }
  for (const row of [0, 22_499, 22_500, 44_999]) {
    const latent = drawn.mean.slice(row * 3, row * 3 + 3)
    t.match(await index.search({ latent, k: 1 }), [{ row, distance: 0 }], 'at the ends of a thread\'s rows')
  }
})

t.test('what is far from zero, huge or tiny is found as exactly', async t => {
  for (const [scale, shift] of [[1e-6, 1000], [1e18, 0], [1e-30, 0]] as const) {
    const mean = drawLatents(2000, 3, 4).map(value => value * scale + shift)
    const drawn = await drawIndex(t.testdir(), { sizes: [2, 1], mean })
    const index = await openIndex(drawn.folder)
    const latent = Float32Array.from([scale + shift, shift, shift])
    for (const weights of [{ a: 1, b: 1 }, { a: 1, b: -1 }]) {
      t.strictSame(shorten(await index.search({ latent, weights })), bruteForce(drawn, latent, weights, 10), `${scale}`)
    }
    await index.close()
  }
})

t.test('of equal rows the lower comes first', async t => {
  const mean = Float32Array.from({ length: 3 * 1000 }, (_, i) => Math.floor(i / 3) % 4)
  const drawn = await drawIndex(t.testdir(), { sizes: [2, 1], mean })
  const index = await openIndex(drawn.folder)
  t.teardown(() => index.close())
  const found = await index.search({ latent: new Float32Array(3).fill(2), k: 5 })
  t.strictSame(found.map(({ row }) => row), [2, 6, 10, 14, 18])
  t.strictSame(found.map(({ file }) => file), ['2.png', '6.png', '10.png', '14.png', '18.png'])
})

t.test('more neighbours than rows: all of them', async t => {
  const drawn = await drawIndex(t.testdir(), { count: 21 })
  const index = await openIndex(drawn.folder)
  t.teardown(() => index.close())
  const latent = new Float32Array(6)
  const found = await index.search({ latent, k: 100 })
  t.strictSame(shorten(found), bruteForce(drawn, latent, { a: 1, b: 1, c: 1 }, 21))
})

t.test('a neighbour tells its distances and its latent by partition', async t => {
  const drawn = await drawIndex(t.testdir())
  const index = await openIndex(drawn.folder)
  t.teardown(() => index.close())
  const latent = drawn.mean.slice(6 * 40, 6 * 41)
  const all = await index.search({ latent, weights: { a: 1, b: -2 }, k: 500 })
  const [self, next] = [all.find(({ row }) => row === 40)!, all[0]!]
  t.strictSame(self.distances, { a: 0, b: 0, c: 0 }, 'also of partitions without a weight')
  t.strictSame(self.latent, { a: [...latent.slice(0, 3)], b: [...latent.slice(3, 5)], c: [...latent.slice(5)] })
  t.equal(next.distance, next.distances['a']! - 2 * next.distances['b']!)
})

t.test('scales: data by default, posterior where it is known', async t => {
  const logVariance = drawLatents(400, 6, 9)
  const drawn = await drawIndex(t.testdir(), { count: 400, logVariance })
  const index = await openIndex(drawn.folder)
  t.teardown(() => index.close())
  const latent = drawLatents(1, 6, 5)
  const weights = { a: 1, c: 1 }
  const deviations = drawn.header.deviations.posterior!
  t.notSame(deviations, drawn.header.deviations.data)
  t.strictSame(
    shorten(await index.search({ latent, weights, scale: 'posterior' })),
    bruteForce(drawn, latent, weights, 10, { deviations })
  )
  const without = await drawIndex(t.testdir({}), { count: 400 })
  const other = await openIndex(without.folder)
  t.teardown(() => other.close())
  await t.rejects(other.search({ latent, scale: 'posterior' }), {
    code: 'PVAE_INVALID_PARAMETER', message: /data \(the index was made without log-variances\) for scale/,
  })
})

t.test('a unit that never varies is left out', async t => {
  const mean = drawLatents(300, 3, 6).map((value, i) => i % 3 === 1 ? 0.25 : value)
  const drawn = await drawIndex(t.testdir(), { sizes: [2, 1], mean })
  const index = await openIndex(drawn.folder)
  t.teardown(() => index.close())
  const latent = Float32Array.from([0, 100, 0])
  const weights = { a: 1, b: 1 }
  t.strictSame(shorten(await index.search({ latent, weights })), bruteForce(drawn, latent, weights, 10))
})

t.test('conditions choose among the rows', async t => {
  const metadata = Array.from({ length: 480 }, (_, i) => ({
    file: `${i}.png`, values: { split: i % 3 === 0 ? 'test' : 'train', age: i % 7 === 0 ? null : i / 2 },
  }))
  const drawn = await drawIndex(t.testdir(), { build: { metadata } })
  const index = await openIndex(drawn.folder)
  t.teardown(() => index.close())
  const latent = drawLatents(1, 6, 5)
  const weights = { a: 1, b: -1 }
  const cases: ReadonlyArray<readonly [string[], (row: number) => boolean]> = [
    [['split=test'], row => row < 480 && row % 3 === 0],
    [['split!=test'], row => row < 480 && row % 3 !== 0],
    [['split=train', 'age>=100', 'age < 150'], row => row % 3 !== 0 && row % 7 !== 0 && row >= 200 && row < 300],
    [['age!=3'], row => row < 480 && row % 7 !== 0 && row !== 6],
    [['file=1?.png'], row => row >= 10 && row < 20],
    [['file!=*9.png', 'file=4*'], row => row % 10 !== 9 && String(row).startsWith('4')],
    [['split=nothing of the sort'], () => false],
  ]
  for (const [where, keep] of cases) {
    const found = await index.search({ latent, weights, k: 20, where })
    t.strictSame(shorten(found), bruteForce(drawn, latent, weights, 20, { keep }), where.join())
    t.strictSame(await index.search({ latent, weights, k: 20, where }), found, 'and again')
  }
})

t.test('bad searches', async t => {
  const { folder } = await drawIndex(t.testdir(), { count: 20 })
  const index = await openIndex(folder)
  t.teardown(() => index.close())
  const latent = new Float32Array(6)
  const refused = (query: object, code: string, message: RegExp) =>
    t.rejects(index.search({ latent, ...query }), { code, message }, JSON.stringify(query))
  await refused({ weights: { aa: 1 } }, 'PVAE_UNKNOWN_PARTITION', /one of a, b, c for a partition of weights.*"aa"/)
  await refused({ weights: { a: 0, b: 0 } }, 'PVAE_INVALID_PARAMETER', /at least one that is not zero.*only zeros/)
  await refused({ weights: {} }, 'PVAE_INVALID_PARAMETER', /not zero for weights but found none/)
  await refused({ weights: { a: Infinity } }, 'PVAE_INVALID_PARAMETER', /weights\.a but found Infinity/)
  for (const k of [0, 1.5, 10_001]) await refused({ k }, 'PVAE_INVALID_PARAMETER', /an integer from 1 to 10000 for k/)
  await refused({ latent: new Float32Array(5) }, 'PVAE_INVALID_LATENT', /6 finite numbers for latent but found 5/)
  await refused({ latent: latent.map(() => NaN) }, 'PVAE_INVALID_LATENT', /not finite/)
  await refused({ where: ['split=test'] }, 'PVAE_INVALID_PARAMETER', /one of file for a column of where/)
})

t.test('an index that is not whole is refused', async t => {
  const { folder } = await drawIndex(t.testdir(), { count: 20 })
  await truncate(join(folder, 'partitions', 'b.f32'), 100)
  await t.rejects(openIndex(folder), {
    code: 'PVAE_INDEX_INVALID', message: /expected 160 bytes \(20 rows\) for partitions\/b\.f32 but found 100 bytes/,
  })
  await t.rejects(openIndex(join(folder, 'nowhere')), { code: 'PVAE_INDEX_NOT_FOUND', message: /but found ENOENT/ })
})

t.test('a file of names that is too short is found out by whoever needs it', async t => {
  const { folder } = await drawIndex(t.testdir(), { count: 20 })
  await truncate(join(folder, 'files.txt'), 10)
  const index = await openIndex(folder, { threads: 1, ...BUILT_WORKER })
  t.teardown(() => index.close())
  await t.rejects(index.search({ latent: new Float32Array(6), k: 20 }), {
    code: 'PVAE_INDEX_INVALID', message: /bytes for files\.txt but found 10 bytes/,
  })
})

t.test('who has opened an index goes on with it when it is replaced', async t => {
  const drawn = await drawIndex(t.testdir(), { count: 50 })
  const index = await openIndex(drawn.folder)
  t.teardown(() => index.close())
  const latent = new Float32Array(6)
  const before = await index.search({ latent })
  await buildIndex(drawn.folder, cardOf([3, 2, 1]), batchesOf(drawLatents(30, 6, 8), 6), { force: true })
  t.strictSame(await index.search({ latent }), before)
  const after = await openIndex(drawn.folder)
  t.teardown(() => after.close())
  t.equal(after.header.count, 30)
})

t.test('a thread that can not read its rows says why', async t => {
  const { folder } = await drawIndex(t.testdir(), { count: 20 })
  await writeFile(join(folder, 'broken.mjs'), "throw new Error('no room')")
  const entry = new URL(`file://${join(folder, 'broken.mjs')}`)
  await t.rejects(openIndex(folder, { threads: 1, entry, execArgv: [] }), {
    code: 'PVAE_INDEX_UNAVAILABLE', cause: { message: 'no room' },
  })
})
