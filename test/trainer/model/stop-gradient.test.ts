import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { stopGradient } from '../../../trainer/model/stop-gradient.js'
import { largestDifference, normal, runEagerly } from '../../helpers/compare-engines.js'

const x = normal(1, 2, 3)

/** x · stop(x²) has the gradient x², not 3x². */
const program = ({ x }: Record<string, tf.Tensor>) => ({
  value: tf.mul(x!, stopGradient(tf.square(x!))),
  gradient: tf.grad(x => tf.sum(tf.mul(x, stopGradient(tf.square(x)))))(x!),
})

t.test('values pass, gradients do not, on both engines', async t => {
  const { value, gradient } = await runEagerly(program, { x })
  t.ok(value!.values.every((value, i) => Math.abs(value - x.values[i]! ** 3) < 1e-5))
  t.ok(gradient!.values.every((value, i) => Math.abs(value - x.values[i]! ** 2) < 1e-5))
  t.ok(await largestDifference(program, { x }) < 1e-6)
})

t.test('memory is freed once both tensors are', async t => {
  await tf.setBackend('cpu')
  const before = tf.memory().numTensors
  tf.tidy(() => { stopGradient(tf.square(tf.tensor1d([1, 2]))) })
  t.equal(tf.memory().numTensors, before)
  const original = tf.tensor1d([1, 2])
  const same = stopGradient(original)
  original.dispose()
  t.strictSame([...same.dataSync()], [1, 2], 'the second tensor outlives the first')
  same.dispose()
  t.equal(tf.memory().numTensors, before)
})
