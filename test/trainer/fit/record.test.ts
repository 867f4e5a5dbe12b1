import t from 'tap'
import { parseEpochRecords, type EpochRecord } from '../../../trainer/fit/record.js'

const averages = { loss: 100, reconstruction: 80, kl: 20, klByPartition: { a: 12, b: 8 }, mse: 0.02 }
const record = (epoch: number, extra: object = {}): EpochRecord =>
  ({ epoch, step: epoch * 10, train: averages, beta: 1, learningRate: 1e-3, imagesPerSecond: 1000, ...extra })
const log = (...lines: unknown[]) => lines.map(line => `${JSON.stringify(line)}\n`).join('')

t.test('epoch records among other lines, a torn last line, further fields', async t => {
  const second = record(2, {
    train: { ...averages, terms: { labels: 2 } },
    test: { ...averages, klByUnit: [10, 2, 8] },
    scheduled: { 'objective.labels.weight': 3 },
    remark: 'kept',
  })
  t.same(parseEpochRecords(log({ event: 'start' }, record(1), second) + JSON.stringify(record(3)).slice(0, 40)), [
    record(1),
    second,
  ])
  t.same(parseEpochRecords(''), [])
})

t.test('an epoch that was run again after a resume counts once, as it was last', async t => {
  const again = record(2, { beta: 0.5 })
  t.same(parseEpochRecords(log(record(1), record(2), record(3), again)), [record(1), again, record(3)])
})
