import t from 'tap'
import { createStatefulSession } from '../../../trainer/engine/runtime.js'
import { GraphWriter } from '../../../trainer/onnx/writer.js'
import { readRuntimeProfile, type Origins } from '../../../trainer/profile/runtime-events.js'

const options = { threads: 1, state: {}, copyModel: () => new Uint8Array() }

t.test('ONNX Runtime\'s own profile of a real session', async t => {
  const writer = new GraphWriter()
  writer.inputs.push({ name: 'a', dtype: 'float32', dims: [4, 7] }, { name: 'b', dtype: 'float32', dims: [7, 3] })
  const product = writer.node('MatMul', ['a', 'b'])
  writer.output({ name: 'y', dtype: 'float32', dims: [4, 3] }, writer.node('Softmax', [product], { axis: 1 }))
  const session = await createStatefulSession(writer.finish({ graphName: 'g', producerVersion: '1' }), {
    ...options,
    profile: true,
  })
  t.teardown(() => session.release())
  const run = () =>
    session.run({
      a: { shape: [4, 7], values: new Float32Array(28) },
      b: { shape: [7, 3], values: new Float32Array(21) },
    })
  await run()
  await run()
  const { text, runs } = await session.endProfiling!()
  await run()
  const origins: Origins = new Map([[product, { kernel: 'BatchMatMul', layer: 'some/layer', pass: 'forward' }]])
  const profile = readRuntimeProfile(text, runs.slice(0, 2), origins)
  t.equal(profile.length, 2, 'what ran after the end is not in it')
  for (const { start, duration, executionStart, executionDuration, operations } of profile) {
    const names = operations.map(({ name }) => name)
    t.ok(names.includes(product))
    const found = operations.find(({ name }) => name === product)!
    t.match(found, {
      operator: 'MatMul',
      kernel: 'BatchMatMul',
      layer: 'some/layer',
      pass: 'forward',
      inputs: [
        [4, 7],
        [7, 3],
      ],
      outputs: [[4, 3]],
    })
    t.match(operations.find(({ operator }) => operator === 'Softmax'), { kernel: '', layer: '', pass: '' })
    t.ok(executionStart >= start - 1e-6, 'the run begins after the call')
    t.ok(executionDuration <= duration + 1)
    t.ok(operations.every(({ start }) => start >= executionStart), 'none begins before the run')
    const end = executionStart + executionDuration + 1
    t.ok(operations.every(({ start, duration }) => start + duration <= end), 'none ends after it')
  }
})

t.test('events out of order, and a node that was fused', async t => {
  const event = (cat: string, name: string, ts: number, dur: number) => ({ cat, name, ts, dur, args: {} })
  const text = JSON.stringify([
    event('Node', 'fused b_kernel_time', 210, 5),
    event('Session', 'model_run', 200, 50),
    event('Node', 'a_fence_before', 105, 1),
    event('Node', 'a_kernel_time', 110, 5),
    event('Session', 'model_run', 100, 50),
    event('Session', 'session_initialization', 0, 90),
  ])
  const origin = { kernel: 'Conv2D', layer: 'some/layer', pass: 'backward' } as const
  const [first, second] = readRuntimeProfile(
    text,
    [
      { start: 1000, end: 1080 },
      { start: 1110, end: 1180 },
    ],
    new Map([['b', origin]])
  )
  t.match(first, {
    start: 1000,
    duration: 80,
    executionStart: 1010,
    executionDuration: 50,
    operations: [{ name: 'a', start: 1020, duration: 5 }],
  })
  t.match(second, { start: 1110, executionStart: 1110, operations: [{ name: 'b', start: 1120, ...origin }] })
  t.strictSame([first!.operations.length, second!.operations.length], [1, 1])
})

t.test('a profile of another form', async t => {
  t.throws(() => readRuntimeProfile('[{"name": "x"}]', [], new Map()), {
    message: /expected a profile as ONNX Runtime/,
  })
})

t.test('a session that does not profile has nothing to end', async t => {
  const writer = new GraphWriter()
  writer.inputs.push({ name: 'a', dtype: 'float32', dims: [1] })
  writer.output({ name: 'y', dtype: 'float32', dims: [1] }, writer.node('Neg', ['a']))
  const session = await createStatefulSession(writer.finish({ graphName: 'g', producerVersion: '1' }), options)
  t.teardown(() => session.release())
  t.equal(session.endProfiling, undefined)
})
