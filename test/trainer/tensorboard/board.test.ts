import { readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { readEventFile, type ReadEvent } from '../../helpers/event-files.js'
import type { StepReport } from '../../../trainer/fit/options.js'
import type { EpochRecord } from '../../../trainer/fit/record.js'
import { openBoard } from '../../../trainer/tensorboard/board.js'

const partitions = [{ name: 'shape', size: 2 }, { name: 'light', size: 1 }]

const report = (step: number): StepReport => ({
  step,
  totalSteps: 400,
  stepsPerEpoch: 200,
  batchSize: 8,
  learningRate: 0.5,
  beta: 0.25,
  scheduled: { 'objective.capacity.nats': 3 },
  metrics: { loss: step, reconstruction: 2, mse: 0.125, klByUnit: Float32Array.of(1, 2, 4), terms: { capacity: 8 } },
})

const record: EpochRecord = {
  epoch: 1,
  step: 200,
  train: {
    loss: 5,
    reconstruction: 3,
    kl: 7,
    klByPartition: { shape: 3, light: 4 },
    klByUnit: [1, 2, 4],
    mse: 0.5,
    terms: { capacity: 6 },
  },
  test: {
    loss: 9,
    reconstruction: 4,
    kl: 8,
    klByPartition: { shape: 5, light: 3 },
    klByUnit: [2, 3, 3],
    mse: 0.25,
    activeUnits: 2,
    deadPartitions: ['light'],
    swapEffect: { shape: 0.5, light: 0 },
    totalCorrelation: { means: 0.5, samples: 0.25 },
  },
  learningRate: 0.5,
  beta: 0.25,
  imagesPerSecond: 1000,
}

/** What this process has open; descriptors may be gone before they are looked at. */
const openFiles = () => readdirSync('/proc/self/fd').flatMap(fd => {
  try {
    return [readlinkSync(join('/proc/self/fd', fd))]
  } catch {
    return []
  }
})

const scalarsOf = ({ values }: ReadEvent) => Object.fromEntries(values.map(({ tag, scalar }) => [tag, scalar]))

t.test('what a run tells TensorBoard', async t => {
  const directory = join(t.testdir(), 'tensorboard')
  const board = await openBoard({ directory, partitions, step: 0 })
  for (let step = 1; step <= 9; step++) await board.step(report(step))
  // latents of two images
  await board.evaluation(
    200,
    { swaps: { png: Buffer.from('png'), width: 3, height: 2 } },
    Float32Array.of(0, 10, 100, 20, 30, 300)
  )
  await board.epoch(record)
  const { test: _, ...untested } = record
  await board.epoch({ ...untested, step: 400 })
  await board.close()
  await t.rejects(board.epoch(untested), { code: 'PVAE_OUTPUT_UNWRITABLE' }, 'the curves of training are closed')
  await t.rejects(
    board.evaluation(400, {}, Float32Array.of(0, 0, 0)),
    { code: 'PVAE_OUTPUT_UNWRITABLE' },
    'and those of the test images'
  )
  const [train, test] = ['train', 'test'].map(split =>
    readEventFile(join(directory, split, readdirSync(join(directory, split))[0]!)).slice(1)
  ) as [ReadEvent[], ReadEvent[]]

  t.strictSame(train.map(({ step }) => step), [4, 8, 200, 400], 'some fifty points an epoch, and the epochs')
  const schedules = { 'schedule/learning-rate': 0.5, 'schedule/beta': 0.25 }
  t.strictSame(scalarsOf(train[0]!), {
    'step/loss': 4,
    'step/reconstruction': 2,
    'step/mse': 0.125,
    'step/kl': 7,
    'step-kl/shape': 3,
    'step-kl/light': 4,
    'step-terms/capacity': 8,
    ...schedules,
    'schedule/objective.capacity.nats': 3,
  })
  const unit = (...values: [number, number, number]) => ({
    'kl-by-unit/shape.0': values[0],
    'kl-by-unit/shape.1': values[1],
    'kl-by-unit/light.0': values[2],
  })
  t.strictSame(scalarsOf(train[2]!), {
    'epoch/loss': 5,
    'epoch/reconstruction': 3,
    'epoch/mse': 0.5,
    'epoch/kl': 7,
    'kl/shape': 3,
    'kl/light': 4,
    ...unit(1, 2, 4),
    'terms/capacity': 6,
    ...schedules,
    'speed/images-per-second': 1000,
  })
  t.strictSame(scalarsOf(test[1]!), {
    'epoch/loss': 9,
    'epoch/reconstruction': 4,
    'epoch/mse': 0.25,
    'epoch/kl': 8,
    'kl/shape': 5,
    'kl/light': 3,
    ...unit(2, 3, 3),
    'latent/active-units': 2,
    'latent/dead-partitions': 1,
    'total-correlation/means': 0.5,
    'total-correlation/samples': 0.25,
    'swap-effect/shape': 0.5,
    'swap-effect/light': 0,
  })
  t.strictSame(test[0]!.values.map(({ tag }) => tag), ['swaps', 'posterior-mean/shape', 'posterior-mean/light'])
  const [, shape, light] = test[0]!.values
  t.strictSame(shape!.histogram!.statistics, [0, 30, 4, 60, 1400])
  t.strictSame(light!.histogram!.statistics, [100, 300, 2, 400, 100_000])
})

t.test('every step of a short epoch, and a log of an earlier version', async t => {
  const directory = t.testdir()
  const board = await openBoard({ directory, partitions, step: 0 })
  await board.step({
    ...report(1),
    stepsPerEpoch: 3,
    metrics: { loss: 1, reconstruction: 1, mse: 1, klByUnit: new Float32Array(3) },
  })
  const { klByUnit: _, ...averages } = record.train
  await board.epoch({ ...record, train: averages, test: averages })
  await board.close()
  const [, step] = readEventFile(join(directory, 'train', readdirSync(join(directory, 'train'))[0]!))
  t.equal(scalarsOf(step!)['step/loss'], 1)
  const [, test] = readEventFile(join(directory, 'test', readdirSync(join(directory, 'test'))[0]!))
  t.strictSame(Object.keys(scalarsOf(test!)), [
    'epoch/loss',
    'epoch/reconstruction',
    'epoch/mse',
    'epoch/kl',
    'kl/shape',
    'kl/light',
    'terms/capacity',
  ])
})

t.test('a folder that can not be made', async t => {
  const directory = t.testdir({ test: 'in the way' })
  await t.rejects(openBoard({ directory, partitions, step: 0 }), { code: 'PVAE_OUTPUT_UNWRITABLE' })
  if (process.platform === 'linux') t.notOk(openFiles().some(path => path.startsWith(directory)), 'nothing stays open')
})
