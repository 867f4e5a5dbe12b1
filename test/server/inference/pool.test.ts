import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { createPool, type Pool } from '../../../server/inference/pool.js'
import { Cancellation, type CancellationListener } from '../../../server/foundation/cancellation.js'
import type { BatchReport } from '../../../server/inference/observer.js'
import type { Fit } from '../../../server/image/codec.js'
import type { ModelSource, Result } from '../../../server/inference/tasks.js'
import { createLinearModel, draftLinearModel } from '../../helpers/linear-model.js'
import { planarFromBytes, type Card } from '@partition-vae/models'
import { pngOf } from '../images.js'
import { until } from '../hold.js'
import { createLog, FRAGILE_WORKER, largestDifference, WORKER } from '../service.js'
import { createGate } from './gate.js'

const model = createLinearModel()
const truth = model.encode(planarFromBytes(model.images[0]!, model.image), 1)
const { card, encoder, decoder, golden } = await draftLinearModel(model)
const source: ModelSource = {
  key: 'linear/1',
  card: card as Card,
  encoder,
  decoder,
  golden: golden as ModelSource['golden'],
  provider: 'cpu',
}
const images = [await pngOf(model.images[0]!, model.image)]
const task = (fit: string = 'fill') => ({ images, fit: fit as Fit, invert: false, maxPixels: 1e6 })

const turn = () => new Promise(resolve => setImmediate(resolve))
/** Until a worker has what was asked. */
async function taken (pool: Pool): Promise<void> {
  while (pool.queued > 0) await turn()
}

/** What a pool tells of its batches. */
function createObserver () {
  const batches: BatchReport[] = []
  const observer = {
    waits: 0,
    replaced: 0,
    batches,
    waited () {
      observer.waits++
    },
    batchDone: (report: BatchReport) => {
      batches.push(report)
    },
    workerReplaced () {
      observer.replaced++
    },
  }
  return observer
}

t.test('every worker serves every model, jobs outnumber workers', async t => {
  const pool = createPool({ workers: 2, log: createLog(), ...WORKER })
  t.strictSame(await pool.load(source), { executionProvider: 'cpu' })
  await pool.load({ ...source, key: 'linear/2' }, { rolling: true })
  const results = await Promise.all(
    Array.from({ length: 24 }, (_, i) => pool.run(`linear/${1 + (i % 2)}`, 'encode', task()))
  )
  t.ok(results.every(({ mean }) => largestDifference(mean, truth.mean) < 1e-5))
  await pool.unload('linear/1')
  await t.rejects(pool.run('linear/1', 'encode', task()), {
    code: 'PVAE_INFERENCE_FAILED',
    message: 'expected a loaded model but received linear/1',
  })
  t.ok(largestDifference((await pool.run('linear/2', 'encode', task())).mean, truth.mean) < 1e-5)
  await pool.close()
})

t.test('what waits together runs together, and gets what it would have got alone', async t => {
  const observer = createObserver()
  const pool = createPool({ workers: 1, log: createLog(), ...WORKER, observer })
  t.teardown(() => pool.close())
  await pool.load(source)
  const pngs = await Promise.all(model.images.map(bytes => pngOf(bytes, model.image)))
  const encode = (from: number, to: number) =>
    pool.run('linear/1', 'encode', { ...task(), images: pngs.slice(from, to) })
  const latents = pool.run('linear/1', 'infer', { graph: 'decoder', input: truth.mean, rows: 1 })
  const single = Array.from({ length: 20 }, (_, i) => encode(i, i + 1))
  const refused = t.rejects(pool.run('linear/1', 'encode', { ...task(), images: [Buffer.from('text')] }), {
    code: 'PVAE_IMAGE_INVALID',
    message: /image\[0\]/,
  })
  const [twelve, all] = [encode(20, 32), encode(0, 32)]
  await refused
  t.ok(largestDifference((await latents).outputs['image']!, model.decode(truth.mean, 1)) < 1e-5)
  const check = (result: Result<'encode'>, from: number, to: number) => {
    const analytic = model.encode(
      planarFromBytes(new Uint8Array(Buffer.concat(model.images.slice(from, to))), model.image),
      to - from
    )
    t.ok(largestDifference(result.mean, analytic.mean) < 1e-5, `images ${from} to ${to}: mean`)
    t.ok(largestDifference(result.logVariance, analytic.logVariance) < 1e-5, `images ${from} to ${to}: log-variance`)
  }
  for (const [i, result] of (await Promise.all(single)).entries()) check(result, i, i + 1)
  check(await twelve, 20, 32)
  check(await all, 0, 32)
  // 20 and the one that is no image, then 12 (21 + 12 > 32), then 32.
  t.match(observer.batches, [
    { kind: 'infer', jobs: 1, rows: 1 },
    { kind: 'encode', jobs: 21, rows: 21 },
    { kind: 'encode', jobs: 1, rows: 12 },
    { kind: 'encode', jobs: 1, rows: 32 },
  ])
  t.equal(observer.waits, 24)
  for (const { decodeMs, inferenceMs } of observer.batches) {
    t.ok(decodeMs >= 0)
    t.ok(inferenceMs > 0)
  }
})

