import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import type { Engine, StepInputs } from '../../../trainer/engine/engine.js'
import type { TrainingState } from '../../../trainer/foundation/training-state.js'
import { decodeCheckpoint } from '../../../trainer/fit/checkpoint.js'
import { createBatchSource } from '../../../trainer/fit/batch-source.js'
import { parseEpochRecords, type EpochRecord } from '../../../trainer/fit/record.js'
import { readRun } from '../../../trainer/fit/run-directory.js'
import { createNetwork } from '../../../trainer/model/create-network.js'
import { createLinearEngine } from './linear-engine.js'
import { bars, image, tinyConfig, work } from './run-fixture.js'

const STEPS = 21 // 3 epochs of 56/8 batches

/** A record without what the clock decides. */
const timeless = ({ imagesPerSecond, trainedSeconds, ...record }: EpochRecord) => record
const records = async (runs: string) => parseEpochRecords(await readFile(join(runs, 'tiny', 'log.jsonl'), 'utf8'))
const checkpointNames = async (runs: string) => {
  const { checkpoints } = await readRun({ runs, name: 'tiny' })
  const { readdir } = await import('node:fs/promises')
  return (await readdir(checkpoints.directory)).sort()
}

t.test('training lowers the loss, logs every epoch, and keeps two checkpoints and the final one', async t => {
  const runs = t.testdir()
  const config = tinyConfig(['fit.epochs', 20])
  const steps: number[] = []
  const result = await work(runs, config, { onStep: ({ step }) => steps.push(step) })
  t.match(result, { outcome: 'finished', totalSteps: 140, state: { step: 140 } })
  t.strictSame(steps, Array.from({ length: 140 }, (_, i) => i + 1))
  const log = await records(runs)
  t.strictSame(log.map(({ epoch }) => epoch), Array.from({ length: 20 }, (_, i) => i + 1))
  const [first, last] = [log[0]!, log.at(-1)!]
  t.ok(last.train.mse < first.train.mse / 3, `${first.train.mse} → ${last.train.mse}`)
  for (const { train, beta } of log) {
    t.ok(Math.abs(train.klByPartition['shape']! + train.klByPartition['light']! - train.kl) < 1e-9)
    t.equal(train.klByUnit!.length, 3)
    t.ok(beta >= 0)
  }
  t.strictSame(
    await checkpointNames(runs),
    ['final.safetensors', 'step-0000000133.safetensors', 'step-0000000136.safetensors'].sort()
  )
  t.ok(result.trainedSeconds > 0)
  t.ok(last.imagesPerSecond > 0)
})

t.test('an epoch\'s averages are the averages of its steps', async t => {
  const runs = t.testdir()
  const seen: number[] = []
  await work(runs, tinyConfig(), { onStep: ({ metrics }) => seen.push(metrics.reconstruction) })
  const log = await records(runs)
  log.forEach(({ train }, epoch) => {
    const mean = seen.slice(epoch * 7, epoch * 7 + 7).reduce((a, b) => a + b, 0) / 7
    t.ok(Math.abs(train.reconstruction - mean) < 1e-9)
  })
})

t.test('the engine is given what the seed, the schedule and the data say', async t => {
  const runs = t.testdir()
  const config = tinyConfig()
  const inner = createLinearEngine({ pixels: 16, latentSize: 3, seed: 7 })
  const inputs: StepInputs[] = []
  const engine: Engine = { ...inner, step: given => { inputs.push(given); return inner.step(given) } }
  await work(runs, config, { engine })
  t.equal(inputs.length, STEPS)
  for (const { image, latentNoise, imageNoise } of inputs) {
    t.strictSame([image.length, latentNoise.length, imageNoise?.length], [128, 24, 128])
    t.ok(Math.min(...image) >= 0, 'not below 0')
    t.ok(Math.max(...image) <= 1, 'not above 1')
  }
  t.equal(inputs[0]!.beta, 0)
  t.ok(Math.abs(inputs[5]!.beta - 5 / 10.5) < 1e-12)
  t.equal(inputs.at(-1)!.beta, 1)
  t.equal(new Set(inputs.map(({ latentNoise }) => latentNoise.join())).size, STEPS, 'fresh noise at every step')
  // 7 steps of 8 are all 56 images: each epoch sees every image once, in another order.
  const epochs = [0, 1, 2].map(e =>
    inputs
      .slice(e * 7, e * 7 + 7)
      .flatMap(({ image }) => Array.from({ length: 8 }, (_, n) => image.subarray(n * 16, n * 16 + 16).join()))
  )
  t.strictSame([...epochs[0]!].sort(), [...epochs[1]!].sort())
  t.notSame(epochs[0], epochs[1])
  const quiet = t.testdir({ quiet: {} })
  inputs.length = 0
  await work(join(quiet, 'quiet'), tinyConfig(['objective.inputNoise', 0]), { engine })
  t.ok(inputs.every(({ imageNoise }) => imageNoise === undefined))
})

