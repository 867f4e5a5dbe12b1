import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { trace } from '../../../trainer/onnx/trace.js'
import type { TensorType } from '../../../trainer/onnx/ir.js'

const vector: TensorType = { shape: [3], dtype: 'float32' }

t.test('records kernels, constants and inputs without computing, and leaves nothing behind', async t => {
  await tf.setBackend('cpu')
  const before = tf.memory().numTensors
  const { inputs, outputs } = trace(({ x }) => ({ y: tf.add(tf.mul(x!, tf.tensor1d([1, 2, 3])), 1) }), { x: vector })
  t.equal(tf.getBackend(), 'cpu', 'the backend is as before')
  t.equal(tf.memory().numTensors, before, 'no tensor is left')
  const y = outputs.get('y')!
  t.equal(y.source.kind === 'kernel' && y.source.node.kernel, 'Add')
  const product = y.source.kind === 'kernel' ? y.source.node.inputs.a! : undefined
  t.equal(product?.source.kind === 'kernel' && product.source.node.inputs.a, inputs.get('x'))
  t.match(product?.source.kind === 'kernel' && product.source.node.inputs.b?.source, {
    kind: 'constant',
    values: Float32Array.of(1, 2, 3),
  })
})

t.test('a kernel without a lowering is an error that names it', async t => {
  t.throws(() => trace(({ x }) => ({ y: tf.asin(x!) }), { x: vector }), {
    code: 'PVAE_KERNEL_NOT_LOWERED',
    message: /the program uses Asin, which has none/,
  })
  t.throws(
    () =>
      trace(({ x }) => ({ y: tf.image.resizeBilinear(x as tf.Tensor4D, [4, 4]) }), {
        x: { shape: [1, 2, 2, 1], dtype: 'float32' },
      }),
    { message: /ResizeBilinear/ }
  )
  t.equal(tf.getBackend(), 'cpu', 'the backend is restored after an error')
})

t.test('values do not exist while tracing', async t => {
  t.throws(
    () =>
      trace(
        ({ x }) => {
          x!.dataSync()
          return {}
        },
        { x: vector }
      ),
    { code: 'PVAE_TRACE_INVALID', message: /never reads tensor values/ }
  )
  await t.rejects(
    new Promise((resolve, reject) =>
      trace(
        ({ x }) => {
          x!.data().then(resolve, reject)
          return {}
        },
        { x: vector }
      )
    ),
    { code: 'PVAE_TRACE_INVALID' }
  )
})

t.test('a program is a pure function of its inputs', async t => {
  const outside = tf.tensor1d([1, 2, 3])
  t.throws(() => trace(() => ({ y: outside }), {}), { code: 'PVAE_TRACE_INVALID', message: /a tensor made outside it/ })
  outside.dispose()
  t.throws(() => trace(() => ({ y: tf.complex([1], [2]) }), {}), { message: /Complex|complex64/ })
  t.throws(() => trace(() => ({ y: tf.tensor1d(['a']) }), {}), { code: 'PVAE_TRACE_INVALID', message: /found string/ })
})
