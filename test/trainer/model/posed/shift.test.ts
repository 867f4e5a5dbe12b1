import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { shiftColumns, shiftRows } from '../../../../trainer/model/posed/shift.js'
import { largestDifference, normal, runEagerly } from '../../../helpers/compare-engines.js'

/** What lies `shift` to the left of a place in a row of `size` values; 0 beyond. */
const shifted = (row: Float32Array, shift: number, size: number) => Float32Array.from({ length: size }, (_, i) =>
  row[i - (size - row.length) / 2 - shift] ?? 0)

t.test('rows are shifted by whole pixels exactly, also into more columns and into fewer', async t => {
  const x = normal(1, 2, 3, 8, 1)
  for (const size of [8, 14, 4]) {
    const program = ({ x, by }: Record<string, tf.Tensor>) => (
      { y: shiftRows(x!, below => tf.add(tf.mul(below, 2), tf.reshape(by!, [2, 1, 1])), 6, size) })
    const by = { shape: [2], values: Float32Array.of(1, -3) }
    const { y } = await runEagerly(program, { x, by })
    t.strictSame(y!.shape, [2, 3, size, 1])
    for (let row = 0; row < 6; row++) {
      const expected = shifted(x.values.subarray(row * 8, (row + 1) * 8), (row % 3 - 1) * 2 + (row < 3 ? 1 : -3), size)
      const found = y!.values.subarray(row * size, (row + 1) * size)
      t.ok(found.every((value, i) => Math.abs(value - expected[i]!) < 1e-5), `row ${row} into ${size}`)
    }
    t.ok(await largestDifference(program, { x, by }) < 1e-5)
  }
})

t.test('columns are shifted as rows are', async t => {
  const x = normal(2, 1, 6, 5, 2)
  const { a, b } = await runEagerly(({ x }) => ({
    a: shiftColumns(x!, beside => tf.mul(beside, 0.7), 3),
    b: tf.transpose(shiftRows(tf.transpose(x!, [0, 2, 1, 3]), below => tf.mul(below, 0.7), 3), [0, 2, 1, 3]),
  }), { x })
  t.strictSame(a!.values, b!.values)
  t.strictSame(a!.shape, [1, 6, 5, 2])
})