t.test('what a model schedules is given to the engine, told after each step and logged', async t => {
  const runs = t.testdir()
  const config = tinyConfig()
  const network = {
    ...createNetwork(config.model, image),
    scheduleAt: (step: number, totalSteps: number) => ({ 'model.price': step / totalSteps }),
  }
  const inner = createLinearEngine({ pixels: 16, latentSize: 3, seed: 7 })
  const [given, told]: [unknown[], unknown[]] = [[], []]
  await work(runs, config, {
    network,
    engine: { ...inner, step: inputs => { given.push(inputs.scheduled); return inner.step(inputs) } },
    onStep: ({ scheduled }) => told.push(scheduled),
  })
  t.strictSame(given, Array.from({ length: STEPS }, (_, step) => ({ 'model.price': step / STEPS })))
  t.strictSame(told, given)
  t.strictSame((await records(runs)).map(({ scheduled }) => scheduled), [6, 13, 20].map(step => given[step]))
})

t.test('stopped after any step and resumed, the run ends with the same bits and the same log', async t => {
  const root = t.testdir({ whole: {} })
  const whole = join(root, 'whole')
  const reference = await work(whole, tinyConfig())
  for (let stopAt = 1; stopAt <= STEPS; stopAt += 3) {
    const runs = join(root, `stopped-${stopAt}`)
    const abort = new AbortController()
    const first = await work(runs, tinyConfig(), {
      signal: abort.signal,
      onStep: ({ step }) => step === stopAt && abort.abort(),
    })
    if (stopAt < STEPS) t.match(first, { outcome: 'interrupted', state: { step: stopAt } }, `stopped after ${stopAt}`)
    const second = await work(runs, tinyConfig(), { resume: true })
    t.equal(second.outcome, 'finished')
    t.strictSame(second.state, reference.state, `bits after a stop at ${stopAt}`)
    t.strictSame(
      (await records(runs)).map(timeless),
      (await records(whole)).map(timeless),
      `log after a stop at ${stopAt}`
    )
    t.ok(second.trainedSeconds > first.trainedSeconds || stopAt === STEPS)
  }
})

t.test('killed at any step (nothing is saved), the run resumes from its last checkpoint to the same bits', async t => {
  const root = t.testdir({ whole: {} })
  const reference = await work(join(root, 'whole'), tinyConfig())
  for (const killAt of [1, 3, 6, 7, 9, 17, 20]) {
    const runs = join(root, `killed-${killAt}`)
    const inner = createLinearEngine({ pixels: 16, latentSize: 3, seed: 7 })
    let steps = 0
    const engine: Engine = {
      ...inner,
      async step (inputs) {
        if (++steps > killAt) throw new Error('killed')
        return inner.step(inputs)
      },
    }
    await t.rejects(work(runs, tinyConfig(), { engine }), { message: 'killed' })
    // What a kill leaves: a torn log line and a temporary file.
    const run = join(runs, 'tiny')
    await mkdir(join(run, 'checkpoints'), { recursive: true })
    await writeFile(join(run, 'log.jsonl'), '{"epoch": 3, "st', { flag: 'a' })
    await writeFile(join(run, 'checkpoints', 'step-0000000099.safetensors.abc.tmp'), 'half')
    const { state } = await work(runs, tinyConfig(), { resume: true })
    t.strictSame(state, reference.state, `bits after a kill at ${killAt}`)
    t.strictSame((await records(runs)).map(timeless), (await records(join(root, 'whole'))).map(timeless))
    t.notOk((await checkpointNames(runs)).some(name => name.endsWith('.tmp')))
  }
})

