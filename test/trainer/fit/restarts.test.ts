import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { TrainerError } from '../../../trainer/foundation/errors.js'
import { readRestarts, type AttemptQuality } from '../../../trainer/fit/attempts.js'
import { createBatchSource } from '../../../trainer/fit/batch-source.js'
import { fit } from '../../../trainer/fit/loop.js'
import type { FitOptions } from '../../../trainer/fit/options.js'
import { parseEpochRecords } from '../../../trainer/fit/record.js'
import { fitWithRestarts, type RestartsOptions } from '../../../trainer/fit/restarts.js'
import { createRun, readRun, resumeRun } from '../../../trainer/fit/run-directory.js'
import { createLinearEngine } from './linear-engine.js'
import { bars, image, tinyConfig } from './run-fixture.js'
import { createNetwork } from '../../../trainer/model/create-network.js'

const config = tinyConfig()
const network = createNetwork(config.model, image)

/** One process's work on runs/tiny, with what `quality` says of each seed. */
async function work (
  runs: string,
  restarts: number,
  quality: (seed: number) => AttemptQuality,
  changes: Partial<FitOptions> = {},
  resume = false
) {
  const location = { runs, name: 'tiny' }
  const run = resume ? await resumeRun(location) : await createRun(location, config)
  const trained: number[] = []
  const options: RestartsOptions = {
    run,
    config,
    restarts,
    async train ({ attempt, restarts, ...own }) {
      trained.push(own.config.seed)
      const dataset = bars()
      const {
        seed,
        fit: { batchSize },
      } = own.config
      return await fit({
        ...own,
        network,
        engine: createLinearEngine({ pixels: 16, latentSize: 3, seed }),
        batches: createBatchSource(dataset, { batchSize, seed }),
        dataFingerprint: dataset.fingerprint,
        ...changes,
      })
    },
    measure: async ({ seed }) => quality(seed),
    onRefused: error => {
      throw error
    },
  }
  try {
    return { ...(await fitWithRestarts(options)), trained }
  } finally {
    await run.close()
  }
}
const restartsOf = (runs: string) => readRestarts(join(runs, 'tiny'))

t.test('the attempt with the lowest total correlation is kept, as a run like any other', async t => {
  const runs = t.testdir()
  const {
    result,
    config: kept,
    trained,
  } = await work(runs, 3, seed => ({ totalCorrelation: [0.9, 0.4, 0.6][seed - 7]! }))
  t.strictSame(trained, [7, 8, 9])
  t.equal(kept.seed, 8)
  const restarts = await restartsOf(runs)
  t.match(restarts, {
    restarts: 3,
    kept: 2,
    attempts: [{ seed: 7, outcome: 'finished', steps: 21, totalCorrelation: 0.9 }, { seed: 8 }, { seed: 9 }],
  })
  t.ok(restarts!.attempts.every(({ loss }) => Number.isFinite(loss)))
  const run = await readRun({ runs, name: 'tiny' })
  t.equal(run.config.seed, 8)
  const attempt = await readRun({ runs: join(runs, 'tiny', 'attempts'), name: '2' })
  t.strictSame(
    (await run.checkpoints.loadLatest(() => {}))!.checkpoint.state,
    (await attempt.checkpoints.loadLatest(() => {}))!.checkpoint.state
  )
  t.strictSame(result.state, (await attempt.checkpoints.loadLatest(() => {}))!.checkpoint.state)
  t.strictSame(parseEpochRecords(await run.readLog()), parseEpochRecords(await attempt.readLog()))
  const log = await run.readLog()
  await rm(join(runs, 'tiny', 'restarts.json'))
  await writeFile(join(runs, 'tiny', 'restarts.json'), JSON.stringify({ restarts: 3, attempts: restarts!.attempts }))
  t.strictSame(
    (await work(runs, 3, () => ({}), {}, true)).trained,
    [],
    'killed before it was said which is kept: nothing is trained again'
  )
  t.equal(await run.readLog(), log)
})

t.test('no further seed once one is good; bad ones are given up early, but not the last one', async t => {
  const good = t.testdir({ good: {}, bad: {} })
  t.strictSame(
    (
      await work(join(good, 'good'), 5, seed =>
        seed === 8 ? { totalCorrelation: 0.1 } : { totalCorrelation: 0, deadPartitions: 1 }
      )
    ).trained,
    [7, 8]
  )
  const bad = await work(join(good, 'bad'), 3, seed => seed === 7 ? { coincidence: 0.8 } : { totalCorrelation: 2 })
  t.equal(bad.config.seed, 9)
  t.match((await restartsOf(join(good, 'bad')))!.attempts, [
    { outcome: 'given up', steps: 7, reason: 'two sprites coincide in 80% of the images' },
    { outcome: 'given up', steps: 11, reason: 'a total correlation of 2.00 nats' },
    { outcome: 'finished', steps: 21 },
  ])
})

t.test('interrupted in the second attempt and resumed, the run ends with the same bits', async t => {
  const root = t.testdir({ whole: {}, stopped: {} })
  const quality = (seed: number) => ({ totalCorrelation: seed === 8 ? 0.3 : 0.5 })
  const whole = await work(join(root, 'whole'), 3, quality)
  const abort = new AbortController()
  let steps = 0
  const first = await work(join(root, 'stopped'), 3, quality, {
    signal: abort.signal,
    onStep: () => {
      if (++steps === 26) abort.abort()
    },
  })
  t.match(first.result, { outcome: 'interrupted', state: { step: 5 } })
  t.equal((await restartsOf(join(root, 'stopped')))!.attempts.length, 1)
  const second = await work(join(root, 'stopped'), 3, quality, {}, true)
  t.strictSame(second.trained, [8, 9])
  t.strictSame(second.result.state, whole.result.state)
  t.strictSame(await restartsOf(join(root, 'stopped')), await restartsOf(join(root, 'whole')))
})

t.test('an attempt that diverges is one of the failures; only if all do, so does the run', async t => {
  const root = t.testdir({ one: {}, all: {}, other: {} })
  const diverging = (seeds: number[]) => (seed: number) => {
    if (seeds.includes(seed)) throw new TrainerError('PVAE_DIVERGED', 'expected finite values')
    return { totalCorrelation: 0.2 }
  }
  t.equal((await work(join(root, 'one'), 2, diverging([7]))).config.seed, 8)
  t.match((await restartsOf(join(root, 'one')))!.attempts[0], { outcome: 'diverged', reason: 'expected finite values' })
  await t.rejects(work(join(root, 'all'), 2, diverging([7, 8])), { code: 'PVAE_DIVERGED' })
  await t.rejects(work(join(root, 'all'), 2, diverging([]), {}, true), {
    code: 'PVAE_DIVERGED',
    message: /one of 2 attempts to finish/,
  })
  await t.rejects(work(join(root, 'other'), 2, () => { throw new Error('else') }), { message: 'else' })
})
