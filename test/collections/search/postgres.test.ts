/**
 * On PostgreSQL with pgvector, compiled to WebAssembly and spoken to over a socket; or on the server that
 * PVAE_TEST_POSTGRES names (postgres://USER@HOST/DATABASE), whose tables beginning with `pvae_test_` it replaces.
 */
import { join } from 'node:path'
import t from 'tap'
import { PGlite } from '@electric-sql/pglite'
import { vector } from '@electric-sql/pglite-pgvector'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'
import pg from 'pg'
import { openIndex } from '../../../collections/search/open-index.js'
import { copyToPostgres, openPostgres, tableOf } from '../../../collections/search/postgres.js'
import { drawIndex, drawLatents } from './latents.js'

async function startServer (): Promise<string> {
  const given = process.env['PVAE_TEST_POSTGRES']
  if (given !== undefined) return given
  const db = await PGlite.create({ extensions: { vector } })
  const server = new PGLiteSocketServer({ db, port: 0, host: '127.0.0.1' })
  await server.start()
  t.teardown(async () => {
    await server.stop()
    await db.close()
  })
  return `postgres://postgres@${server.getServerConn()}/postgres`
}

const url = await startServer()
const metadata = Array.from({ length: 2400 }, (_, i) => ({
  file: `${i}.png`, values: { split: i % 3 === 0 ? 'te\'st' : 'train', 'age in days': i % 7 === 0 ? null : i / 2 },
}))
const drawn = await drawIndex(t.testdir(), {
  sizes: [5, 3, 1], count: 2500, logVariance: drawLatents(2500, 9, 3), build: { metadata },
})
const table = 'pvae_test_drawn'

t.test('an index as a table: a vector for each partition, metadata beside', async t => {
  let told = 0
  const header = await copyToPostgres(drawn.folder, url, table, { force: true, onProgress: rows => { told = rows } })
  t.strictSame(header, drawn.header)
  t.equal(told, 2500)
  const client = new pg.Client(url)
  await client.connect()
  const { rows } = await client.query(`SELECT * FROM ${table} ORDER BY "row" LIMIT 2 OFFSET 1`)
  t.strictSame(Object.keys(rows[0]), ['row', 'file', 'a', 'b', 'c', 'split', 'age in days'])
  t.strictSame([rows[0].row, rows[0].file, rows[0].split, rows[0]['age in days']], ['1', '1.png', 'train', 0.5])
  t.strictSame(JSON.parse(rows[1].c).map(Math.fround), [drawn.mean[2 * 9 + 8]])
  await client.end()
})

t.test('rows that float32 can not tell apart come in the order of float64', async t => {
  const far = [[50, 50], [-50, 50], [50, -50], [-50, -50]]
  // The nearest are the last: alike in float32, they would come in the order of the rows.
  const near = Array.from({ length: 12 }, (_, i) => [1, 1e-4 - 8e-6 * i])
  const close = await drawIndex(t.testdir(), { sizes: [2], mean: Float32Array.from([...far, ...near].flat()) })
  await copyToPostgres(close.folder, url, 'pvae_test_close', { force: true })
  const index = await openPostgres(url, 'pvae_test_close')
  t.teardown(() => index.close())
  const found = await index.search({ latent: new Float32Array(2), k: 3 })
  t.strictSame(found.map(({ row }) => row), [15, 14, 13])
})

t.test('it finds what the exact scan finds', async t => {
  const [index, scan] = [await openPostgres(url, table), await openIndex(drawn.folder)]
  t.teardown(() => Promise.all([index.close(), scan.close()]))
  t.strictSame(index.header, drawn.header)
  const queries = drawLatents(4, 9, 5)
  for (let i = 0; i < 4; i++) {
    const latent = queries.subarray(i * 9, i * 9 + 9)
    for (const query of [
      { latent },
      { latent, weights: { a: 1 }, k: 25 },
      { latent, weights: { c: 3 }, scale: 'posterior' as const },
      { latent, weights: { a: 1, b: -0.25 } },
      { latent, weights: { c: -1 }, k: 3 },
      { latent, where: ['split=te\'st', 'age in days>=100', 'age in days<150.5'] },
      { latent, where: ['split!=train', 'file=1?3*.png', 'file!=*9.png'] },
      { latent, where: ['age in days!=3'], k: 5000, weights: { b: 1 } },
      { latent, where: ['split=nothing of the sort'] },
    ]) {
      t.strictSame(await index.search(query), await scan.search(query), JSON.stringify({ ...query, latent: i }))
    }
  }
  await t.rejects(index.search({ latent: drawn.mean.subarray(0, 9), weights: { d: 1 } }), {
    code: 'PVAE_UNKNOWN_PARTITION',
  })
})

t.test('a table is replaced only when asked for, and whole or not at all', async t => {
  await t.rejects(copyToPostgres(drawn.folder, url, table), {
    code: 'PVAE_INDEX_EXISTS', message: /expected no table yet for pvae_test_drawn/,
  })
  let batches = 0
  const stop = new AbortController()
  const onProgress = () => { if (++batches === 2) stop.abort(new Error('stopped')) }
  const copy = copyToPostgres(drawn.folder, url, table, { force: true, signal: stop.signal, onProgress })
  await t.rejects(copy, { message: 'stopped' })
  const index = await openPostgres(url, table)
  t.equal((await index.search({ latent: new Float32Array(9), k: 3000 })).length, 2500, 'as it was')
  await index.close()
})

t.test('what can not be: no table, names that collide, no server, no address', async t => {
  await t.rejects(openPostgres(url, 'pvae_test_none'), { code: 'PVAE_INDEX_NOT_FOUND', message: /pvae_test_none/ })
  const { folder } = await drawIndex(join(t.testdir(), 'x'), {
    count: 5, build: { metadata: [{ file: '1.png', values: { row: 1 } }] },
  })
  await t.rejects(copyToPostgres(folder, url, 'pvae_test_other'), {
    code: 'PVAE_INDEX_INPUT_INVALID', message: /two called "row"/,
  })
  const error = await openPostgres('postgres://me:secret@127.0.0.1:1/photos', table).catch((error: Error) => error)
  t.match(error, { code: 'PVAE_DATABASE_FAILED', message: /^the database at 127\.0\.0\.1:1\/photos failed: .*REFUSED/ })
  t.notMatch((error as Error).message, /secret/)
  await t.rejects(openPostgres('mysql://localhost/x', table), { code: 'PVAE_INVALID_PARAMETER' })
  t.equal(tableOf('table-tennis'), 'pvae_table_tennis')
})
