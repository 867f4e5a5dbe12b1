import { rm, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
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