t.test('the queue is bounded; who has gone is not computed', async t => {
  const observer = createObserver()
  const gate = createGate()
  const pool = createPool({ workers: 1, maxQueue: 3, log: createLog(), ...gate.worker, observer })
  t.teardown(() => pool.close())
  await pool.load(source)
  const busy = pool.run('linear/1', 'encode', task('hold')).catch(() => {}) // no such fit
  await taken(pool)
  const [gone, late, running] = [new Cancellation(), new Cancellation(), new Cancellation()]
  const abandoned = t.rejects(pool.run('linear/1', 'encode', task(), gone), { message: 'gone' })
  const kept = pool.run('linear/1', 'encode', task(), late)
  const last = pool.run('linear/1', 'encode', task())
  t.equal(pool.queued, 3)
  t.ok(pool.full)
  await t.rejects(pool.run('linear/1', 'encode', task()), { code: 'PVAE_OVERLOADED', statusCode: 503 })
  gone.cancel(new Error('gone'))
  await abandoned
  t.equal(pool.queued, 2)
  t.notOk(pool.full)
  await t.rejects(pool.run('linear/1', 'encode', task(), gone), { message: 'gone' }, 'not even queued')
  gate.pass(1)
  for (const { mean } of await Promise.all([kept, last])) t.ok(largestDifference(mean, truth.mean) < 1e-5)
  late.cancel(new Error('too late to matter'))
  await busy
  t.equal(observer.batches.reduce((sum, { jobs }) => sum + jobs, 0), 3, 'the job that was given up never ran')
  // What runs already is answered at once, and what the worker says later is dropped.
  const overdue = pool.run('linear/1', 'encode', task('hold'), running)
  await taken(pool)
  running.cancel(new Error('overdue'))
  await t.rejects(overdue, { message: 'overdue' })
  gate.pass(1)
  t.ok(largestDifference((await pool.run('linear/1', 'encode', task())).mean, truth.mean) < 1e-5)
})

t.test('a batch is measured in latents, and in bytes: large images go alone', async t => {
  const observer = createObserver()
  const pool = createPool({ workers: 1, log: createLog(), ...WORKER, observer })
  t.teardown(() => pool.close())
  await pool.load(source)
  const latents = new Float32Array(4 * model.latentSize)
  await pool.run('linear/1', 'decode', { latents, arrangement: 'separate', format: 'png' })
  t.match(observer.batches, [{ kind: 'decode', jobs: 1, rows: 4 }])
  // What comes after its end is no part of a PNG.
  const large = { ...task(), images: [Buffer.concat([images[0]!, Buffer.alloc(700_000)])] }
  await Promise.all([pool.run('linear/1', 'encode', large), pool.run('linear/1', 'encode', large)])
  t.match(observer.batches.slice(1), [{ kind: 'encode', jobs: 1 }, { kind: 'encode', jobs: 1 }])
})

t.test('a request whose job is done does not hold on to it: its answer may take long to be read', async t => {
  const pool = createPool({ workers: 1, log: createLog(), ...WORKER })
  t.teardown(() => pool.close())
  await pool.load(source)
  const listeners = new Set<unknown>()
  class Observed extends Cancellation {
    override add (listener: CancellationListener) { listeners.add(listener) }
    override remove (listener: CancellationListener) { listeners.delete(listener) }
  }
  const answered = pool.run('linear/1', 'encode', task(), new Observed())
  const failed = t.rejects(
    pool.run('linear/1', 'encode', { ...task(), images: [Buffer.from('text')] }, new Observed()),
    { code: 'PVAE_IMAGE_INVALID' }
  )
  t.equal(listeners.size, 2, 'while they run')
  await answered
  await failed
  t.equal(listeners.size, 0, 'afterwards')
})

