import t from 'tap'
import { columnsOf, describeSpread, spreadOf, summarise } from '../../../trainer/benchmark/summary.js'
import { resultOf } from './fixture.js'

t.test('medians and ranges over all seeds of a model, in the order of the seeds', async t => {
  const [one, other] = summarise([
    resultOf('one', 2, { mse: 0.3 }), resultOf('one', 0, { mse: 0.1 }), resultOf('other', 0, { mse: 0.5, kl: 7 }),
    resultOf('one', 1, { mse: 0.9 }),
  ])
  t.strictSame(one!.seeds, [0, 1, 2])
  t.strictSame(one!.measures, {
    'squared error': { median: 0.3, least: 0.1, most: 0.9, values: [0.1, 0.9, 0.3] },
  })
  t.equal(one!.seconds.training.median, 101)
  t.equal(other!.measures['KL']!.median, 7)
  t.equal(one!.byConstruction, 'nothing')
})

t.test('seeds that could not be trained are said, and count in no median', async t => {
  const [one] = summarise([resultOf('one', 0, { mse: 0.3 }), resultOf('one', 1, { error: 'diverged' })])
  t.strictSame(one!.failed, [{ seed: 1, error: 'diverged' }])
  t.strictSame(one!.measures['squared error']!.values, [0.3])
  const [none] = summarise([resultOf('none', 0, { error: 'diverged' })])
  t.strictSame(none!.measures, {})
  t.equal(none!.title, 'NONE')
})

t.test('a seed for which a measure was not taken has a gap there', async t => {
  t.strictSame(spreadOf([1, undefined, 3]), { median: 2, least: 1, most: 3, values: [1, null, 3] })
  t.equal(spreadOf([undefined]), undefined)
  const notMeasured = { classification: 'expected 2 classes but found 1' }
  const [one] = summarise([resultOf('one', 0, { mse: 1 }), resultOf('one', 1, { mse: 1, notMeasured })])
  t.strictSame(one!.notMeasured, notMeasured)
})

t.test('only measures that something has are columns', async t => {
  const models = summarise([resultOf('one', 0, { mse: 1 })])
  t.strictSame(columnsOf(models, []).map(({ name }) => name), ['squared error'])
  t.strictSame(columnsOf(models, [{ values: { MIG: 0.4 } }]).map(({ name }) => name), ['MIG', 'squared error'])
})

t.test('numbers for people', async t => {
  const spread = spreadOf([0.9, 0.1, 0.25])
  t.equal(describeSpread(spread, 2), '0.25 (0.10–0.90)')
  t.equal(describeSpread(spreadOf([0.25]), 1), '0.3', 'one seed has no range')
  t.equal(describeSpread(spreadOf([-0.001]), 2), '0.00', 'no sign without a number')
  t.equal(describeSpread(undefined, 2), '–')
})
