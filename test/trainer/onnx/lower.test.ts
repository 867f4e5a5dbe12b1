import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { createRuntimeSession } from '../../../trainer/engine/runtime.js'
import { lower } from '../../../trainer/onnx/lower.js'
import { NCHW, OIHW } from '../../../trainer/onnx/layout.js'
import { trace, type Program } from '../../../trainer/onnx/trace.js'
import { largestDifference, normal, runLowered } from '../../helpers/compare-engines.js'
import type { TensorType } from '../../../trainer/onnx/ir.js'

const float = (...shape: number[]): TensorType => ({ shape, dtype: 'float32' })
const operators = (program: Program, inputs: Record<string, TensorType>, layouts = {}) =>
  lower(trace(program, inputs), { layouts }).nodes.map(({ operator }) => operator)

t.test('channels-first inputs and filters run through a network without a transposition', async t => {
  const network: Program = ({ x, w, b, v }) => ({
    y: tf.relu(
      tf.add(
        tf.conv2d(
          tf.relu(tf.add(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, 'same'), b!)) as tf.Tensor4D,
          v as tf.Tensor4D,
          1,
          'same'
        ),
        1
      )
    ),
  })
  t.strictSame(
    operators(
      network,
      { x: float(2, 8, 8, 3), w: float(3, 3, 3, 4), b: float(4), v: float(3, 3, 4, 2) },
      { x: NCHW, w: OIHW, v: OIHW, y: NCHW }
    ),
    ['Conv', 'Relu', 'Conv', 'Add', 'Relu', 'Identity']
  )
})

t.test('inputs and outputs can be stored in another order than the program sees', async t => {
  const image = normal(1, 2, 5, 4, 3)
  const plain = await runLowered(({ x }) => ({ y: tf.mul(x!, 2) }), { x: image })
  const stored = lower(trace(({ x }) => ({ y: tf.mul(x!, 2) }), { x: float(2, 5, 4, 3) }), { layouts: { y: NCHW } })
  t.strictSame(stored.outputs[0]!.dims, [2, 3, 5, 4])
  t.strictSame(plain.y!.shape, [2, 5, 4, 3])
})

t.test('images of few channels are turned by products on ONNX Runtime alone, to the same numbers', async t => {
  const program: Program = ({ x }) => ({ there: tf.mul(x!, 1), back: tf.add(x!, 0) })
  const [image, planes] = [normal(2, 5, 6, 7, 3), normal(3, 5, 3, 6, 7)]
  const turn = (blockSize: number | undefined, from: string, to: string) => {
    const writer = lower(trace(program, { x: float(5, 6, 7, 3) }), {
      layouts: { x: from, there: to, back: to },
      blockSize,
    })
    return { writer, names: writer.nodes.map(({ operator }) => operator) }
  }
  for (const [from, to, given] of [['0123', NCHW, image], [NCHW, '0123', planes]] as const) {
    const [plain, products] = [turn(undefined, from, to), turn(8, from, to)]
    t.ok(plain.names.includes('Transpose') && !plain.names.includes('FusedMatMul'), `${from} plain: ${plain.names}`)
    t.ok(products.names.includes('FusedMatMul') && !products.names.includes('Transpose'), `${from}: ${products.names}`)
    const results = await Promise.all([plain, products].map(async ({ writer }) => {
      const session = await createRuntimeSession(writer.finish({ graphName: 'test', producerVersion: '0' }), {
        threads: 1,
      })
      const found = await session.run({ x: given })
      await session.release()
      return found
    }))
    t.strictSame(results[1], results[0])
  }
  t.ok(turn(2, '0123', NCHW).names.includes('Transpose'), 'not those of a block or more')
})

