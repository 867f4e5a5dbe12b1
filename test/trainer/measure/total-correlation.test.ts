import t from 'tap'
import { layOutPartitions } from '@partition-vae/models'
import { correlationOf, totalCorrelation } from '../../../trainer/measure/total-correlation.js'

const partitions = layOutPartitions([{ name: 'a', size: 2 }, { name: 'b', size: 1 }])

/** Covariance of three units whose deviations are `d` and whose correlations are r01, r02, r12. */
function covariance ([r01, r02, r12]: readonly [number, number, number], d = [1, 1, 1]): Float64Array {
  const r = [[1, r01, r02], [r01, 1, r12], [r02, r12, 1]]
  return Float64Array.from(r.flatMap((row, i) => row.map((value, j) => value * d[i]! * d[j]!)))
}

t.test('of two correlated Gaussians: −½ log(1 − ρ²)', async t => {
  for (const rho of [0.1, -0.5, 0.9, 0.999]) {
    const expected = -0.5 * Math.log(1 - rho ** 2)
    t.ok(Math.abs(totalCorrelation(covariance([0, rho, 0]), partitions) - expected) < 1e-5, `ρ = ${rho}`)
    t.ok(
      Math.abs(totalCorrelation(covariance([0, rho, 0], [1e-3, 7, 250]), partitions) - expected) < 1e-5,
      'whatever the scales'
    )
  }
})

t.test('correlation inside a partition does not count', async t => {
  t.equal(totalCorrelation(covariance([0.8, 0, 0]), partitions), 0)
  // By determinants: ½(log(1 − r01²) − log det R).
  const [r01, r02, r12] = [0.8, 0.3, 0.5] as const
  const determinant = 1 + 2 * r01 * r02 * r12 - r01 ** 2 - r02 ** 2 - r12 ** 2
  const expected = 0.5 * (Math.log(1 - r01 ** 2) - Math.log(determinant))
  t.ok(Math.abs(totalCorrelation(covariance([r01, r02, r12]), partitions) - expected) < 1e-7)
})

t.test('a constant unit shares nothing, a copied unit shares much, both finite', async t => {
  t.equal(totalCorrelation(covariance([0, 0.5, 0], [0, 1, 1]), partitions), 0)
  t.equal(totalCorrelation(covariance([0, 0, 0], [0, 0, 0]), partitions), 0)
  const copied = totalCorrelation(covariance([0, 1, 0]), partitions)
  t.ok(copied > 9, `a copy costs ${copied} nats`)
  t.ok(copied < 11, `a copy costs ${copied} nats`)
  t.ok(totalCorrelation(covariance([1, 0, 0]), partitions) < 1e-6, 'a copy inside a partition costs nothing')
})

t.test('correlation from covariance', async t => {
  const r = [...correlationOf(covariance([0.25, -0.5, 0.125], [2, 3, 0.1]))]
  const expected = [1, 0.25, -0.5, 0.25, 1, 0.125, -0.5, 0.125, 1]
  t.ok(r.every((value, i) => Math.abs(value - expected[i]!) < 1e-12))
  t.same([...correlationOf(covariance([0.9, 0, 0], [0, 1, 1]))], [1, 0, 0, 0, 1, 0, 0, 0, 1])
})
