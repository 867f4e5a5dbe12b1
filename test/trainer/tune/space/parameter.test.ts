import t from 'tap'
import { createRandom } from '../../../../trainer/random/index.js'
import {
  axisOf, countOf, drawUniformly, lastOf, nearest, valueOf, type NumericParameter,
} from '../../../../trainer/tune/space/parameter.js'

const draws = (parameter: Parameters<typeof drawUniformly>[0], count = 2000) => {
  const random = createRandom(1, 'test')
  return Array.from({ length: count }, () => drawUniformly(parameter, random))
}

t.test('a float is uniform, or uniform in its logarithm', async t => {
  const plain = draws({ type: 'float', low: -5, high: 15 })
  t.ok(plain.every(value => value >= -5 && value <= 15), 'within its range')
  t.ok(Math.abs(plain.reduce((sum, value) => sum + value, 0) / 2000 - 5) < 0.5, 'its mean is the middle')
  const log = draws({ type: 'float', low: 1e-4, high: 1, log: true })
  const decades = [1e-3, 1e-2, 1e-1, 1].map(top => log.filter(value => value <= top && value > top / 10).length)
  for (const count of decades) t.ok(count > 400 && count < 600, `a decade has its quarter: ${count}`)
})

t.test('an int has each of its values as often, ends too', async t => {
  const parameter: NumericParameter = { type: 'int', low: 2, high: 9, step: 3 }
  t.equal(lastOf(parameter), 8, 'the last step before its high')
  t.equal(countOf(parameter), 3)
  const drawn = draws(parameter)
  for (const value of [2, 5, 8]) {
    const count = drawn.filter(one => one === value).length
    t.ok(count > 570 && count < 770, `${value}: ${count}`)
  }
  t.ok(draws({ type: 'int', low: 1, high: 1000, log: true }).every(Number.isInteger), 'also in the logarithm')
})

t.test('a step of a decimal fraction leaves no binary dust', async t => {
  const parameter: NumericParameter = { type: 'float', low: 0, high: 0.9, step: 0.3 }
  t.strictSame(new Set(draws(parameter)), new Set([0, 0.3, 0.6, 0.9]))
  t.equal(nearest(parameter, 0.46), 0.6)
  t.strictSame(axisOf(parameter), { low: -0.15, high: 1.05, log: false, step: 0.3 }, 'half a step beyond each end')
})

t.test('a choice is drawn by index', async t => {
  const parameter = { type: 'choice', choices: ['a', [1], null] } as const
  t.strictSame(new Set(draws(parameter)), new Set([0, 1, 2]))
  t.strictSame([0, 1, 2].map(index => valueOf(parameter, index)), ['a', [1], null])
  t.equal(countOf({ type: 'float', low: 2, high: 2 }), 1, 'a range of one number')
})
