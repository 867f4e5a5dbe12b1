import { EventEmitter, once } from 'node:events'
import { mkdir, readdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { openRepository } from '@partition-vae/models'
import t, { type Test } from 'tap'
import { encodeCollection } from '../../../collections/encode/collection.js'
import { createShardWorker, queueCollection, type EncodePiece } from '../../../collections/encode/queued.js'
import { readRecord } from '../../../collections/rows/shard.js'
import { openQueue, startQueueWorker, type WorkerOptions } from '../../../collections/work/queue/index.js'
import { preparePictures, temporaryFolder, THREAD } from '../pictures.js'
import { skipRedis, startRedis } from '../redis.js'

const COUNT = 43

/** A worker in this process, and what it says. */
async function startWorker (
  t: Test, url: string, root: string, changes: Partial<WorkerOptions<EncodePiece>> = {}
) {
  const repository = openRepository(join(root, 'models'))
  const shards = createShardWorker({
    openModel: (name, version) => repository.open(name, version),
    provider: 'cpu',
    maxPixels: 1e6,
    threads: 1,
    thread: THREAD,
  })
  const done: number[] = []
  const states: string[] = []
  const worker = await startQueueWorker<EncodePiece>({
    url,
    concurrency: 1,
    leaseSeconds: 2,
    run: piece => shards.run(piece),
    onDone: ({ shard }) => { done.push(shard) },
    onState: message => { states.push(message) },
    ...changes,
  })
  t.teardown(async () => {
    await worker.close(true)
    await shards.close()
  })
  return { worker, done, states }
}

async function shardsIn (folder: string): Promise<Map<string, string>> {
  const names = await readdir(join(folder, 'shards'))
  const contents = new Map<string, string>()
  for (const name of names.sort()) contents.set(name, (await readFile(join(folder, 'shards', name))).toString('base64'))
  return contents
}

t.test('workers do all shards, once each, as one process would', { skip: skipRedis }, async t => {
  const options = await preparePictures(t, COUNT)
  const { url } = await startRedis(t, await temporaryFolder(t))
  const queue = await openQueue({ url })
  t.teardown(() => queue.close())
  const workers = [await startWorker(t, url, options.root), await startWorker(t, url, options.root)]
  // Two who ask for the same wait for the same.
  const results = await Promise.all([1, 2].map(() => queueCollection(options, queue)))
  for (const result of results) t.match(result, { rows: COUNT, failed: 0, isComplete: true })
  t.strictSame(workers.flatMap(({ done }) => done).toSorted(), [0, 1, 2, 3, 4, 5])
  await Promise.all(workers.map(({ worker }) => worker.drained()))
  const alone = { ...options, folder: join(options.root, 'alone') }
  await encodeCollection(alone)
  t.strictSame(await shardsIn(options.folder), await shardsIn(alone.folder))
  t.match(await queueCollection(options, queue), { rows: COUNT }, 'what is done needs no worker')
})

t.test('a Redis that is killed is waited for, and what it lost is asked for again', { skip: skipRedis }, async t => {
  const options = await preparePictures(t, COUNT)
  const redis = await startRedis(t, await temporaryFolder(t))
  const queue = await openQueue({ url: redis.url })
  t.teardown(() => queue.close())
  let killed = false
  const { states } = await startWorker(t, redis.url, options.root, {
    onDone: async () => {
      if (killed) return
      killed = true
      await redis.kill()
      while (states.length === 0) await new Promise(resolve => setTimeout(resolve, 20))
      await redis.start()
    },
  })
  t.match(await queueCollection(options, queue), { rows: COUNT, isComplete: true })
  t.match(states, [/^Redis at 127.0.0.1:\d+ is away/, /^Redis at 127.0.0.1:\d+ is back$/])
})

t.test('a shard that fails three times ends with its reason, after all others', { skip: skipRedis }, async t => {
  const options = await preparePictures(t, COUNT)
  const { url } = await startRedis(t, await temporaryFolder(t))
  const queue = await openQueue({ url })
  t.teardown(() => queue.close())
  let isOnFire = true
  const { done } = await startWorker(t, url, options.root, {
    run: async ({ shard, folder }) => {
      if (shard === 2 && isOnFire) throw new Error('the disk is on fire')
      const shards = createShardWorker({
        openModel: async () => options.model, provider: 'cpu', maxPixels: 1e6, threads: 1, thread: THREAD,
      })
      await shards.run({ kind: 'encode', folder, shard }).finally(() => shards.close())
    },
  })
  const faults: string[] = []
  const onFault = (shard: number, message: string) => { faults.push(`${shard}: ${message}`) }
  await t.rejects(queueCollection(options, queue, { onFault }), {
    code: 'PVAE_OUTPUT_INCOMPLETE', message: /^expected all shards to be encoded but 1 of 6 were given up/,
  })
  t.strictSame(faults, ['2: the disk is on fire'])
  t.strictSame(done.toSorted(), [0, 1, 3, 4, 5])
  isOnFire = false
  t.match(await queueCollection(options, queue), { rows: COUNT, isComplete: true }, 'asked for anew it is tried anew')
  t.equal(done.at(-1), 2)
})

t.test('a worker encodes with the model of the collection only, from where the pictures are here', async t => {
  const options = await preparePictures(t, COUNT)
  const { folder, root, model } = options
  await encodeCollection({ ...options, part: { n: 999, of: 1000 } })
  await mkdir(join(root, 'here'))
  await rename(join(root, 'photos'), join(root, 'here/photos'))
  const start = (encoder: Uint8Array) => {
    const worker = createShardWorker({
      openModel: async () => ({ ...model, encoder }),
      provider: 'cpu',
      maxPixels: 1e6,
      threads: 2,
      root: join(root, 'here'),
      thread: THREAD,
    })
    t.teardown(() => worker.close())
    return worker
  }
  const piece = { kind: 'encode', folder, shard: 0 } as const
  await t.rejects(start(Uint8Array.of(1)).run(piece), {
    code: 'PVAE_OUTPUT_MISMATCH', message: /^expected the encoder of .* for linear@1 but found another/,
  })
  await start(model.encoder).run(piece)
  t.match(await readRecord(folder, 0), { rows: 8, failed: [] })
})

t.test('addresses and passwords that are wrong', { skip: skipRedis }, async t => {
  const { url } = await startRedis(t, await temporaryFolder(t), { password: 'secret' })
  const refused = /^expected a Redis that lets one in at 127.0.0.1:\d+ but found: /
  for (const wrong of [url, url.replace('//', '//:guess@')]) {
    await t.rejects(openQueue({ url: wrong }), { code: 'PVAE_QUEUE_UNAVAILABLE', message: refused })
  }
  const queue = await openQueue({ url: url.replace('//', '//:secret@') })
  await queue.close()
  await t.rejects(openQueue({ url: 'queue:6379' }), {
    code: 'PVAE_INVALID_PARAMETER', message: 'expected redis://HOST[:PORT] for the queue but received "queue:6379"',
  })
})

t.test('a Redis that is not there yet is waited for', { skip: skipRedis }, async t => {
  const redis = await startRedis(t, await temporaryFolder(t), { isStarted: false })
  const states: string[] = []
  const opening = openQueue({ url: redis.url, onState: message => { states.push(message) } })
  while (states.length === 0) await new Promise(resolve => setTimeout(resolve, 20))
  await redis.start()
  const queue = await opening
  await queue.close()
  t.match(states, [/ is away \(.*ECONNREFUSED.*\); waiting for it$/, / is back$/])
  await redis.kill()
  const controller = new AbortController()
  const onState = () => controller.abort(new Error('enough'))
  const stopped = openQueue({ url: redis.url, signal: controller.signal, onState })
  await t.rejects(stopped, { message: 'enough' })
})

t.test('a worker that is told to stop finishes what it has, and says so to the queue', { skip: skipRedis }, async t => {
  const { url } = await startRedis(t, await temporaryFolder(t))
  const queue = await openQueue({ url })
  t.teardown(() => queue.close())
  const controller = new AbortController()
  const events = new EventEmitter()
  const begun = once(events, 'begun')
  const stopping = await startQueueWorker<EncodePiece>({
    url,
    concurrency: 1,
    leaseSeconds: 60,
    signal: controller.signal,
    run: async () => {
      const finished = once(events, 'finish')
      events.emit('begun')
      await finished
    },
  })
  await queue.add([{ id: 'one', data: { kind: 'encode', folder: '/nowhere', shard: 0 } }])
  await begun
  controller.abort()
  events.emit('finish')
  await stopping.close(false)
  const { worker } = await startWorker(t, url, await temporaryFolder(t), {
    run: async () => { t.fail('nothing is left to do') },
  })
  await worker.drained()
  t.pass('the queue is empty')
})
