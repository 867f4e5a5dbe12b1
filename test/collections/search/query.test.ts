import t from 'tap'
import { boundBelow, parseWeights, weightedDistance, type Metric } from '../../../collections/search/query.js'
import { cardOf, drawLatents } from './latents.js'

t.test('weights in text', t => {
  t.strictSame(parseWeights('pose=1, style=-0.5'), { pose: 1, style: -0.5 })
  t.strictSame(parseWeights('pose'), { pose: 1 }, 'a name alone')
  for (const text of ['', 'pose=', 'pose=x', 'pose=1=2', '=1', 'pose=Infinity', 'pose,,style']) {
    t.throws(() => parseWeights(text), { code: 'PVAE_INVALID_PARAMETER', field: 'weights' }, text)
  }
  t.throws(() => parseWeights('pose=1,pose=2'), { message: /each partition once/ })
  t.end()
})

t.test('the sums of float32 are never above the distances, and hardly below', t => {
  const { partitions } = cardOf([5, 3, 1])
  const values = Array.from({ length: 9 }, (_, unit) => drawLatents(400, 1, unit + 1).map(value => value + unit * 100))
  const metric: Metric = {
    partitions,
    latent: drawLatents(1, 9, 20).map((value, unit) => value + unit * 100),
    weights: [1, -0.7, 1e-4],
    deviations: [1, 0.01, 3, 0, 1e3, 1, 0.5, 1e-3, 2],
  }
  const { units, limitFor } = boundBelow(metric)
  t.strictSame(units.map(({ unit }) => unit), [0, 1, 2, 4, 5, 6, 7, 8], 'without the one that never varies')
  for (let row = 0; row < 400; row++) {
    let [sum, size] = [0, 0]
    for (const { unit, centre, weight } of units) {
      const difference = Math.fround(values[unit]![row]! - centre)
      const term = Math.fround(Math.fround(difference * difference) * Math.fround(weight))
      sum = Math.fround(sum + term)
      size += Math.abs(term)
    }
    const distance = weightedDistance(metric, values, row)
    t.ok(sum <= limitFor(distance), `row ${row}`)
    t.ok(distance - sum < 1e-5 * size, `row ${row}`)
  }
  for (const distance of [-1e5, -1, 0, 0.1, 1e5]) t.ok(limitFor(distance) >= distance, `the limit of ${distance}`)
  t.ok(limitFor(0) > 0, 'squares may be too small for float32')
  t.end()
})
