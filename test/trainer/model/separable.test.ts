import t, { type Test } from 'tap'
import { applySeparably, boxMatrix, interpolationMatrix, poolingMatrix } from '../../../trainer/model/separable.js'
import { normal, runEagerly } from '../../helpers/compare-engines.js'

const x = normal(1, 2, 5, 3, 7) // [N, H, K, W]

/** The same, pixel by pixel: `weight(i, I)` of input row I in output row i, and so for columns. */
function plain (
  height: number,
  width: number,
  rows: (i: number, from: number) => number,
  columns: (j: number, from: number) => number
): Float32Array {
  const [batch, H, planes, W] = x.shape as [number, number, number, number]
  const result = new Float32Array(batch * height * planes * width)
  let at = 0
  for (let n = 0; n < batch; n++) {
    for (let i = 0; i < height; i++) {
      for (let k = 0; k < planes; k++) {
        for (let j = 0; j < width; j++, at++) {
          for (let I = 0; I < H; I++) {
            for (let J = 0; J < W; J++) {
              result[at]! += rows(i, I) * columns(j, J) * x.values[((n * H + I) * planes + k) * W + J]!
            }
          }
        }
      }
    }
  }
  return result
}

function isClose (t: Test, found: Float32Array, wanted: Float32Array): void {
  t.equal(found.length, wanted.length)
  t.ok(found.every((value, i) => Math.abs(value - wanted[i]!) < 1e-5))
}

t.test('a box mean divides by what is inside at the edges, or by the whole window', async t => {
  const within = (i: number, j: number, reach: number) => Math.abs(i - j) <= reach
  const left = (i: number, size: number, reach: number) => Math.min(size - 1, i + reach) - Math.max(0, i - reach) + 1
  const elements = await runEagerly(
    ({ x }) => ({ y: applySeparably(x!, boxMatrix(5, 3, 'elements'), boxMatrix(7, 5, 'elements')) }),
    { x }
  )
  isClose(
    t,
    elements.y!.values,
    plain(
      5,
      7,
      (i, I) => (within(i, I, 1) ? 1 / left(i, 5, 1) : 0),
      (j, J) => (within(j, J, 2) ? 1 / left(j, 7, 2) : 0)
    )
  )
  const window = await runEagerly(
    ({ x }) => ({ y: applySeparably(x!, boxMatrix(5, 3, 'window'), boxMatrix(7, 5, 'window')) }),
    { x }
  )
  isClose(
    t,
    window.y!.values,
    plain(
      5,
      7,
      (i, I) => (within(i, I, 1) ? 1 / 3 : 0),
      (j, J) => (within(j, J, 2) ? 1 / 5 : 0)
    )
  )
})

t.test('pooling takes means of parts, which overlap where they do not divide evenly', async t => {
  const { even, uneven } = await runEagerly(() => ({ even: poolingMatrix(6, 3), uneven: poolingMatrix(5, 2) }), {})
  t.strictSame([...even!.values], [0.5, 0.5, 0, 0, 0, 0, 0, 0, 0.5, 0.5, 0, 0, 0, 0, 0, 0, 0.5, 0.5])
  const third = Math.fround(1 / 3)
  t.strictSame([...uneven!.values], [third, third, third, 0, 0, 0, 0, third, third, third])
})

t.test('interpolation keeps constants, and straight lines between the outer centres', async t => {
  const { matrix } = await runEagerly(() => ({ matrix: interpolationMatrix(4, 10) }), {})
  for (let i = 0; i < 10; i++) {
    const row = matrix!.values.slice(4 * i, 4 * i + 4)
    t.ok(Math.abs(row.reduce((sum, weight) => sum + weight) - 1) < 1e-6)
    const position = Math.min(Math.max((i + 0.5) * 0.4 - 0.5, 0), 3)
    t.ok(Math.abs(row.reduce((sum, weight, j) => sum + weight * j, 0) - position) < 1e-6)
  }
})
