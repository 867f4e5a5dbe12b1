/** Sums and means of many elements keep their digits. */
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

t.test('sums and means of three columns of 400,000 rows, against double precision', async t => {
  const [rows, columns] = [128 * 48 * 64, 3]
  const x = uniform(6, 0, 1, 128, 48, 64, columns)
  const exact = Array.from({ length: columns }, (_, column) => {
    let sum = 0
    for (let row = 0; row < rows; row++) sum += x.values[row * columns + column]!
    return sum
  })
  const found = await runLowered(
    ({ x }) => ({ sum: tf.sum(x!, [0, 1, 2]), mean: tf.mean(x!, [0, 1, 2]), kept: tf.sum(x!, [0, 1], true) }),
    { x }
  )
  t.strictSame([found.sum!.shape, found.mean!.shape, found.kept!.shape], [[3], [3], [1, 1, 64, 3]])
  exact.forEach((sum, column) => {
    t.ok(Math.abs(found.sum!.values[column]! / sum - 1) < 1e-6, `sum: ${found.sum!.values[column]! / sum - 1}`)
    const mean = found.mean!.values[column]! * rows
    t.ok(Math.abs(mean / sum - 1) < 1e-6, `mean: ${mean / sum - 1}`)
  })
})
