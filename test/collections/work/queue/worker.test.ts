import { once, EventEmitter } from 'node:events'
import t, { type Test } from 'tap'
import { openQueue, PieceUnfinished, startQueueWorker, type WorkerOptions } from
  '../../../../collections/work/queue/index.js'
import { temporaryFolder } from '../../pictures.js'
import { skipRedis, startRedis } from '../../redis.js'

interface Data { readonly n: number }

async function place (t: Test) {
  const { url } = await startRedis(t, await temporaryFolder(t))
  const name = 'other'
  const queue = await openQueue({ url, name })
  t.teardown(() => queue.close())
  const start = async (run: WorkerOptions<Data>['run']) => {
    const worker = await startQueueWorker<Data>({ url, name, concurrency: 1, leaseSeconds: 60, run })
    t.teardown(() => worker.close(true))
    return worker
  }
  return { url, queue, start }
}

const aborted = (signal: AbortSignal) => new Promise<void>(resolve => {
  signal.addEventListener('abort', () => resolve())
  if (signal.aborted) resolve()
})

t.test('a piece that is given back is done by another worker, and no try is counted', { skip: skipRedis }, async t => {
  const { queue, start } = await place(t)
  await queue.add([{ id: 'p-0', data: { n: 0 } }])
  // More often than a piece may fail.
  for (let times = 0; times < 4; times++) {
    const events = new EventEmitter()
    const begun = once(events, 'begun')
    const stop = new AbortController()
    const worker = await start(async () => {
      events.emit('begun')
      await aborted(stop.signal)
      throw new PieceUnfinished()
    })
    await begun
    const closed = worker.close(false)
    stop.abort()
    await closed
    t.strictSame(await queue.open('p-'), ['p-0'], 'it waits for the next')
  }
  const done: number[] = []
  const last = await start(async ({ n }) => { done.push(n) })
  await last.drained()
  t.strictSame(done, [0])
  t.strictSame(await queue.open('p-'), [])
  t.strictSame(await queue.failures(['p-0']), new Map())
})

t.test('what is withdrawn is out, and who works on it is told', { skip: skipRedis }, async t => {
  const { queue, start } = await place(t)
  const events = new EventEmitter()
  const begun = once(events, 'begun')
  const seen: number[] = []
  const worker = await start(async ({ n }, withdrawn) => {
    seen.push(n)
    events.emit('begun')
    await aborted(withdrawn)
  })
  await queue.add([0, 1, 2].map(n => ({ id: `p-${n}`, data: { n } })))
  await queue.add([{ id: 'q-3', data: { n: 3 } }])
  await begun
  t.strictSame((await queue.open('p-')).toSorted(), ['p-0', 'p-1', 'p-2'], 'only those with the prefix')
  await queue.withdraw(['p-0', 'p-1', 'p-2', 'p-none'])
  while (seen.length < 2) await new Promise(resolve => setTimeout(resolve, 20))
  t.strictSame(seen, [0, 3], 'of the others nobody begins one')
  t.strictSame(await queue.open('p-'), [])
  await queue.withdraw(['q-3'])
  await worker.drained()
})

t.test('each kind of work has a queue of its own', { skip: skipRedis }, async t => {
  const { url, queue, start } = await place(t)
  const pictures = await openQueue({ url })
  t.teardown(() => pictures.close())
  await pictures.add([{ id: 'p-0', data: { n: 0 } }])
  await queue.add([{ id: 'p-1', data: { n: 1 } }])
  const done: number[] = []
  const worker = await start(async ({ n }) => { done.push(n) })
  await worker.drained()
  t.strictSame(done, [1])
  t.strictSame(await pictures.open('p-'), ['p-0'])
})
