import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { cutGlimpse } from '../../../trainer/model/layered/glimpse.js'
import { tentMatrix } from '../../../trainer/model/tent.js'
import { normal, runEagerly, uniform } from '../../helpers/compare-engines.js'

const tent = (position: number, cells: number, cell: number, i: number, j: number) =>
  Math.max(0, 1 - Math.abs(i + 0.5 - (position + (j + 0.5 - cells / 2) * cell)) / cell)

t.test('weights are those of linear interpolation', async t => {
  const position = uniform(1, -2, 12, 4)
  for (const cell of [1, 1.5, 0.5]) {
    const { matrix } = await runEagerly(({ position }) => ({ matrix: tentMatrix(position!, 3, cell, 10) }), {
      position,
    })
    t.strictSame(matrix!.shape, [4, 10, 3])
    const wanted = (n: number, i: number, j: number) => tent(position.values[n]!, 3, cell, i, j)
    t.ok(
      matrix!.values.every(
        (value, at) => Math.abs(value - wanted(Math.floor(at / 30), Math.floor(at / 3) % 10, at % 3)) < 1e-5
      )
    )
  }
})

t.test('a grid that lies on the pixels is placed as it is; half a pixel further each pixel is the mean of two ' +
  'cells', async t => {
  const { matrix } = await runEagerly(({ position }) => ({ matrix: tentMatrix(position!, 2, 1, 5) }), {
    position: { shape: [2], values: Float32Array.of(2, 2.5) },
  })
  t.strictSame([...matrix!.values], [0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0.5, 0, 0.5, 0.5, 0, 0.5, 0, 0])
})

t.test('a glimpse has the weighted means of the pixels around each cell', async t => {
  const image = normal(2, 2, 6, 3, 8)
  const keyPoint = { shape: [2, 2], values: Float32Array.of(2.2, 5.1, 0.3, 7.9) }
  const grid = { rows: 3, columns: 2, cell: 1.5 }
  const { glimpse } = await runEagerly(({ image, keyPoint }) => ({ glimpse: cutGlimpse(image!, keyPoint!, grid) }), {
    image,
    keyPoint,
  })
  t.strictSame(glimpse!.shape, [2, 18])
  let at = 0
  for (let n = 0; n < 2; n++) {
    const [y, x] = [keyPoint.values[2 * n]!, keyPoint.values[2 * n + 1]!]
    for (let i = 0; i < 3; i++) {
      for (let k = 0; k < 3; k++) {
        for (let j = 0; j < 2; j++, at++) {
          let sum = 0
          let [tall, wide] = [0.2, 0.2]
          for (let row = 0; row < 6; row++) tall += tent(y, 3, 1.5, row, i)
          for (let column = 0; column < 8; column++) wide += tent(x, 2, 1.5, column, j)
          for (let row = 0; row < 6; row++) {
            for (let column = 0; column < 8; column++) {
              sum +=
                (((tent(y, 3, 1.5, row, i) / tall) * tent(x, 2, 1.5, column, j)) / wide) *
                image.values[((n * 6 + row) * 3 + k) * 8 + column]!
            }
          }
          if (Math.abs(glimpse!.values[at]! - sum) > 1e-5) {
            t.fail(`element ${at} is ${glimpse!.values[at]} instead of ${sum}`)
          }
        }
      }
    }
  }
})

t.test('a key point\'s gradient is that of the interpolation', async t => {
  const position = { shape: [1], values: Float32Array.of(3.3) }
  const { gradient } = await runEagerly(({ position }) => ({
    gradient: tf.grad(p => tf.sum(tf.mul(tentMatrix(p, 1, 2, 6), tf.reshape(tf.range(0, 6), [1, 6, 1]))))(position!),
  }), { position })
  // Pixels 2 and 3 at or left of the centre lose 1/2 each, 4 and 1 … by sign: d/dp Σ i · tent(i) = Σ i · sign(i + ½ −
  // p) / 2 over pixels within 2.
  const wanted = [2, 3, 4, 1].reduce(
    (sum, i) => (Math.abs(i + 0.5 - 3.3) < 2 ? sum + (i * Math.sign(i + 0.5 - 3.3)) / 2 : sum),
    0
  )
  t.ok(Math.abs(gradient!.values[0]! - wanted) < 1e-5)
})