t.test('an aborted run takes no step; a finished one resumes to its end', async t => {
  const runs = t.testdir()
  const first = await work(runs, tinyConfig(), { signal: AbortSignal.abort() })
  t.match(first, { outcome: 'interrupted', state: { step: 0 } })
  const done = await work(runs, tinyConfig(), { resume: true })
  const again = await work(runs, tinyConfig(), { resume: true })
  t.equal(again.outcome, 'finished')
  t.strictSame(again.state, done.state)
  t.equal((await records(runs)).length, 3)
})

t.test('constant schedules can be extended: 2 epochs and 1 more are 3; others can\'t', async t => {
  const root = t.testdir({ whole: {} })
  const constant = (epochs: number) =>
    tinyConfig(['fit.learningRateSchedule', 'constant'], ['objective.betaWarmup', 0], ['fit.epochs', epochs])
  const reference = await work(join(root, 'whole'), constant(3))
  const runs = join(root, 'extended')
  await work(runs, constant(2))
  const { state } = await work(runs, constant(3), { resume: true })
  t.strictSame(state, reference.state)
  await t.rejects(work(runs, constant(1), { resume: true }), {
    code: 'PVAE_CHECKPOINT_MISMATCH',
    message: /at least 3 for fit\.epochs/,
  })
  const cosine = join(root, 'cosine')
  await work(cosine, tinyConfig())
  await t.rejects(work(cosine, tinyConfig(['fit.epochs', 4]), { resume: true }), {
    code: 'PVAE_CHECKPOINT_MISMATCH',
    message: /expected 3 for fit\.epochs, as the run began, but received 4; its schedules depend/,
  })
})

t.test('test averages go into the log after every k epochs and the last', async t => {
  const runs = t.testdir()
  const states: TrainingState[] = []
  const averages = { loss: 1, reconstruction: 1, kl: 0, klByPartition: {}, mse: 0.5 }
  const logged: EpochRecord[] = []
  await work(runs, tinyConfig(), {
    evaluateEvery: 2,
    evaluate: async state => { states.push(state); return averages },
    onEpoch: record => logged.push(record),
  })
  t.strictSame(states.map(({ step }) => step), [14, 21])
  t.strictSame((await records(runs)).map(({ test }) => test), [undefined, averages, averages])
  t.strictSame(await records(runs), JSON.parse(JSON.stringify(logged)))
})

t.test('a loss that is not finite stops the run, names the term, and the last good checkpoint stays', async t => {
  const root = t.testdir({ nan: {} })
  const inner = createLinearEngine({ pixels: 16, latentSize: 3, seed: 7 })
  const diverging: Engine = {
    ...inner,
    async step (inputs) {
      const metrics = await inner.step(inputs)
      return (await inner.readState()).step === 10
        ? { ...metrics, loss: NaN, klByUnit: Float32Array.of(1, 2, Infinity) }
        : metrics
    },
  }
  const runs = join(root, 'nan')
  await t.rejects(work(runs, tinyConfig(), { engine: diverging }), {
    code: 'PVAE_DIVERGED',
    message:
      /at step 10 but received Infinity for the KL of partition light \(unit light\[0\]\): training diverged; kept is the last good checkpoint, after step 8, .*step-0000000008\.safetensors; begin another run with a --learning-rate below 0\.02 or with a limit on the gradients/,
  })
  const { checkpoints } = await readRun({ runs, name: 'tiny' })
  t.equal((await checkpoints.loadLatest(() => undefined))?.checkpoint.state.step, 8)

  // Finite metrics, but an update that overflowed: never saved.
  const huge = createLinearEngine({ pixels: 16, latentSize: 3, seed: 7 })
  const overflowing: Engine = {
    ...huge,
    async readState () {
      const state = await huge.readState()
      if (state.step === 8) state.weights['W']!.values[3] = -Infinity
      return state
    },
  }
  const other = join(root, 'overflow')
  await t.rejects(work(other, tinyConfig(), { engine: overflowing }), {
    code: 'PVAE_DIVERGED',
    message:
      /weights\/W after step 8 but received -Infinity: training diverged; kept is the last good checkpoint, after step 7/,
  })
  t.strictSame(await checkpointNames(other), ['step-0000000004.safetensors', 'step-0000000007.safetensors'])
})

