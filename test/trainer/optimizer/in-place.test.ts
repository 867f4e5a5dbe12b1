import { readFileSync } from 'node:fs'
import t from 'tap'
import { createInPlaceOptimizer, fitsInPlace } from '../../../trainer/optimizer/in-place.js'
import { createRandom } from '../../../trainer/random/index.js'
import { compileKernel, KERNEL_FOLDERS, kernelFile } from '../../helpers/compile-kernel.js'

const config = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 }

t.test('the committed bytes are what the source compiles to', async t => {
  t.equal(readFileSync(kernelFile(KERNEL_FOLDERS.optimizer), 'utf8'), await compileKernel(KERNEL_FOLDERS.optimizer))
})

t.test('ten steps agree with the algorithm of the paper in double precision', async t => {
  const shapes = { scalar: [], 'a/kernel': [3, 5], 'a/bias': [17], 'b/kernel': [2, 2, 4, 4] }
  const optimizer = createInPlaceOptimizer(shapes, config)
  const { weights, gradients, firstMoments, secondMoments } = optimizer
  t.strictSame(
    Object.values(weights).map(({ shape, values }) => [shape, values.length]),
    [[[], 1], [[3, 5], 15], [[17], 17], [[2, 2, 4, 4], 64]]
  )
  const random = createRandom(1, 'in-place')
  const names = Object.keys(shapes)
  for (const name of names) random.fillNormal(weights[name]!.values)
  const reference = Object.fromEntries(names.map(name => {
    const w = Array.from(weights[name]!.values)
    return [name, { w, m: w.map(() => 0), v: w.map(() => 0) }]
  }))
  for (let step = 1; step <= 10; step++) {
    const rate = 0.01 / step
    for (const name of names) {
      const { w, m, v } = reference[name]!
      random.fillNormal(gradients[name]!.values).forEach((g, i) => {
        m[i] = 0.9 * m[i]! + 0.1 * g
        v[i] = 0.999 * v[i]! + 0.001 * g ** 2
        w[i]! -= rate * (m[i]! / (1 - 0.9 ** step)) / (Math.sqrt(v[i]! / (1 - 0.999 ** step)) + 1e-7)
      })
    }
    optimizer.step(rate, step)
  }
  const apart = (found: Float32Array, expected: readonly number[]) =>
    expected.reduce((largest, value, i) => Math.max(largest, Math.abs(value - found[i]!)), 0)
  for (const name of names) {
    const { w, m, v } = reference[name]!
    t.ok(apart(weights[name]!.values, w) < 1e-6, `weights of ${name}`)
    t.ok(apart(firstMoments[name]!.values, m) < 1e-6, `first moments of ${name}`)
    t.ok(apart(secondMoments[name]!.values, v) < 1e-7, `second moments of ${name}`)
  }
})

t.test('ε is added to the root: a gradient far below it moves a weight by far less than the learning rate', async t => {
  const optimizer = createInPlaceOptimizer({ w: [1] }, config)
  optimizer.gradients['w']!.values[0] = 1e-7
  optimizer.step(1, 1)
  const [weight] = optimizer.weights['w']!.values
  // g / (|g| + ε), where both are 1e-7. Under the root ε would be 3e-4, and nothing would move.
  t.ok(Math.abs(weight! + 0.5) < 1e-3, String(weight))
})

t.test('a weight that nothing pulls at any more comes to rest, and its moments become 0', async t => {
  const optimizer = createInPlaceOptimizer({ w: [2] }, { ...config, beta2: 0.9 })
  const { weights: { w }, firstMoments, secondMoments, gradients } = optimizer
  gradients['w']!.values.set([1e-3, -1e-3])
  optimizer.step(0.1, 1)
  gradients['w']!.values.fill(0)
  for (let step = 2; step < 1000; step++) optimizer.step(0.1, step)
  t.strictSame([...firstMoments['w']!.values, ...secondMoments['w']!.values], [0, 0, 0, 0])
  const before = [...w!.values]
  optimizer.step(0.1, 1000)
  t.strictSame([...w!.values], before)
  t.ok(before.every(Number.isFinite))
})

t.test('what is no number stays none: training must see that it has gone wrong', async t => {
  const optimizer = createInPlaceOptimizer({ w: [3] }, config)
  optimizer.gradients['w']!.values.set([NaN, 1, Infinity])
  optimizer.step(0.1, 1)
  const { weights: { w }, firstMoments: { w: first } } = optimizer
  t.strictSame([...w!.values].map(Number.isFinite), [false, true, false])
  t.strictSame([...first!.values].map(Number.isFinite), [false, true, false])
})

t.test('says what it has room for', async t => {
  t.ok(fitsInPlace({ a: [1000, 1000], b: [7] }))
  t.ok(fitsInPlace({ a: [16_000, 16_000] }))
  t.notOk(fitsInPlace({ a: [16_000, 16_800] }))
})
