import t from 'tap'
import {
  discretise,
  entropyOf,
  mutualInformation,
} from '../../../../trainer/measure/disentanglement/histogram.js'
import { unitInformation } from '../../../../trainer/measure/disentanglement/unit-information.js'
import { mapRows, near, numbersOfTable, randomTable } from './data.js'

t.test('bins of equal width, the largest value in the last', async t => {
  t.same([...discretise(Float64Array.of(0, 0.24, 0.25, 0.5, 0.99, 1), 4)], [0, 0, 1, 2, 3, 3])
  t.same([...discretise(Float64Array.of(7, 7, 7), 4)], [0, 0, 0])
})

t.test('entropy and mutual information by counting', async t => {
  const a = Uint8Array.of(0, 0, 1, 1)
  t.ok(near(entropyOf(a), Math.log(2), 1e-12))
  t.ok(near(mutualInformation(a, a), Math.log(2), 1e-12))
  t.equal(mutualInformation(a, Uint8Array.of(0, 1, 0, 1)), 0)
  // p(a, b) = ½ on (0, 0), ¼ on (1, 0) and (1, 1): I = ½ log(4/3) + ¼ log(2/3) + ¼ log 2.
  t.ok(
    near(
      mutualInformation(a, Uint8Array.of(0, 0, 0, 1)),
      Math.log(4 / 3) / 2 + Math.log(2 / 3) / 4 + Math.log(2) / 4,
      1e-12
    )
  )
})

t.test('between correlated normals: nearly −½ log(1 − ρ²)', async t => {
  const noise = randomTable(200_000, 2, 5, 'normal')
  const rho = 0.8
  const pair = mapRows(noise, ([x, y]) => [x!, rho * x! + Math.sqrt(1 - rho ** 2) * y!])
  const column = (i: number) => ({ values: pair.values.filter((_, k) => k % 2 === i), rows: pair.rows, columns: 1 })
  const { information } = unitInformation(column(0), numbersOfTable(column(1)))
  const expected = -0.5 * Math.log(1 - rho ** 2)
  t.ok(information[0]![0]! < expected + 0.005, 'binning loses information')
  t.ok(near(information[0]![0]!, expected, 0.06), `${information[0]![0]} for ${expected}`)
})
