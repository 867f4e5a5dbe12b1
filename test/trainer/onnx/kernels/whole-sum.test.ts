/** Sums and means over a whole tensor keep their digits where there are many elements. */
import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { runLowered, uniform } from '../../../helpers/compare-engines.js'

t.test('sum and mean of 200,000 elements, against double precision', async t => {
  const x = uniform(5, 0, 1, 16, 64, 64, 3)
  const exact = x.values.reduce((sum, value) => sum + value, 0)
  const { sum, mean } = await runLowered(({ x }) => ({ sum: tf.sum(x!), mean: tf.mean(x!) }), { x })
  t.ok(Math.abs(sum!.values[0]! / exact - 1) < 3e-7, `sum: ${sum!.values[0]! / exact - 1}`)
  t.ok(
    Math.abs((mean!.values[0]! * x.values.length) / exact - 1) < 3e-7,
    `mean: ${(mean!.values[0]! * x.values.length) / exact - 1}`
  )
})
