import t from 'tap'
import { deviationOverHalves } from '../../../../trainer/measure/disentanglement/half-samples.js'
import { columnOf, deviationOf, meanOf } from '../../../../trainer/measure/disentanglement/representation.js'
import { near, randomTable } from './data.js'

t.test('of a mean: deviation ÷ √N', async t => {
  const values = columnOf(randomTable(400, 1, 3, 'normal'), 0)
  const measure = (rows: Uint32Array) => {
    t.equal(rows.length, 200)
    return { mean: meanOf(Float64Array.from(rows, row => values[row]!)), constant: 4 }
  }
  const { mean, constant } = await deviationOverHalves(400, 0, measure, { draws: 400 })
  t.ok(near(mean, deviationOf(values) / 20, 0.006), `${mean}`)
  t.equal(constant, 0)
  t.same(
    await deviationOverHalves(400, 0, measure, { draws: 3 }),
    await deviationOverHalves(400, 0, measure, { draws: 3 }),
    'by seed'
  )
  t.equal(deviationOf([3]), 0)
})
