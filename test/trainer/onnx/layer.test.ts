import * as tf from '@tensorflow/tfjs-core'
import t from 'tap'
import '@tensorflow/tfjs-layers'
import { kernelsOf } from '../../../trainer/onnx/cost.js'
import { placeGradients } from '../../../trainer/onnx/gradient-layers.js'
import { currentPlace, enterLayerOf, enterPlace, inLayer, inPlace } from '../../../trainer/onnx/layer.js'
import { trace, type Program } from '../../../trainer/onnx/trace.js'

t.test('kernels belong to the layer whose parameters were asked for last, gradients to that of what they are ' +
  'of', async t => {
  const program: Program = ({ x, w, v }) => {
    const grads = tf.grads((w, v) => {
      enterLayerOf('first/kernel')
      const hidden = tf.relu(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D))
      enterLayerOf('second/kernel')
      const output = tf.matMul(hidden, v as tf.Tensor2D)
      const loss = inLayer('objective', () => tf.sum(tf.square(output)))
      placeGradients()
      return loss
    })([w!, v!])
    enterPlace({ layer: '', pass: 'update' })
    enterLayerOf('first/kernel')
    return { w: tf.sub(w!, grads[0]!), v: grads[1]! }
  }
  const float = (...shape: number[]) => ({ shape, dtype: 'float32' as const })
  const kernels = kernelsOf(trace(program, { x: float(2, 3), w: float(3, 4), v: float(4, 1) }))
  const places = kernels.map(({ kernel, place: { layer, pass } }) => `${kernel} ${layer} ${pass}`)
  for (const expected of [
    'BatchMatMul first forward', 'Relu first forward', 'BatchMatMul second forward',
    'BatchMatMul second backward', 'Step first backward', 'BatchMatMul first backward', 'Sub first update',
  ]) t.ok(places.includes(expected), expected)
  t.strictSame(currentPlace(), { layer: '', pass: 'forward' }, 'a trace leaves nothing behind')
})

t.test('a place ends, also where it fails', async t => {
  inPlace({ layer: 'a', pass: 'backward' }, () => {
    t.equal(inLayer('b', () => currentPlace().layer), 'b')
    t.strictSame(currentPlace(), { layer: 'a', pass: 'backward' })
    t.throws(() => inLayer('c', () => { throw new Error('no') }), { message: 'no' })
    enterLayerOf('scalar')
    t.equal(currentPlace().layer, '', 'a parameter outside any layer')
  })
  t.strictSame(currentPlace(), { layer: '', pass: 'forward' })
})
