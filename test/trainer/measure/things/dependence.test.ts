import t from 'tap'
import { layOutPartitions } from '@partition-vae/models'
import { dependenceBetween, dependentPairs, explainedShare } from '../../../../trainer/measure/things/dependence.js'

const near = (a: number, b: number) => Math.abs(a - b) < 1e-4

t.test('the share of variance that a regression explains', async t => {
  // y = (x + noise of 3 times its variance, something else of variance 4).
  const covariance = Float64Array.of(
    1, 1, 0,
    1, 4, 0,
    0, 0, 4
  )
  t.ok(near(explainedShare(covariance, [0], [1]), 0.25))
  t.ok(near(explainedShare(covariance, [0], [1, 2]), 0.125), 'weighted by variance')
  t.ok(near(explainedShare(covariance, [1, 2], [0]), 0.25))
  t.ok(near(dependenceBetween(covariance, [0], [1, 2]), 0.25), 'the larger of both ways')
  t.equal(explainedShare(covariance, [0], [2]), 0)
  t.ok(near(explainedShare(Float64Array.of(1, 1, 1, 1, 1, 1, 1, 1, 1), [0, 1], [2]), 1), 'units that repeat each other')
  t.equal(explainedShare(Float64Array.of(0, 0, 0, 1), [0], [1]), 0, 'a constant tells nothing')
  t.equal(explainedShare(Float64Array.of(1, 0, 0, 0), [0], [1]), 0, 'of a constant nothing is told')
})

t.test('pairs of partitions, the most dependent first', async t => {
  const partitions = layOutPartitions([{ name: 'a', size: 1 }, { name: 'b', size: 1 }, { name: 'c', size: 2 }])
  const covariance = Float64Array.of(
    1, 0.5, 0.9, 0.001,
    0.5, 1, 0, 0,
    0.9, 0, 1, 0,
    0.001, 0, 0, 0.000001
  )
  const pairs = dependentPairs(covariance, partitions)
  t.strictSame(pairs.map(({ partitions }) => partitions.join()), ['a,c', 'a,b', 'b,c'])
  t.ok(near(pairs[0]!.r2, 0.81), 'a unit that hardly varies counts for nothing')
  t.ok(near(pairs[1]!.r2, 0.25))
  t.equal(pairs[2]!.r2, 0)
})
