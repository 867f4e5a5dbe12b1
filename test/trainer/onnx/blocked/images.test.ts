/** What lies between convolutions, on blocked images: pools, upsampling, activations and their gradients. */
import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { blockedLayout } from '../../../../trainer/engine/blocked-layout.js'
import { lower } from '../../../../trainer/onnx/lower.js'
import { trace, type Program } from '../../../../trainer/onnx/trace.js'
import { fuseActivations } from '../../../../trainer/onnx/passes/fuse-activations.js'
import { repeatPixels } from '../../../../trainer/model/upsampling.js'
import { largestDifference, normal, type Input } from '../../../helpers/compare-engines.js'
import type { TensorType } from '../../../../trainer/onnx/ir.js'

type T = tf.Tensor
const layout = await blockedLayout()
if (!('blockSize' in layout)) t.bailout(`no blocked layout on this machine: ${layout.reason}`)
const B = (layout as { blockSize: number }).blockSize
const N = 16

const convolve = (x: T, w: T) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same')

/** The value and gradients of `network`, a convolution before it and one behind it. */
const between = (network: (x: T) => T): Program => ({ x, first, last }) => {
  const whole = (a: T, b: T, c: T) => {
    const result = convolve(network(convolve(a, b)), c)
    return tf.mean(tf.mul(result, tf.reshape(tf.cos(tf.range(0, result.size)), result.shape))) as tf.Scalar
  }
  const { value, grads } = tf.valueAndGrads(whole)([x!, first!, last!])
  return { value, ...Object.fromEntries(grads.map((gradient, i) => [`gradient${i}`, tf.mul(gradient, 10)])) }
}
/** x and the gradient of the result go in, the result and the gradient of x come out. */
const BORDERS = 4
const inputs = { x: normal(1, N, 6, 4, B), first: normal(2, 3, 3, B, 2 * B), last: normal(3, 3, 3, 2 * B, B) }

function operators (program: Program, given: Record<string, Input>): string[] {
  const types = Object.fromEntries(
    Object.entries(given).map(([name, { shape }]): [string, TensorType] => [name, { shape, dtype: 'float32' }])
  )
  const writer = lower(trace(program, types), { blockSize: B })
  fuseActivations(writer)
  return writer.nodes.map(({ operator }) => operator)
}

const pool = (x: T) => tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid')

t.test('the gradient of a max-pool whose windows leave a row and a column out', async t => {
  const odd = { ...inputs, x: normal(1, N, 7, 5, B) }
  const difference = await largestDifference(between(pool), odd, { blockSize: B })
  t.ok(difference < 2e-5, 'within 2e-5', { difference })
})

const cases: Record<string, { network: (x: T) => T; reorders?: number }> = {
  ReLU: { network: tf.relu },
  'leaky ReLU': { network: x => tf.leakyRelu(x, 0.1) },
  ELU: { network: tf.elu },
  'a residual': { network: x => tf.add(tf.relu(x), x) },
  'a max-pool': { network: pool },
  'a max-pool of a ReLU': { network: x => pool(tf.relu(x)) },
  'a max-pool of equal elements': { network: x => pool(repeatPixels(x, 2)) },
  'an average pool': { network: x => tf.avgPool(x as tf.Tensor4D, 2, 2, 'valid'), reorders: 2 },
  'repeated pixels': { network: x => repeatPixels(x, 2) },
  'a scalar for each channel, which blocked images do not have': {
    network: x => tf.mul(x, tf.reshape(tf.range(0, 2 * B), [1, 1, 1, 2 * B])),
    reorders: 4,
  },
}

for (const [name, { network, reorders = 0 }] of Object.entries(cases)) {
  t.test(name, async t => {
    const found = operators(between(network), inputs).filter(operator => operator.startsWith('Reorder')).length
    t.equal(found - BORDERS, reorders, 'beside the borders, the image changes its layout this often')
    const difference = await largestDifference(between(network), inputs, { blockSize: B })
    t.ok(difference < 2e-5, 'within 2e-5', { difference })
  })
}