t.test('a bias joins its product only where nobody else uses the product', async t => {
  const types = { x: float(2, 4, 4, 1), w: float(3, 3, 1, 2), b: float(2) }
  const convolve = ({ x, w }: Record<string, tf.Tensor>) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same')
  t.notOk(operators(inputs => ({ y: tf.add(convolve(inputs), inputs.b!) }), types).includes('Add'), 'joined')
  const shared: Program = inputs => {
    const product = convolve(inputs)
    return { y: tf.mul(tf.add(product, inputs.b!), tf.sigmoid(product)) }
  }
  t.ok(operators(shared, types).includes('Add'), 'a second consumer keeps them apart')
  t.ok(
    operators(inputs => {
      const product = convolve(inputs)
      return { product, y: tf.add(product, inputs.b!) }
    }, types).includes('Add'),
    'so does an output'
  )
  t.ok(
    operators(inputs => ({ y: tf.add(convolve(inputs), 0.5) }), types).includes('Add'),
    'one number for all channels is not a bias'
  )
  t.ok(
    operators(({ a, b }) => ({ y: tf.add(tf.matMul(a!, b!), 1) }), { a: float(2, 3), b: float(3, 4) }).includes('Add')
  )
  t.ok(
    operators(({ a, b, c }) => ({ y: tf.add(tf.matMul(a!, b!), c!) }), {
      a: float(2, 2, 3),
      b: float(2, 3, 4),
      c: float(4),
    }).includes('Add'),
    'batched products take no bias'
  )
  t.ok(await largestDifference(shared, { x: normal(2, 2, 4, 4, 1), w: normal(3, 3, 3, 1, 2), b: normal(4, 2) }) < 1e-6)
})

t.test('the gradient of a ReLU uses the ReLU, so that what it is applied to has one consumer', async t => {
  const program: Program = ({ x, b }) => {
    const sum = tf.add(x!, b!)
    return { y: tf.relu(sum), dx: tf.mul(tf.step(sum), x!) }
  }
  const { nodes } = lower(trace(program, { x: float(3), b: float(3) }))
  const sum = nodes.find(({ operator }) => operator === 'Add')!.outputs[0]!
  t.strictSame(nodes.filter(({ inputs }) => inputs.includes(sum)).map(({ operator }) => operator), ['Relu'])
})

t.test('work nobody needs is not emitted', async t => {
  t.strictSame(operators(({ x }) => { tf.exp(x!); return { y: tf.neg(x!) } }, { x: float(3) }), ['Neg', 'Identity'])
})

t.test('overlapping pools have no gradient here, and say so', async t => {
  for (const pool of [tf.maxPool, tf.avgPool]) {
    t.throws(
      () =>
        operators(({ x }) => ({ y: tf.grad(v => tf.sum(pool(v as tf.Tensor4D, 3, 2, 'same')))(x!) }), {
          x: float(1, 6, 6, 1),
        }),
      {
        code: 'PVAE_KERNEL_NOT_LOWERED',
        message: /windows that tile the image for (Max|Avg)PoolGrad but found 3×3 with stride 2×2/,
      }
    )
  }
})

t.test('gathers with batch dimensions are refused by name', async t => {
  t.throws(() => operators(({ x }) => ({ y: tf.gather(x!, tf.zeros([2, 2], 'int32'), 1, 1) }), { x: float(2, 3) }), {
    message: /batchDims 0 for GatherV2 but found 1/,
  })
})

t.test('broadcasts meet every layout', async t => {
  // A convolution's result is stored channels-first; operands of lower rank must follow.
  const inputs = {
    x: normal(5, 2, 4, 6, 3),
    w: normal(6, 1, 1, 3, 4),
    row: normal(7, 6, 4),
    column: normal(8, 4, 1, 1),
    channel: normal(9, 4),
    full: normal(10, 2, 4, 6, 4),
    one: normal(11),
  }
  const difference = await largestDifference(({ x, w, row, column, channel, full, one }) => {
    const y = tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same')
    return {
      a: tf.mul(y, row!),
      b: tf.sub(column!, y),
      c: tf.mul(tf.mul(y, channel!), full!),
      d: tf.div(y, tf.add(tf.square(one!), 1)),
      e: tf.mul(tf.ones([2, 4, 6, 4]), one!),
      f: tf.sum(tf.mul(y, tf.ones([2, 4, 6, 4])), [1]),
      g: tf.add(tf.ones([2, 2]), tf.ones([2])),
    }
  }, inputs)
  t.ok(difference < 1e-5, 'within 1e-5', { difference })
})
