import { rm, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { parseConditions } from '../../../collections/search/condition.js'
import { loadRows } from '../../../collections/search/row-range.js'
import { bruteForce, drawIndex, shorten } from './latents.js'

t.test('a range finds among its own rows, and names them as the index does', async t => {
  const drawn = await drawIndex(t.testdir())
  const [first, last] = [137, 401]
  const range = loadRows(drawn.folder, drawn.header, first, last)
  t.teardown(() => range.close())
  const latent = drawn.mean.slice(0, 6)
  const query = { latent, k: 8, weights: [1, 0, -0.5], deviations: drawn.header.deviations.data, conditions: [] }
  const keep = (row: number) => row >= first && row < last
  const found = range.search(query)
  t.strictSame(shorten(found), bruteForce(drawn, latent, { a: 1, c: -0.5 }, 8, { keep }))
  t.strictSame(found.map(({ file }) => file), found.map(({ row }) => `${row}.png`))
})

t.test('conditions are of its own rows', async t => {
  const metadata = Array.from({ length: 500 }, (_, i) => ({
    file: `${i}.png`, values: { split: i < 200 ? 'train' : 'test', age: i },
  }))
  const { folder, header } = await drawIndex(t.testdir(), { build: { metadata } })
  const range = loadRows(folder, header, 137, 401)
  t.teardown(() => range.close())
  const rowsWhere = (...where: string[]) => range.search({
    latent: new Float32Array(6),
    k: 500,
    weights: [1, 1, 1],
    deviations: header.deviations.data,
    conditions: parseConditions(where, header.metadata),
  }).map(({ row }) => row).sort((a, b) => a - b)
  const between = (first: number, end: number) => Array.from({ length: end - first }, (_, i) => first + i)
  t.strictSame(rowsWhere(), between(137, 401))
  t.strictSame(rowsWhere('split=train'), between(137, 200))
  t.strictSame(rowsWhere('age>=390'), between(390, 401))
  t.strictSame(rowsWhere('file=20*'), between(200, 210))
})

t.test('more rows than one memory holds are refused before any is read', async t => {
  const { folder, header } = await drawIndex(t.testdir(), { count: 20 })
  const count = 2 ** 31
  t.throws(() => loadRows(folder, { ...header, count }, 0, count), {
    code: 'PVAE_INDEX_INVALID', message: /rows of 6 units in one thread \(use more threads\)/,
  })
})

t.test('files that are gone, or were cut off since the header was read', async t => {
  const { folder, header } = await drawIndex(t.testdir(), { count: 20 })
  await truncate(join(folder, 'partitions', 'a.f32'), 50)
  t.throws(() => loadRows(folder, header, 0, 20), {
    code: 'PVAE_INDEX_INVALID', message: /expected 240 bytes for partitions\/a\.f32 but found 50 bytes/,
  })
  await rm(join(folder, 'files.u64'))
  t.throws(() => loadRows(folder, header, 0, 20), { code: 'ENOENT' })
})
