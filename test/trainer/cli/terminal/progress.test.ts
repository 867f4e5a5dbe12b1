import t from 'tap'
import type { StepReport } from '../../../../trainer/fit/options.js'
import { createProgress } from '../../../../trainer/cli/terminal/progress.js'
import { tinyConfig } from '../../fit/run-fixture.js'

const config = tinyConfig()
const report = (step: number): StepReport => ({
  step,
  totalSteps: 21,
  stepsPerEpoch: 7,
  batchSize: 8,
  beta: 0.5,
  learningRate: 0.01,
  metrics: { loss: 12.3456, reconstruction: 10, klByUnit: Float32Array.of(1, 2, 1.5), mse: 0.1 },
})
const epoch = {
  epoch: 1,
  step: 7,
  train: { loss: 5, reconstruction: 4, kl: 2, klByPartition: { shape: 1.5, light: 0.5 }, mse: 0.01234 },
  beta: 0.5,
  learningRate: 0.01,
  imagesPerSecond: 1234.4,
}

function setUp (isTTY: boolean, columns?: number) {
  let milliseconds = 0
  const written: string[] = []
  const progress = createProgress({
    stream: { isTTY, columns, write: text => written.push(text) },
    config,
    now: () => milliseconds,
  })
  return { progress, written, wait: (seconds: number) => { milliseconds += seconds * 1000 } }
}

const shownIn = (written: readonly string[]) => written.at(-1)!.replace(/^\r|\x1b\[K$/g, '') // eslint-disable-line no-control-regex -- the terminal's own codes

t.test('on a terminal one line is redrawn: position, speed, time left, loss parts, KL by partition', async t => {
  const { progress, written, wait } = setUp(true, 200)
  wait(1)
  progress.step(report(1))
  t.equal(
    written.at(-1),
    '\repoch 1/3  1/7  [==              ]  loss 12.35 = rec 10.00 + 0.50·KL 4.50 (shape 3.0 light 1.5)\x1b[K'
  )
  wait(0.05)
  progress.step(report(2))
  t.equal(written.length, 1, 'not more often than the eye follows')
  wait(0.95)
  progress.step(report(8))
  t.equal(
    written.at(-1),
    '\repoch 2/3  1/7  [==              ]  56 images/s  ETA 0:02  loss 12.35 = rec 10.00 + 0.50·KL 4.50 (shape 3.0 ' +
      'light 1.5)\x1b[K'
  )
  progress.epoch(epoch)
  t.equal(
    written.at(-1),
    '\repoch 1/3 done  loss 5.00 = rec 4.00 + 0.50·KL 2.00 (shape 1.50 light 0.50)  mse 0.01234  1234 images/s\x1b[K\n'
  )
  progress.end()
  t.equal(written.length, 3, 'the epoch\'s line has ended it')
  wait(1)
  progress.step(report(9))
  progress.end()
  t.equal(written.at(-1), '\n')
})

t.test('a terminal of any width gets what matters first, and a line that never wraps', async t => {
  const lines = Object.fromEntries([20, 40, 60, 80, 120, 160, 0].map(columns => {
    const { progress, written, wait } = setUp(true, columns === 0 ? undefined : columns)
    const large = (step: number) => ({
      ...report(step),
      stepsPerEpoch: 937,
      totalSteps: 25 * 937,
      metrics: { ...report(step).metrics, terms: { 'total-correlation': 0.25 } },
    })
    progress.step(large(10_001))
    wait(1)
    progress.step(large(10_011))
    return [columns, shownIn(written)]
  }))
  t.strictSame(lines, {
    20: '10011/23425 80/s',
    40: '10011/23425 80/s ETA 22:21',
    60: 'epoch 11/3  641/937  80 images/s  ETA 22:21  loss 12.35',
    80: 'epoch 11/3  641/937  [===========     ]  80 images/s  ETA 22:21  loss 12.35',
    120: 'epoch 11/3  641/937  [===========     ]  80 images/s  ETA 22:21  loss 12.35 = rec 10.00 + 0.50·KL 4.50',
    160: 'epoch 11/3  641/937  [===========     ]  80 images/s  ETA 22:21  loss 12.35 = rec 10.00 + 0.50·KL 4.50 ' +
      '(shape 3.0 light 1.5) + total-correlation 0.25',
    0: 'epoch 11/3  641/937  [===========     ]  80 images/s  ETA 22:21  loss 12.35',
  })
  for (const [columns, line] of Object.entries(lines)) t.ok(line.length < (Number(columns) || 80), `${columns} columns`)
})

t.test('a run that ends within an epoch counts the steps it has, and says how much of the epoch that was', async t => {
  const { progress, written, wait } = setUp(false)
  wait(10)
  progress.step({ ...report(18), totalSteps: 18 })
  t.match(written[0], /^epoch 3\/3 {2}4\/4 {2}loss/)
  progress.epoch({ ...epoch, epoch: 3, partial: 4 / 7 })
  t.match(written[1], /^epoch 3\/3 ended after 57% {2}loss/)
})

t.test('elsewhere a plain line every ten seconds, and one an epoch', async t => {
  const { progress, written, wait } = setUp(false)
  for (let step = 1; step <= 7; step++) {
    wait(4)
    progress.step(report(step))
  }
  progress.epoch({ ...epoch, test: { ...epoch.train, loss: 6, mse: 0.02 } })
  progress.end()
  t.strictSame(written, [
    'epoch 1/3  3/7  2 images/s  ETA 1:12  loss 12.35 = rec 10.00 + 0.50·KL 4.50 (shape 3.0 light 1.5)\n',
    'epoch 1/3  6/7  2 images/s  ETA 1:00  loss 12.35 = rec 10.00 + 0.50·KL 4.50 (shape 3.0 light 1.5)\n',
    'epoch 1/3 done  loss 5.00 = rec 4.00 + 0.50·KL 2.00 (shape 1.50 light 0.50)  mse 0.01234  test loss 6.00 mse ' +
      '0.02000  1234 images/s\n',
  ])
})

t.test('the speed is that of the last 20 seconds', async t => {
  const { progress, written, wait } = setUp(false)
  wait(100)
  progress.step(report(1)) // a slow start: 100 seconds
  wait(100)
  progress.step(report(2))
  for (let step = 3; step <= 20; step++) {
    wait(2)
    progress.step(report(step))
  }
  t.match(written.at(-1), /4 images\/s/)
})

t.test('the objective\'s further terms, as they are in the loss', async t => {
  const { progress, written, wait } = setUp(false)
  wait(10)
  progress.step({ ...report(1), metrics: { ...report(1).metrics, terms: { 'free-bits': 0.25, labels: 3 } } })
  t.match(written[0], '(shape 3.0 light 1.5) + free-bits 0.25 + labels 3.00\n')
  progress.epoch({ ...epoch, train: { ...epoch.train, terms: { labels: 2 } } })
  t.match(written[1], '(shape 1.50 light 0.50) + labels 2.00  mse')
})
