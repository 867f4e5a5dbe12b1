import t from 'tap'
import { RunningMoments } from '../../../trainer/measure/moments.js'
import { createRandom } from '../../../trainer/random/index.js'

const size = 3
const count = 500
const rows = createRandom(5, 'moments')
  .fillNormal(new Float32Array(count * size))
  .map((value, i) => value + (i % size) * 1000)

/** Two passes in double precision. */
function twoPass () {
  const mean = Array.from(
    { length: size },
    (_, j) => Array.from({ length: count }, (_, n) => rows[n * size + j]!).reduce((a, b) => a + b) / count
  )
  const covariance = mean.flatMap((_, i) => mean.map((_, j) => {
    let sum = 0
    for (let n = 0; n < count; n++) sum += (rows[n * size + i]! - mean[i]!) * (rows[n * size + j]! - mean[j]!)
    return sum / count
  }))
  return { mean, covariance }
}

const close = (actual: Float64Array, expected: readonly number[], tolerance = 1e-9) =>
  actual.length === expected.length &&
  expected.every((value, i) => Math.abs(actual[i]! - value) <= tolerance * Math.max(1, Math.abs(value)))

t.test('one pass in uneven batches gives the moments of two passes, also far from zero', async t => {
  const moments = new RunningMoments(size)
  moments.add(rows.subarray(0, 7 * size))
  moments.add(rows.subarray(7 * size, 300 * size))
  moments.add(rows.subarray(300 * size))
  const { mean, covariance } = twoPass()
  t.equal(moments.count, count)
  t.ok(close(moments.mean, mean))
  t.ok(close(moments.covariance(), covariance))
  t.ok(close(moments.variance(), [0, 4, 8].map(i => covariance[i]!)))
})

t.test('variances alone need no covariance', async t => {
  const moments = new RunningMoments(size, { covariance: false })
  moments.add(rows)
  t.ok(close(moments.variance(), [0, 4, 8].map(i => twoPass().covariance[i]!)))
  t.throws(() => moments.covariance(), {
    message: 'expected moments with covariance but received moments that keep only variances',
  })
})

t.test('nothing and one vector have no variance', async t => {
  const moments = new RunningMoments(2)
  t.same([...moments.covariance()], [0, 0, 0, 0])
  moments.add(Float32Array.of(3, -4))
  t.same([...moments.mean], [3, -4])
  t.same([...moments.covariance()], [0, 0, 0, 0])
})
