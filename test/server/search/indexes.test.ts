import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { Cancellation } from '../../../server/foundation/cancellation.js'
import { createIndexes } from '../../../server/search/indexes.js'
import { measureIndexes } from '../../../server/search/look.js'
import { batchesOf, cardOf, drawLatents } from '../../collections/search/latents.js'
import { buildIndex } from '../../../collections/search/build.js'
import { createLog, SEARCH_WORKER, temporaryFolder } from '../service.js'

const card = cardOf([2, 1])
const query = { latent: new Float32Array(3) }

async function start (options: { maxWaiting?: number, entry?: URL } = {}) {
  const folder = await temporaryFolder(t)
  await buildIndex(join(folder, 'a'), card, batchesOf(drawLatents(300, 3), 3))
  const log = createLog()
  const indexes = createIndexes({ folder, threads: 2, maxWaiting: 10, log, ...SEARCH_WORKER, ...options })
  t.teardown(() => indexes.close())
  await indexes.look()
  return { folder, log, indexes }
}

t.test('an index is read once, by the first search', async t => {
  const { indexes, log } = await start()
  const [a, b] = await Promise.all([indexes.search(card, query), indexes.search(card, query)])
  t.strictSame(a, b)
  t.equal(log.lines.filter(({ message }) => message === 'an index was read').length, 1)
})

t.test('the memory that indexes take is known before they are read', async t => {
  const { folder } = await start()
  const thread = 30 * 2 ** 20
  t.equal(await measureIndexes(folder, 8), 4 * 300 * 3 + thread, 'a small one has one thread')
  await buildIndex(join(folder, 'b'), card, batchesOf(drawLatents(200, 3), 3))
  t.equal(await measureIndexes(folder, 1), 4 * 500 * 3 + 2 * thread, 'of all that are there')
  await buildIndex(join(folder, 'c'), card, batchesOf(drawLatents(60_000, 3), 3))
  t.equal(await measureIndexes(folder, 8), 4 * 60_500 * 3 + 5 * thread, 'a large one has several')
  const missing = join(folder, 'missing')
  await t.rejects(measureIndexes(missing, 1), {
    message: `expected a folder of indexes for PVAE_INDEX_DIR but received ${missing}: ENOENT`,
  })
})

t.test('more searches than may wait are refused at once', async t => {
  const { indexes } = await start({ maxWaiting: 1 })
  const first = indexes.search(card, query)
  await t.rejects(indexes.search(card, query), { code: 'PVAE_OVERLOADED' })
  t.equal((await first).length, 10)
  t.equal((await indexes.search(card, query)).length, 10, 'afterwards there is room again')
})

t.test('an index is of one encoder, and of several of its the newest counts', async t => {
  const { folder, indexes, log } = await start()
  t.throws(() => indexes.require(cardOf([2, 1], 'f')), { code: 'PVAE_INDEX_MISMATCH' })
  t.equal(indexes.find(cardOf([2, 1], 'f')), undefined)
  t.throws(() => indexes.require({ ...card, name: 'other' }), { code: 'PVAE_NO_INDEX' })
  await buildIndex(join(folder, 'b'), card, batchesOf(drawLatents(200, 3), 3))
  const path = join(folder, 'a', 'index.json')
  const header = JSON.parse(await readFile(path, 'utf8')) as object
  await writeFile(path, JSON.stringify({ ...header, createdAt: '2020-01-01T00:00:00.000Z' }))
  const both = createIndexes({ folder, threads: 1, maxWaiting: 1, log, ...SEARCH_WORKER })
  await both.look()
  t.equal(both.require(card).count, 200)
  await both.close()
})

t.test('what could not be read is read again by the next search', async t => {
  const { folder, indexes } = await start()
  const path = join(folder, 'a', 'partitions', 'a.f32')
  await rename(path, `${path}.away`)
  await t.rejects(indexes.search(card, query), { code: 'PVAE_INDEX_FAILED' })
  await rename(`${path}.away`, path)
  t.equal((await indexes.search(card, query)).length, 10)
})

