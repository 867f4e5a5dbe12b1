import t from 'tap'
import { createStatefulSession } from '../../../trainer/engine/runtime.js'
import { GraphWriter } from '../../../trainer/onnx/writer.js'

/** sum ← sum + x; last = x */
function accumulator (): Uint8Array {
  const writer = new GraphWriter()
  for (const name of ['sum', 'x']) writer.inputs.push({ name, dtype: 'float32', dims: [2] })
  writer.output({ name: 'next', dtype: 'float32', dims: [2] }, writer.node('Add', ['sum', 'x']))
  writer.output({ name: 'last', dtype: 'float32', dims: [2] }, 'x')
  return writer.finish({ graphName: 'test', producerVersion: '0' })
}

t.test('results are written where they are to be, and are then not among the others', async t => {
  const session = await createStatefulSession(accumulator(), {
    threads: 1,
    state: {},
    copyModel: () => t.fail('there is no state') as never,
  })
  t.teardown(() => session.release())
  const values = new Float32Array(6).fill(7)
  const inputs = {
    sum: { shape: [2], values: Float32Array.of(1, 2) },
    x: { shape: [2], values: Float32Array.of(10, 20) },
  }
  const others = await session.run(inputs, { next: { shape: [2], values: values.subarray(2, 4) } })
  t.strictSame(others, { last: inputs.x })
  t.strictSame([...values], [7, 7, 11, 22, 7, 7])
  await t.rejects(session.run(inputs, { nothing: { shape: [2], values } }), {
    message: 'expected a result of the graph to be written but found nothing',
  })
})

t.test('a state goes from run to run, and is read and written as copies', async t => {
  const session = await createStatefulSession(accumulator(), {
    threads: 1,
    state: { sum: 'next' },
    copyModel: () => t.fail('the CPU needs no copy') as never,
  })
  t.teardown(() => session.release())
  const array = (...values: number[]) => ({ shape: [2], values: Float32Array.from(values) })
  session.writeState({ sum: array(1, 2) })
  t.strictSame(await session.run({ x: array(10, 20) }), { last: array(10, 20) }, 'the state is not among the results')
  await session.run({ x: array(1, 1) })
  const state = await session.readState()
  t.strictSame(state, { sum: array(12, 23) })
  await session.run({ x: array(1, 1) })
  t.strictSame(state, { sum: array(12, 23) }, 'what was read stays')
  session.writeState(state)
  await session.run({ x: array(0.5, 0) })
  t.strictSame(await session.readState(), { sum: array(12.5, 23) })
})
