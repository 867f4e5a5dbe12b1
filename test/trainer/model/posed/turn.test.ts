import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { turn, turnBack } from '../../../../trainer/model/posed/turn.js'
import { normal, runEagerly } from '../../../helpers/compare-engines.js'
import { inputsOf, pictures } from './picture.js'

const largest = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)))
const numbers = (...values: number[]) => ({ shape: [values.length], values: Float32Array.from(values) })

t.test('an angle has no seam: at the ends of its turn, and where quarter turns take over', async t => {
  const still = pictures([{}], 48, 48)
  const seen = async (angle: number) => {
    const { warped } = await runEagerly(
      ({ still, angle }) => ({ warped: turn(still!, angle!, {}) }), { still, angle: numbers(angle) })
    return warped!.values
  }
  for (const seam of [-Math.PI, Math.PI / 4, -3 * Math.PI / 4, 3 * Math.PI, Math.PI / 2]) {
    const [before, after] = [await seen(seam - 1e-4), await seen(seam + 1e-4)]
    t.ok(largest(before, after) < 2e-3, `${seam}`, { difference: largest(before, after) })
  }
  t.ok(largest(await seen(-Math.PI), await seen(Math.PI)) < 1e-5, 'the same picture at both ends')
})

t.test('pixels of a square change places by quarter turns, whatever they show', async t => {
  const x = normal(7, 4, 6, 6, 2)
  const { y } = await runEagerly(({ x, angle }) => ({ y: turn(x!, angle!, {}) }), {
    x, angle: numbers(0, Math.PI / 2, Math.PI, -Math.PI / 2),
  })
  const expected = Float32Array.from(x.values, (_, i) => {
    const [c, column, row, n] = [i % 2, Math.floor(i / 2) % 6, Math.floor(i / 12) % 6, Math.floor(i / 72)]
    const [r, k] = [[row, column], [5 - column, row], [5 - row, 5 - column], [column, 5 - row]][n]!
    return x.values[((n * 6 + r!) * 6 + k!) * 2 + c]!
  })
  t.ok(largest(y!.values, expected) < 1e-4, { difference: largest(y!.values, expected) })
})

t.test('turning back and moving back undoes it, also where it is turned many times', async t => {
  const poses = [
    { angle: 0.7, row: 0.1, column: -0.1 }, { angle: -9, row: 0, column: 0.1 }, { angle: 40, row: -0.05, column: 0 },
  ]
  for (const [height, width] of [[48, 48], [44, 49]] as const) {
    const { back } = await runEagerly(({ still, angle, ...place }) => (
      { back: turnBack(turn(still!, angle!, place), angle!, place) }),
    { still: pictures(poses.map(() => ({})), height, width), ...inputsOf(poses) })
    const still = pictures(poses.map(() => ({})), height, width)
    t.ok(largest(back!.values, still.values) < 0.01, `${height} × ${width}: ${largest(back!.values, still.values)}`)
  }
})

t.test('the gradient in an angle is that of the shears, without that of whole turns', async t => {
  const x = pictures([{}, {}], 40, 40)
  const w = normal(3, 2, 40, 40, 1)
  for (const at of [0.2, Math.PI / 2 + 0.3, -2.6]) {
    const slope = async (angle: number, step: number) => (await runEagerly(({ x, w, angle }) => {
      const loss = (angle: tf.Tensor) => tf.sum(tf.mul(turn(x!, angle, {}), w!)) as tf.Scalar
      return { value: loss(tf.add(angle!, step)), gradient: tf.grad(loss)(angle!) }
    }, { x, w, angle: numbers(angle, angle) }))
    const [ahead, behind] = [await slope(at, 1e-2), await slope(at, -1e-2)]
    const quotient = (ahead['value']!.values[0]! - behind['value']!.values[0]!) / 2e-2
    const gradient = ahead['gradient']!.values[0]! + ahead['gradient']!.values[1]!
    t.ok(Math.abs(quotient - gradient) < 0.02 * Math.max(1, Math.abs(quotient)), `${at}: ${gradient}, ${quotient}`)
  }
})