t.test('an index that is replaced is seen, and not closed under a search', async t => {
  const own = await temporaryFolder(t)
  const [program, gate] = [join(own, 'gated.mjs'), join(own, 'open')]
  // Answers searches once there is a file.
  await writeFile(program, `
    import { existsSync } from 'node:fs'
    import { parentPort } from 'node:worker_threads'
    const listen = parentPort.on.bind(parentPort)
    parentPort.on = (name, listener) => listen(name, function answer (message) {
      if (message.query === undefined || existsSync(${JSON.stringify(gate)})) listener(message)
      else setTimeout(answer, 10, message)
    })
    await import(${JSON.stringify(SEARCH_WORKER.entry.href)})
  `)
  const { folder, indexes, log } = await start({ entry: new URL(`file://${program}`) })
  const search = indexes.search(card, { ...query, k: 1000 })
  search.catch(() => {})
  while (!log.lines.some(({ message }) => message === 'an index was read')) await sleep(10)
  await buildIndex(join(folder, 'a'), card, batchesOf(drawLatents(200, 3), 3), { force: true })
  while (indexes.require(card).count !== 200) {
    await sleep(50)
    await indexes.look()
  }
  await writeFile(gate, '')
  t.equal((await search).length, 300, 'it goes on in the old one')
  t.equal((await indexes.search(card, { ...query, k: 1000 })).length, 200)
})

t.test('a search that nobody waits for any more ends with the reason', async t => {
  const { indexes } = await start()
  const cancellation = new Cancellation()
  const search = indexes.search(card, query, cancellation)
  cancellation.cancel(new Error('gone'))
  await t.rejects(search, { message: 'gone' })
  await t.rejects(indexes.search(card, query, cancellation), { message: 'gone' }, 'nor does it begin')
})

t.test('what is no index is passed over, and named once', async t => {
  const { folder, log } = await start()
  await mkdir(join(folder, 'broken'))
  await writeFile(join(folder, 'broken', 'index.json'), '{}')
  await writeFile(join(folder, 'notes.txt'), '')
  const indexes = createIndexes({ folder, threads: 1, maxWaiting: 1, log, ...SEARCH_WORKER })
  await indexes.look()
  const { message } = log.lines.find(({ level }) => level === 'warn')!
  t.match(message, /^an index is passed over: .*broken\/index\.json/)
  t.equal(indexes.require(card).count, 300, 'the other is there')
  await indexes.close()
})

t.test('a folder that is an index itself, and one that is not there', async t => {
  const { folder, log } = await start()
  const indexes = createIndexes({ folder: join(folder, 'a'), threads: 1, maxWaiting: 1, log, ...SEARCH_WORKER })
  await indexes.look()
  t.equal(indexes.find(card)?.count, 300)
  const none = createIndexes({ folder: join(folder, 'none'), threads: 1, maxWaiting: 1, log, ...SEARCH_WORKER })
  await none.look()
  t.equal(none.find(card), undefined)
  t.ok(log.lines.some(({ message }) => message === 'the folder of indexes can not be read'))
})

t.test('a thread that dies fails its searches, and the next has another', async t => {
  const folder = await temporaryFolder(t)
  const program = join(folder, 'dying.mjs')
  // Dies of the first search, counted by a file that outlives it.
  await writeFile(program, `
    import { existsSync, writeFileSync } from 'node:fs'
    import { parentPort } from 'node:worker_threads'
    const listen = parentPort.on.bind(parentPort)
    parentPort.on = (name, listener) => listen(name, message => {
      if (message.query === undefined || existsSync(${JSON.stringify(join(folder, 'died'))})) return listener(message)
      writeFileSync(${JSON.stringify(join(folder, 'died'))}, '')
      process.exit(1)
    })
    await import(${JSON.stringify(SEARCH_WORKER.entry.href)})
  `)
  const { indexes } = await start({ entry: new URL(`file://${program}`) })
  await t.rejects(indexes.search(card, query), { code: 'PVAE_INDEX_FAILED', statusCode: 500 })
  t.equal((await indexes.search(card, query)).length, 10)
})

t.test('indexes are seen wherever their folder lies; what a build leaves behind is none', async t => {
  const folder = join(await temporaryFolder(t), '.tmp-of-somebody')
  await buildIndex(join(folder, 'a'), card, batchesOf(drawLatents(300, 3), 3))
  await buildIndex(join(folder, '.tmp-0123-b.old'), { ...card, name: 'other' }, batchesOf(drawLatents(9, 3), 3))
  const indexes = createIndexes({ folder, threads: 0, maxWaiting: 10, log: createLog(), ...SEARCH_WORKER })
  t.teardown(() => indexes.close())
  await indexes.look()
  t.equal(indexes.find(card)?.count, 300)
  t.equal(indexes.find({ ...card, name: 'other' }), undefined)
})
