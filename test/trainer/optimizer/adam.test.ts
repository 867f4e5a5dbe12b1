import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { adam } from '../../../trainer/optimizer/adam.js'
import { biasCorrections } from '../../../trainer/optimizer/bias-corrections.js'
import { normal, runEagerly } from '../../helpers/compare-engines.js'

const config = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 }

t.test('the first step moves every weight by the learning rate against its gradient\'s sign', async t => {
  const { first, second } = biasCorrections(config, 1)
  const { w } = await runEagerly(
    () => ({
      w: adam(
        config,
        { learningRate: tf.scalar(0.1), corrections: { first: tf.scalar(first), second: tf.scalar(second) } },
        tf.tensor1d([1, 1, 1]),
        tf.tensor1d([0.5, -20, 0]),
        tf.zeros([3]),
        tf.zeros([3])
      ).weight,
    }),
    {}
  )
  t.ok([0.9, 1.1, 1].every((value, i) => Math.abs(w!.values[i]! - value) < 1e-6))
})

t.test('ten steps agree with the algorithm of the paper in double precision', async t => {
  const { values } = normal(1, 10, 4)
  const reference = { w: [1, -2, 3, 0], m: [0, 0, 0, 0], v: [0, 0, 0, 0] }
  let state = {
    w: { shape: [4], values: Float32Array.of(1, -2, 3, 0) },
    m: { shape: [4], values: new Float32Array(4) },
    v: { shape: [4], values: new Float32Array(4) },
  }
  for (let step = 1; step <= 10; step++) {
    const gradient = values.slice(4 * (step - 1), 4 * step)
    reference.w.forEach((_, i) => {
      reference.m[i] = 0.9 * reference.m[i]! + 0.1 * gradient[i]!
      reference.v[i] = 0.999 * reference.v[i]! + 0.001 * gradient[i]! ** 2
      reference.w[i]! -=
        (0.01 * (reference.m[i]! / (1 - 0.9 ** step))) / (Math.sqrt(reference.v[i]! / (1 - 0.999 ** step)) + 1e-7)
    })
    const { first, second } = biasCorrections(config, step)
    const next = await runEagerly(({ w, m, v, g }) => {
      const { weight, firstMoment, secondMoment } = adam(
        config,
        { learningRate: tf.scalar(0.01), corrections: { first: tf.scalar(first), second: tf.scalar(second) } },
        w!,
        g!,
        m!,
        v!
      )
      return { w: weight, m: firstMoment, v: secondMoment }
    }, { ...state, g: { shape: [4], values: gradient } })
    state = next as typeof state
  }
  t.ok(
    reference.w.every((value, i) => Math.abs(value - state.w.values[i]!) < 1e-6),
    'within 1e-6',
    { found: state.w.values, reference: reference.w }
  )
})

t.test('ε is added to the root: a gradient far below it moves a weight by far less than the learning rate', async t => {
  const { first, second } = biasCorrections(config, 1)
  const { w } = await runEagerly(() => ({
    w: adam(config, { learningRate: tf.scalar(1), corrections: { first: tf.scalar(first), second: tf.scalar(second) } },
      tf.tensor1d([0]), tf.tensor1d([1e-7]), tf.zeros([1]), tf.zeros([1])).weight,
  }), {})
  // g / (|g| + ε), where both are 1e-7. Under the root ε would be 3e-4, and nothing would move.
  t.ok(Math.abs(w!.values[0]! + 0.5) < 1e-3, String(w!.values[0]))
})