t.test('a loss that diverges without overflowing stops the run too, and what it had reached before is ' +
  'kept', async t => {
  const runs = t.testdir()
  const inner = createLinearEngine({ pixels: 16, latentSize: 3, seed: 7 })
  // From step 78 on the weights are such that white is drawn where black should be.
  const diverging: Engine = {
    ...inner,
    async step (inputs) {
      const metrics = await inner.step(inputs)
      return (await inner.readState()).step >= 78 ? { ...metrics, mse: 0.9 } : metrics
    },
  }
  const config = tinyConfig(['fit.epochs', 20], ['fit.learningRate', 0.1])
  await t.rejects(work(runs, config, { engine: diverging }), {
    code: 'PVAE_DIVERGED',
    message:
      /at most 0\.\d+ \(twice that of the mean image\) for the mean squared error but received more for 50 steps, 0\.900 at step 127: training diverged; kept is the last good checkpoint, after step 77/,
  })
})

t.test('a batch that can\'t be read stops the run when its turn comes', async t => {
  const runs = t.testdir()
  const source = createBatchSource(bars(), { batchSize: 8, seed: 7 })
  await t.rejects(
    work(runs, tinyConfig(), {
      batches: {
        ...source,
        read: async (epoch, step) => {
          if (epoch === 1 && step === 2) throw new Error('disk gone')
          return source.read(epoch, step)
        },
      },
    }),
    { message: 'disk gone' }
  )
  const { checkpoints } = await readRun({ runs, name: 'tiny' })
  t.equal((await checkpoints.loadLatest(() => undefined))?.checkpoint.state.step, 8)
})

t.test('a checkpoint says where the run stands', async t => {
  const runs = t.testdir()
  const abort = new AbortController()
  const { path } = await work(runs, tinyConfig(), {
    signal: abort.signal,
    onStep: ({ step }) => step === 10 && abort.abort(),
  })
  const checkpoint = decodeCheckpoint(await readFile(path), path)
  t.equal(checkpoint.state.step, 10)
  t.equal(checkpoint.epochSums.steps, 3)
  t.strictSame(checkpoint.config, tinyConfig())
  t.equal(checkpoint.dataFingerprint, bars().fingerprint)
})

t.test('steps in place of epochs: the run ends within an epoch, its schedules with it, and what is logged is ' +
  'true', async t => {
  const root = t.testdir({ whole: {} })
  const config = tinyConfig(['fit.steps', 10])
  const betas: number[] = []
  const averages = { loss: 1, reconstruction: 1, kl: 0, klByPartition: {}, mse: 0.5 }
  const whole = await work(join(root, 'whole'), config, {
    onStep: ({ beta, totalSteps }) => {
      betas.push(beta)
      t.equal(totalSteps, 10)
    },
    evaluateEvery: 5,
    evaluate: async () => averages,
  })
  t.equal(whole.state.step, 10)
  t.equal(betas.length, 10)
  t.ok(Math.abs(betas[3]! - 3 / 5) < 1e-12, 'β rises over half of the steps')
  const [first, last] = await records(join(root, 'whole'))
  t.match(first, { epoch: 1, step: 7 })
  t.notOk('partial' in first!)
  t.match(last, { epoch: 2, step: 10, test: averages }, 'the end is measured')
  t.ok(Math.abs(last!.partial! - 3 / 7) < 1e-12)
  t.ok((await checkpointNames(join(root, 'whole'))).includes('final.safetensors'))
  for (const stopAt of [3, 7, 8]) {
    const runs = join(root, `stopped-${stopAt}`)
    const abort = new AbortController()
    await work(runs, config, {
      signal: abort.signal,
      onStep: ({ step }) => step === stopAt && abort.abort(),
      evaluateEvery: 5,
      evaluate: async () => averages,
    })
    t.strictSame(
      (await work(runs, config, { resume: true, evaluateEvery: 5, evaluate: async () => averages })).state,
      whole.state
    )
    t.strictSame(
      (await records(runs)).map(timeless),
      (await records(join(root, 'whole'))).map(timeless),
      `log after a stop at ${stopAt}`
    )
  }
  await work(join(root, 'whole'), config, {
    resume: true,
    evaluateEvery: 5,
    evaluate: async () => {
      throw new Error('measured again')
    },
  })
  t.equal((await records(join(root, 'whole'))).length, 2, 'a finished run is not measured again')
})

