import t from 'tap'
import { minimise } from '../../../../trainer/measure/classification/minimise.js'

t.test('an ill-conditioned quadratic', async t => {
  const scale = [1, 100, 1e4]
  let calls = 0
  const found = await minimise((point, gradient) => {
    calls++
    return point.reduce((sum, x, i) => {
      gradient[i] = scale[i]! * (x - i)
      return sum + scale[i]! * (x - i) ** 2 / 2
    }, 0)
  }, Float64Array.of(5, 5, 5))
  t.ok(found.every((x, i) => Math.abs(x - i) < 1e-5), `${found}`)
  t.ok(calls < 100, `${calls} evaluations`)
})

t.test('stays where it is best already, and stops at the limit of rounding', async t => {
  const flat = (_: Float64Array, gradient: Float64Array) => { gradient.fill(0); return 1 }
  t.same([...await minimise(flat, Float64Array.of(3))], [3])
  const quartic = (point: Float64Array, gradient: Float64Array) => {
    gradient[0] = 4 * point[0]! ** 3
    return point[0]! ** 4 + 1e6
  }
  t.ok(Math.abs((await minimise(quartic, Float64Array.of(1), { tolerance: 0 }))[0]!) < 0.1)
})
