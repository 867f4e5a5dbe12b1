import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { openRepository } from '@partition-vae/models'
import type { Override } from '../../../trainer/config/overrides.js'
import { parseEpochRecords } from '../../../trainer/fit/record.js'
import { readRun } from '../../../trainer/fit/run-directory.js'
import type { RunOptions } from '../../../trainer/run/options.js'
import { train } from '../../../trainer/run/train.js'
import { squaresConfig, writeSquares } from '../cli/cli-fixture.js'
import { record, type RunEvent } from './recording.js'

/** Options of runs below `root`: two epochs of six steps. */
async function setUp (root: string) {
  const value = squaresConfig(await writeSquares(join(root, 'data')))
  const runs = join(root, 'runs')
  const overrides: Override[] = [['fit.epochs', 2]]
  const options: RunOptions = {
    request: { file: { path: 'config.json', value }, overrides },
    resume: false,
    runs,
    engine: { kind: 'compiled', threads: 1 },
    evaluateEvery: 1,
    tensorboard: false,
    command: 'test',
  }
  return { options, runs, run: join(runs, 'squares') }
}

/** Trains until an event; then the signal is aborted. */
function trainUntil (options: RunOptions, isIt: (event: RunEvent) => boolean) {
  const abort = new AbortController()
  const recording = record({ signal: abort.signal, onEvent: event => { if (isIt(event)) abort.abort() } })
  return { ended: train(options, recording.context), recording }
}

t.test('a run tells what it does, in order, and leaves a run and a version', async t => {
  const root = t.testdir()
  const { options, runs, run } = await setUp(root)
  const repository = join(root, 'repository')
  const { context, names, of } = record()
  await train({ ...options, publishTo: repository }, context)
  const epoch = ['onStep', 'onMeasuring', 'onMeasuringEnd', 'onEpoch']
  t.strictSame(names(), [
    'onDecodingEnd', 'onData', 'onTraining', ...epoch, ...epoch, 'onTrainingEnd',
    'onAssessing', 'onMeasuring', 'onMeasuringEnd', 'onAssessed', 'onPublished',
  ])
  t.match(of('onTraining'), [{ engine: /^compiled, .*1 thread/, path: run, epochs: 2, config: { name: 'squares' } }])
  t.strictSame(of('onStep').map(({ step, totalSteps }) => [step, totalSteps]), Array.from({ length: 12 }, (_, i) => [
    i + 1, 12,
  ]))
  t.strictSame(of('onAssessing'), [{ step: 12, testImages: 32 }])
  t.match(of('onAssessed'), [{ path: run, report: join(run, 'report'), metrics: { mse: Number } }])
  const { directory } = await openRepository(repository).open('squares')
  t.strictSame(of('onPublished'), [{ name: 'squares', version: 1, directory, repository }])
  const { readLog } = await readRun({ runs, name: 'squares' })
  t.strictSame(parseEpochRecords(await readLog()), of('onEpoch'), 'epochs are told as they are logged')
})

t.test('an observer need not listen to anything', async t => {
  const { options, run } = await setUp(t.testdir())
  await train(options, { observer: {}, signal: new AbortController().signal })
  t.match(await readFile(join(run, 'report', 'index.html'), 'utf8'), /<html/)
})

t.test('interrupted in training, it says after which step, and goes on from there', async t => {
  const { options, run } = await setUp(t.testdir())
  const { ended } = trainUntil(options, ([name, report]) => name === 'onStep' && report.step === 4)
  const path = join(run, 'checkpoints', 'step-0000000004.safetensors')
  await t.rejects(ended, {
    name: 'RunInterrupted',
    stage: { at: 'training', run: 'squares', step: 4, totalSteps: 12, path },
  })
  const { context, of, names } = record()
  await train({ ...options, resume: true, name: 'squares', request: { overrides: [] } }, context)
  t.strictSame(of('onResume'), [{ step: 4, path }])
  t.strictSame(of('onStep').map(({ step }) => step), [5, 6, 7, 8, 9, 10, 11, 12])
  t.notOk(names().includes('onPublished'), 'nobody asked for it')
})

t.test('interrupted while the result is measured, the training is kept', async t => {
  const { options } = await setUp(t.testdir())
  const { ended } = trainUntil(options, ([name]) => name === 'onAssessing')
  await t.rejects(ended, { name: 'RunInterrupted', stage: { at: 'assessing', run: 'squares' } })
  const { context, of } = record()
  await train({ ...options, resume: true, name: 'squares', request: { overrides: [] } }, context)
  t.match(of('onResume'), [{ step: 12 }])
  t.strictSame(of('onStep'), [])
  t.equal(of('onAssessed').length, 1)
})

t.test('interrupted before the first step, nothing is left', async t => {
  const { options, runs } = await setUp(t.testdir())
  const { ended } = trainUntil(options, ([name]) => name === 'onData')
  await t.rejects(ended, { name: 'RunInterrupted', stage: { at: 'before training' } })
  await t.rejects(readRun({ runs, name: 'squares' }), { code: 'PVAE_RUN_NOT_FOUND' })
})

t.test('several attempts are told one after the other, with how each ended', async t => {
  const { options } = await setUp(t.testdir())
  // A KL that weighs so much leaves dead partitions: no seed is good enough to stop at.
  const { request } = options
  const overrides: Override[] = [['objective.beta', 50], ['fit.epochs', 1]]
  const { context, of, names } = record()
  await train({ ...options, request: { ...request, overrides }, restarts: 2 }, context)
  t.strictSame(of('onAttempt'), [3, 4].map((seed, i) => ({ attempt: i + 1, restarts: 2, seed, step: undefined })))
  t.match(of('onAttemptEnd'), [{ attempt: 1, outcome: 'finished' }, { attempt: 2, outcome: 'finished' }])
  const order = names().filter(name => ['onAttempt', 'onTraining', 'onTrainingEnd', 'onAttemptEnd'].includes(name))
  const attempt = ['onAttempt', 'onTraining', 'onTrainingEnd', 'onAttemptEnd']
  t.strictSame(order, [...attempt, ...attempt])
})

t.test('what was timed is told', async t => {
  const { options, run } = await setUp(t.testdir())
  const { context, of } = record()
  await train({ ...options, profileSteps: 2 }, context)
  t.match(of('onProfile'), [{ path: join(run, 'profile'), summary: { steps: 2 } }])
})

t.test('a resumed run must be named', async t => {
  const { options } = await setUp(t.testdir())
  await t.rejects(train({ ...options, resume: true }, record().context), {
    code: 'PVAE_CONFIG_INVALID',
    message: /the run to resume/,
  })
})
