import t from 'tap'
import { layOutPartitions } from '@partition-vae/models'
import { parametersFrom } from '../../../trainer/model/parameters.js'
import { factorCount, labelError, labelParameters } from '../../../trainer/objective/labels.js'
import { normal, runEagerly, type Input } from '../../helpers/compare-engines.js'

const [a, b] = layOutPartitions([{ name: 'a', size: 2 }, { name: 'b', size: 1 }, { name: 'c', size: 2 }])
const HIDDEN = 3

/** [rows, inner] · [inner, columns] + bias, in plain loops. */
const affine = (rows: number[][], kernel: Input, bias: Input) => rows.map(row => Array.from(bias.values, (offset, c) =>
  row.reduce((sum, value, k) => sum + value * kernel.values[k * bias.values.length + c]!, offset)))

t.test('squared error of each partition\'s own factors, summed over factors, averaged over images', async t => {
  const heads = [{ partition: b!, factors: 1 }, { partition: a!, factors: 2 }]
  t.equal(factorCount(heads), 3)
  const specs = labelParameters(heads, HIDDEN)
  t.strictSame(
    specs.map(({ name, shape }) => [name, ...shape]),
    [
      ['labels/b/hidden/kernel', 1, 3],
      ['labels/b/hidden/bias', 3],
      ['labels/b/output/kernel', 3, 1],
      ['labels/b/output/bias', 1],
      ['labels/a/hidden/kernel', 2, 3],
      ['labels/a/hidden/bias', 3],
      ['labels/a/output/kernel', 3, 2],
      ['labels/a/output/bias', 2],
    ]
  )
  const weights = Object.fromEntries(specs.map(({ name, shape }, i) => [name, normal(i, ...shape)]))
  const inputs = { mean: normal(20, 4, 5), factors: normal(21, 4, 3), ...weights }
  const { error } = await runEagerly(
    tensors => ({ error: labelError(tensors.mean!, tensors.factors!, heads, HIDDEN, parametersFrom(tensors)) }),
    inputs
  )
  let expected = 0
  let column = 0
  for (const { partition: { name, offset, size }, factors } of heads) {
    const units = Array.from({ length: 4 }, (_, n) => [
      ...inputs.mean.values.subarray(5 * n + offset, 5 * n + offset + size),
    ])
    const hidden = affine(
      units,
      weights[`labels/${name}/hidden/kernel`]!,
      weights[`labels/${name}/hidden/bias`]!
    ).map(row => row.map(x => (x > 0 ? x : 0.1 * x)))
    affine(hidden, weights[`labels/${name}/output/kernel`]!, weights[`labels/${name}/output/bias`]!).forEach(
      (row, n) =>
        row.forEach((value, k) => {
          expected += (value - inputs.factors.values[3 * n + column + k]!) ** 2 / 4
        })
    )
    column += factors
  }
  t.ok(Math.abs(error!.values[0]! - expected) < 1e-4 * expected, `${error!.values[0]} for ${expected}`)
})