t.test('while a worker loads, the others are given the work', async t => {
  const gate = createGate()
  const pool = createPool({ workers: 2, log: createLog(), ...gate.worker })
  t.teardown(() => pool.close())
  await pool.load(source)
  const loading = pool.load({ ...source, key: 'linear/held' })
  while (gate.stopped < 1) await turn()
  t.ok(largestDifference((await pool.run('linear/1', 'encode', task())).mean, truth.mean) < 1e-5)
  gate.pass(2)
  await loading
})

t.test('short jobs leave workers idle where they are told to; once known to be long they take all', async t => {
  const gate = createGate()
  const pool = createPool({ workers: 2, shortAtOnce: 1, log: createLog(), ...gate.worker })
  t.teardown(() => pool.close())
  await pool.load(source)
  await pool.load({ ...source, key: 'linear/2' })
  const hold = () => ['linear/1', 'linear/2'].map(key => pool.run(key, 'encode', task('hold')).catch(() => {}))
  const unknown = hold()
  for (const held of [1, 2]) {
    while (gate.stopped < held) await turn()
    for (let i = 0; i < 5; i++) await turn()
    t.equal(pool.queued, 2 - held, 'one at a time')
    await delay(5) // longer than short jobs are
    gate.pass(1)
  }
  await Promise.all(unknown)
  const known = hold()
  await taken(pool)
  t.equal(pool.queued, 0, 'both at once')
  gate.pass(2)
  await Promise.all(known)
})

t.test('rolling: only one worker at a time loads', async t => {
  const gate = createGate()
  const pool = createPool({ workers: 3, log: createLog(), ...gate.worker })
  t.teardown(() => pool.close())
  await pool.load(source)
  await pool.load({ ...source, key: 'linear/2' })
  const loading = pool.load({ ...source, key: 'linear/held' }, { rolling: true })
  gate.pass(1)
  while (gate.stopped < 2) await turn()
  // The second loads. The first and the third can be kept busy with jobs that share no batch.
  const jobs = ['linear/1', 'linear/2'].map(key => pool.run(key, 'encode', task('hold')).catch(() => {}))
  await taken(pool)
  t.equal(pool.queued, 0, 'two workers took them')
  gate.pass(4)
  await Promise.all([loading, ...jobs])
})

t.test('errors of a job are its own; a model that is refused changes nothing', async t => {
  const pool = createPool({ workers: 2, log: createLog(), ...WORKER })
  t.teardown(() => pool.close())
  await pool.load(source)
  await t.rejects(pool.run('linear/1', 'encode', { ...task(), images: [Buffer.from('text')] }), {
    code: 'PVAE_IMAGE_INVALID',
    statusCode: 400,
  })
  await t.rejects(pool.run('linear/9', 'encode', task()), {
    code: 'PVAE_INFERENCE_FAILED',
    message: 'expected a loaded model but received linear/9',
  })
  await t.rejects(pool.load({ ...source, key: 'linear/2', decoder: createLinearModel({ seed: 2 }).decoder }), {
    code: 'PVAE_GOLDEN_INVALID',
  })
  await t.rejects(pool.load({ ...source, key: 'linear/3', encoder: Uint8Array.of(1, 2) }), {
    code: 'PVAE_INFERENCE_FAILED',
    cause: /./,
  })
  await t.rejects(pool.run('linear/2', 'encode', task()), { code: 'PVAE_INFERENCE_FAILED' })
  t.ok(largestDifference((await pool.run('linear/1', 'encode', task())).mean, truth.mean) < 1e-5)
})

