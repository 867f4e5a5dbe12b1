import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { createRuntimeSession } from '../../../trainer/engine/runtime.js'
import { withDynamicBatch } from '../../../trainer/onnx/dynamic-batch.js'
import { lower } from '../../../trainer/onnx/lower.js'
import { trace, type Program } from '../../../trainer/onnx/trace.js'
import { normal, runEagerly } from '../../helpers/compare-engines.js'

const at = (program: Program, ...rest: number[]) =>
  withDynamicBatch(batch => lower(trace(program, { x: { shape: [batch, ...rest], dtype: 'float32' } })))

t.test('one graph serves every batch size', async t => {
  const program: Program = ({ x }) => {
    const [batch] = x!.shape
    const repeated = tf.reshape(tf.mul(tf.reshape(x!, [batch!, 3, 1]), tf.ones([1, 1, 2])), [batch!, 6])
    return { y: tf.reshape(repeated, [batch! * 2, 3]), z: tf.mul(x!, 2) }
  }
  const graph = at(program, 3)
  t.strictSame(graph.inputs[0]!.dims, ['N', 3])
  const session = await createRuntimeSession(graph.finish({ graphName: 'test', producerVersion: '0' }), { threads: 1 })
  for (const batch of [1, 2, 13]) {
    const inputs = { x: normal(1, batch, 3) }
    t.strictSame(await session.run(inputs), await runEagerly(program, inputs))
  }
  await session.release()
})

t.test('a shape that is given to different operators is opened for each', async t => {
  const program: Program = ({ x }) => {
    const [batch] = x!.shape
    const means = tf.mul(tf.mean(tf.reshape(x!, [batch!, 6, 1]), 1, true), tf.ones([batch!, 2, 3])) // [N, 2, 3]
    return { y: tf.concat([tf.reshape(x!, [batch!, 2, 3]), means], 1) }
  }
  const session = await createRuntimeSession(at(program, 6).finish({ graphName: 'test', producerVersion: '0' }), {
    threads: 1,
  })
  for (const batch of [1, 4]) {
    const inputs = { x: normal(1, batch, 6) }
    const [found, wanted] = [await session.run(inputs), await runEagerly(program, inputs)]
    t.strictSame(found.y!.shape, wanted.y!.shape)
    t.ok(found.y!.values.every((value, i) => Math.abs(value - wanted.y!.values[i]!) < 1e-6))
  }
  await session.release()
})

t.test('what depends on the batch in another way is refused', async t => {
  t.throws(() => at(({ x }) => ({ y: tf.div(x!, x!.shape[0]!) }), 3), {
    code: 'PVAE_TRACE_INVALID',
    message: /constant constant_\d+\[0\] \(used by Div\) was 7 and then 11/,
  })
  t.throws(
    () =>
      at(
        ({ x }) => ({
          y: tf.pad(x!, [
            [0, x!.shape[0]!],
            [0, 0],
          ]),
        }),
        3
      ),
    { message: /only shapes to depend on the batch size/ }
  )
  t.throws(() => at(({ x }) => ({ y: x!.shape[0] === 7 ? tf.exp(x!) : x! }), 3), {
    message: /two traces differ in their nodes/,
  })
})

t.test('a size that is not a multiple of the batch is not left open', async t => {
  const oneMore: Program = ({ x }) => ({ y: tf.reshape(tf.concat([x!, tf.ones([1, 3])], 0), [x!.shape[0]! + 1, 3, 1]) })
  t.throws(() => at(oneMore, 3), { code: 'PVAE_TRACE_INVALID', message: /was 8 and then 12/ })
})

t.test('randomness in a program is refused: it would be frozen', async t => {
  t.throws(() => at(({ x }) => ({ y: tf.mul(x!, tf.randomNormal([3])) }), 3), { code: 'PVAE_TRACE_INVALID' })
})
