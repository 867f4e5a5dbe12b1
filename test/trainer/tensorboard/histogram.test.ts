import t from 'tap'
import { histogramOf } from '../../../trainer/tensorboard/histogram.js'

t.test('counts of known values', async t => {
  const values = Float32Array.from({ length: 301 }, (_, i) => i)
  const { min, max, count, sum, sumOfSquares, limits, counts } = histogramOf(values)
  t.strictSame([min, max, count, sum, sumOfSquares], [0, 300, 301, 45150, 300 * 301 * 601 / 6])
  t.strictSame(limits, Array.from({ length: 30 }, (_, i) => 10 * (i + 1)))
  t.strictSame(counts, [...new Array<number>(29).fill(10), 11], 'the largest value is in the last bucket')
})

t.test('equal values', async t => {
  t.strictSame(histogramOf(Float32Array.of(2, 2, 2)), {
    min: 2,
    max: 2,
    count: 3,
    sum: 6,
    sumOfSquares: 12,
    limits: [2],
    counts: [3],
  })
})