t.test('a crash costs the job that ran, once; the worker is replaced and knows its models', async t => {
  const log = createLog()
  const observer = createObserver()
  const pool = createPool({ workers: 1, log, ...FRAGILE_WORKER, observer })
  t.teardown(() => pool.close())
  await pool.load(source)
  for (const fault of ['crash', 'exit']) {
    const doomed = pool.run('linear/1', 'encode', task(fault))
    await taken(pool) // or they would share its batch, and its fate
    const next = Array.from({ length: 3 }, () => pool.run('linear/1', 'encode', task()))
    await t.rejects(doomed, { code: 'PVAE_WORKER_CRASHED', statusCode: 500 }, fault)
    for (const { mean } of await Promise.all(next)) t.ok(largestDifference(mean, truth.mean) < 1e-5, `after ${fault}`)
  }
  t.equal(observer.replaced, 2)
  const errors = log.lines.filter(({ level }) => level === 'error')
  t.match(errors, [
    {
      message: 'a worker ended unexpectedly and is replaced',
      details: { err: { message: 'crashed on request' }, restartInMs: 100 },
    },
    {
      message: 'a worker ended unexpectedly and is replaced',
      details: { err: { message: 'the thread exited with code 7' } },
    },
  ])
  // Twice as long, unless this machine is so slow that the replacement has lived for 10 s.
  t.ok([100, 200].includes(errors[1]!.details['restartInMs'] as number))
})

t.test('while one worker is being replaced the other serves, and both load what comes', async t => {
  const pool = createPool({ workers: 2, log: createLog(), ...FRAGILE_WORKER })
  t.teardown(() => pool.close())
  await pool.load(source)
  await t.rejects(pool.run('linear/1', 'encode', task('crash')), { code: 'PVAE_WORKER_CRASHED' })
  const loading = pool.load({ ...source, key: 'linear/2' })
  t.ok(largestDifference((await pool.run('linear/1', 'encode', task())).mean, truth.mean) < 1e-5)
  await loading
  const results = await Promise.all(Array.from({ length: 8 }, () => pool.run('linear/2', 'encode', task())))
  t.ok(results.every(({ mean }) => largestDifference(mean, truth.mean) < 1e-5))
})

t.test('a worker that can not start is tried again, ever more slowly', async t => {
  const log = createLog()
  const pool = createPool({ workers: 1, log, entry: new URL('data:text/javascript,throw new Error("no start")') })
  await t.rejects(pool.load(source), { code: 'PVAE_WORKER_CRASHED' })
  const loading = t.rejects(pool.load(source), { code: /PVAE_(WORKER_CRASHED|SHUTTING_DOWN)/ })
  await until(() => log.lines.length >= 3)
  t.strictSame(log.lines.slice(0, 3).map(({ details }) => details['restartInMs']), [100, 200, 400])
  await pool.close()
  await loading
})

t.test('closing finishes what runs, refuses what waits and what comes', async t => {
  const pool = createPool({ workers: 1, log: createLog(), ...WORKER })
  await pool.load(source)
  const running = pool.run('linear/1', 'encode', task())
  await taken(pool)
  const waiting = t.rejects(pool.run('linear/1', 'encode', task()), { code: 'PVAE_SHUTTING_DOWN', statusCode: 503 })
  const closing = pool.close()
  t.equal(pool.queued, 0)
  const late = t.rejects(pool.run('linear/1', 'encode', task()), { code: 'PVAE_SHUTTING_DOWN' })
  t.ok(largestDifference((await running).mean, truth.mean) < 1e-5)
  await Promise.all([waiting, late, closing])
  await t.rejects(pool.load(source), { code: 'PVAE_SHUTTING_DOWN' })
})

t.test('what has come just before closing and finds a worker idle still runs', async t => {
  const pool = createPool({ workers: 1, log: createLog(), ...WORKER })
  await pool.load(source)
  const running = pool.run('linear/1', 'encode', task())
  const closing = pool.close()
  t.ok(largestDifference((await running).mean, truth.mean) < 1e-5)
  await closing
})

t.test('closing does not wait for a worker that never answers a load', async t => {
  const gate = createGate()
  const counting = `import { getEnvironmentData, parentPort } from 'node:worker_threads'
    const gate = new Int32Array(getEnvironmentData('gate'))
    parentPort.on('message', () => Atomics.add(gate, 1, 1))`
  const pool = createPool({
    workers: 2,
    log: createLog(),
    entry: new URL(`data:text/javascript,${encodeURIComponent(counting)}`),
  })
  const loading = t.rejects(pool.load(source), { code: /PVAE_(WORKER_CRASHED|SHUTTING_DOWN)/ })
  while (gate.stopped === 0) await turn()
  await pool.close()
  await loading
})
