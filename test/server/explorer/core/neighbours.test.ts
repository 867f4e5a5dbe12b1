import t from 'tap'
import { findNearest } from '../../../../server/explorer/core/neighbours.js'

/** Two units: the first is known to ± 2, the second to ± .1. */
const sample = {
  count: 4,
  mean: Float32Array.from([0, 0, 1.5, 0.01, 0.1, 0.5, 9, 0]),
  logVariance: Float32Array.from([2 * Math.log(2), 2 * Math.log(0.1)]),
}

t.test('a difference counts by how surely it is told', async t => {
  const found = findNearest(sample, [0, 0], [0, 1], 3)
  t.strictSame(found.map(({ row }) => row), [0, 1, 3], 'half a unit off in what is sure is farther than nine')
  t.equal(found[0]!.distance, 0)
  t.ok(Math.abs(found[1]!.distance - Math.sqrt((0.75 ** 2 + 0.1 ** 2) / 2)) < 1e-5, `${found[1]!.distance}`)
})

t.test('only the units that are asked for count', async t => {
  t.strictSame(findNearest(sample, [0, 0], [0], 4).map(({ row }) => row), [0, 2, 1, 3])
  t.strictSame(findNearest(sample, [0, 0], [1], 2, [0]).map(({ row }) => row), [3, 1], 'but the image itself')
  t.strictSame(findNearest(sample, [0, 0], [0, 1], 9).length, 4, 'no more than there are')
})
