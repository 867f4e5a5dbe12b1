import * as tf from '@tensorflow/tfjs-core'
import t from 'tap'
import { kernelsOf, multiplyAdds, peakBytes } from '../../../trainer/onnx/cost.js'
import { trace, type Program } from '../../../trainer/onnx/trace.js'
import '@tensorflow/tfjs-layers'
import type { TensorType } from '../../../trainer/onnx/ir.js'

const float = (...shape: number[]): TensorType => ({ shape, dtype: 'float32' })
const costs = (program: Program, inputs: Record<string, TensorType>) =>
  Object.fromEntries(kernelsOf(trace(program, inputs)).map(node => [node.kernel, multiplyAdds(node)]))

t.test('a convolution and its gradients cost the same', async t => {
  // 2 images of 8×8×3, 5 filters of 3×3, stride 2: 2·4·4·5 results of 3·3·3 products
  const expected = 2 * 4 * 4 * 5 * 27
  const program: Program = ({ x, filter }) => {
    const grads = tf.grads((a, b) => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 2, 'same'))(
      [x!, filter!],
      tf.ones([2, 4, 4, 5])
    )
    return {
      forward: tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 2, 'same'),
      inInput: grads[0]!,
      inFilter: grads[1]!,
    }
  }
  const { Conv2D, Conv2DBackpropInput, Conv2DBackpropFilter } = costs(program, {
    x: float(2, 8, 8, 3),
    filter: float(3, 3, 3, 5),
  })
  t.strictSame([Conv2D, Conv2DBackpropInput, Conv2DBackpropFilter], [expected, expected, expected])
})

t.test('matrix products, transposed or not; nothing else multiplies', async t => {
  t.match(
    costs(({ a, b }) => ({ y: tf.relu(tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D)) }), {
      a: float(4, 7),
      b: float(7, 3),
    }),
    { BatchMatMul: 84, Relu: 0 }
  )
  t.match(
    costs(({ a, b }) => ({ y: tf.matMul(a as tf.Tensor3D, b as tf.Tensor3D, true, true) }), {
      a: float(5, 7, 4),
      b: float(5, 3, 7),
    }),
    { BatchMatMul: 5 * 84 }
  )
})

t.test('results count until their last use; views and outputs take nothing', async t => {
  const program: Program = ({ x }) => {
    const first = tf.reshape(tf.neg(x!), [50, 2]) // 400 bytes, until `sum`
    const second = tf.abs(first) // 400, until `sum`
    const sum = tf.add(first, second) // 400
    return { y: tf.sum(tf.exp(sum)) } // exp: 400, while only `sum` is left
  }
  t.equal(peakBytes(trace(program, { x: float(100) })), 1200)
  t.equal(peakBytes(trace(({ x }) => ({ y: tf.neg(x!) }), { x: float(100) })), 0)
})
