import t from 'tap'
import {
  bernoulliNegativeLogLikelihood,
  gaussianNegativeLogLikelihood,
  squaredError,
} from '../../../trainer/measure/likelihood.js'

const f = (...values: number[]) => Float32Array.from(values)
const near = (a: number, b: number, tolerance = 1e-6) => Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b))

t.test('squared error', async t => {
  t.equal(squaredError(f(1, 0, 0.5), f(0, 0, 1)), 1.25)
})

t.test('Bernoulli: entropy at the truth, log 2 at a guess, bounded when sure and wrong', async t => {
  t.ok(near(bernoulliNegativeLogLikelihood(f(1, 0, 0.3), f(0.5, 0.5, 0.5)), 3 * Math.log(2)))
  t.ok(near(bernoulliNegativeLogLikelihood(f(0.25), f(0.25)), -(0.25 * Math.log(0.25) + 0.75 * Math.log(0.75))))
  t.ok(near(bernoulliNegativeLogLikelihood(f(1, 0), f(1, 0)), 0))
  t.ok(near(bernoulliNegativeLogLikelihood(f(1), f(0)), -Math.log(1e-7)))
  t.ok(near(bernoulliNegativeLogLikelihood(f(0), f(1)), -Math.log(1e-7)))
})

t.test('Gaussian: the density of the standard normal, and its scale', async t => {
  t.ok(near(gaussianNegativeLogLikelihood(0, 1, 1), -Math.log(1 / Math.sqrt(2 * Math.PI))))
  t.ok(near(gaussianNegativeLogLikelihood(4, 1, 1), -Math.log(Math.exp(-2) / Math.sqrt(2 * Math.PI))))
  t.ok(near(gaussianNegativeLogLikelihood(4 * 0.01, 3, 0.01), 2 + 3 * Math.log(0.1 * Math.sqrt(2 * Math.PI))))
})