t.test('10 steps and 4 more are 2 epochs, where no schedule looks at the end; otherwise that is refused', async t => {
  const root = t.testdir({ whole: {} })
  const constant = (...more: Parameters<typeof tinyConfig>) =>
    tinyConfig(['fit.learningRateSchedule', 'constant'], ['objective.betaWarmup', 0], ...more)
  const reference = await work(join(root, 'whole'), constant(['fit.epochs', 2]))
  const runs = join(root, 'extended')
  await work(runs, constant(['fit.steps', 10]))
  await t.rejects(work(runs, constant(['fit.steps', 9]), { resume: true }), {
    code: 'PVAE_CHECKPOINT_MISMATCH',
    message: /at least 10 for fit\.steps/,
  })
  const { state } = await work(runs, constant(['fit.epochs', 2]), { resume: true })
  t.strictSame(state, reference.state)
  t.strictSame((await records(runs)).map(timeless), (await records(join(root, 'whole'))).map(timeless))
  const cosine = join(root, 'cosine')
  await work(cosine, tinyConfig(['fit.steps', 10]))
  await t.rejects(work(cosine, tinyConfig(['fit.steps', 11]), { resume: true }), {
    message: /expected 10 for fit\.steps, as the run began, but received 11; its schedules depend/,
  })
  const { state: same } = await work(cosine, tinyConfig(['fit.steps', 10], ['fit.epochs', 9]), { resume: true })
  t.equal(same.step, 10, 'where steps are given, epochs say nothing')
})

t.test('checkpoints by time: after so many seconds, and no more often than writing them allows; the result is the ' +
  'same', async t => {
  const root = t.testdir({ whole: {} })
  const rare = ['fit.checkpointEverySteps', 1000] as const
  const reference = await work(join(root, 'whole'), tinyConfig(rare))
  const runs = join(root, 'timed')
  let seconds = 0
  const seen: number[] = []
  const timed = async (runs: string, ...more: Parameters<typeof tinyConfig>) => {
    seen.length = 0
    const abort = new AbortController()
    await work(runs, tinyConfig(rare, ...more), {
      now: () => 1000 * seconds,
      signal: abort.signal,
      async onStep ({ step }) {
        seconds += 30
        if (step === 6) abort.abort()
        for (const name of await checkpointNames(runs).catch(() => [])) {
          const at = Number(/\d+/.exec(name)![0])
          if (!seen.includes(at)) seen.push(at)
        }
      },
    })
    for (const name of await checkpointNames(runs)) {
      if (!seen.includes(Number(/\d+/.exec(name)![0]))) seen.push(Number(/\d+/.exec(name)![0]))
    }
  }
  await timed(runs)
  t.strictSame(seen, [2, 4, 6], 'every minute')
  t.strictSame(
    (await work(runs, tinyConfig(rare, ['fit.checkpointEverySeconds', 5]), { resume: true })).state,
    reference.state
  )
  await timed(join(root, 'seldom'), ['fit.checkpointEverySeconds', 90])
  t.strictSame(seen, [3, 6])
})

t.test('stopped while an epoch is measured: nothing is trained again, the next process measures it', async t => {
  const root = t.testdir({ whole: {} })
  const averages = { loss: 1, reconstruction: 1, kl: 0, klByPartition: {}, mse: 0.5 }
  const reference = await work(join(root, 'whole'), tinyConfig(), { evaluate: async () => averages })
  for (const stopAt of [7, 21]) {
    const runs = join(root, `stopped-${stopAt}`)
    const abort = new AbortController()
    const stopped = await work(runs, tinyConfig(), {
      signal: abort.signal,
      async evaluate ({ step }) {
        if (step !== stopAt) return averages
        abort.abort()
        throw abort.signal.reason
      },
    })
    t.match(stopped, { outcome: 'interrupted', state: { step: stopAt } })
    t.equal((await records(runs).catch(() => [])).length, stopAt / 7 - 1, 'what was not measured is not logged')
    const steps: number[] = []
    const resumed = await work(runs, tinyConfig(), {
      resume: true,
      evaluate: async () => averages,
      onStep: ({ step }) => steps.push(step),
    })
    t.equal(steps[0], stopAt === 21 ? undefined : 8)
    t.strictSame(resumed.state, reference.state)
    t.strictSame((await records(runs)).map(timeless), (await records(join(root, 'whole'))).map(timeless))
  }
})

t.test('an epoch that can\'t be measured is logged without', async t => {
  const runs = t.testdir()
  await work(runs, tinyConfig(), { evaluate: async () => undefined })
  t.strictSame((await records(runs)).map(({ test }) => test), [undefined, undefined, undefined])
})
