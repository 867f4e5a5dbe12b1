import { readFileSync } from 'node:fs'
import t from 'tap'
import {
  create, fromBinary, ModelProtoSchema, TensorProto_DataType as DataType, TensorProtoSchema, toBinary,
} from '@partition-vae/models/onnx-protobuf'
import { compactGraph } from '../../../trainer/export/compact.js'
import { createRuntimeSession } from '../../../trainer/engine/runtime.js'
import { GraphWriter } from '../../../trainer/onnx/writer.js'

const COUNT = 512

/** y = x + weights + few, z = x + constants, of [N, 512]: constants are no weights, and few are too few. */
function graphOf (weights: ArrayLike<number>): Uint8Array {
  const graph = new GraphWriter()
  graph.inputs.push({ name: 'x', dtype: 'float32', dims: ['N', COUNT] })
  graph.constants.push({ name: 'layer/bias', dtype: 'float32', shape: [COUNT], values: Float32Array.from(weights) })
  const sum = graph.node('Add', ['x', 'layer/bias'])
  graph.output({ name: 'y', dtype: 'float32', dims: ['N', COUNT] },
    graph.node('Add', [sum, graph.constant([0.1], [1], 'float32')]))
  const constants = graph.constant(Float32Array.from({ length: COUNT }, (_, i) => i / 3), [COUNT], 'float32')
  graph.output({ name: 'z', dtype: 'float32', dims: ['N', COUNT] }, graph.node('Add', ['x', constants]))
  return graph.finish({ graphName: 'sums', producerVersion: '1' })
}

async function run (graph: Uint8Array): Promise<Float32Array> {
  const session = await createRuntimeSession(graph, { threads: 1, optimization: 'all' })
  const { y } = await session.run({ x: { shape: [1, COUNT], values: new Float32Array(COUNT) } })
  await session.release()
  return y!.values
}

/** Of all magnitudes that half precision has, its smallest numbers among them, and 0. */
const weights = Float32Array.from({ length: COUNT }, (_, i) =>
  i === 0 ? 0 : (i % 2 === 0 ? 1 : -1) * 2 ** (i % 40 - 24) * (1 + (i * 0.381966) % 1))

t.test('stored in half the space, and computed with as they are but for their rounding', async t => {
  const graph = graphOf(weights)
  const compact = compactGraph(graph)
  t.ok(compact.length < 0.8 * graph.length, `${graph.length} → ${compact.length} bytes`)
  const [before, after] = [await run(graph), await run(compact)]
  weights.forEach((weight, i) => {
    const bound = Math.max(Math.abs(weight) * 2 ** -11, 2 ** -25) + 1e-7 * Math.abs(before[i]!)
    t.ok(Math.abs(after[i]! - before[i]!) <= bound, `${weight}: ${before[i]} and ${after[i]}`)
  })
  t.ok(after.some((value, i) => value !== before[i]), 'some are rounded')
  const types = fromBinary(ModelProtoSchema, compact).graph!.initializer.map(({ name, dataType }) =>
    `${name.replace(/\d+$/, '')} ${DataType[dataType]}`)
  t.strictSame(types.sort(), ['constant_ FLOAT', 'constant_ FLOAT', 'layer/bias/half FLOAT16'], 'constants are exact')
})

t.test('a compact graph has nothing left to be stored', async t => {
  const compact = compactGraph(graphOf(weights))
  t.strictSame(compactGraph(compact), compact)
})

t.test('weights beyond half precision stay as they are', async t => {
  for (const strange of [1e5, NaN, -Infinity]) {
    const graph = graphOf(Float32Array.from(weights, (weight, i) => i === 7 ? strange : weight))
    t.strictSame(await run(compactGraph(graph)), await run(graph), `${strange}`)
  }
})

t.test('what no node uses is left out', async t => {
  const model = fromBinary(ModelProtoSchema, graphOf(weights))
  model.graph!.initializer.push(create(TensorProtoSchema, {
    name: 'unused', dims: [COUNT].map(BigInt), dataType: DataType.FLOAT, rawData: new Uint8Array(4 * COUNT),
  }))
  const { graph } = fromBinary(ModelProtoSchema, compactGraph(toBinary(ModelProtoSchema, model)))
  t.notOk(graph!.initializer.some(({ name }) => name.startsWith('unused')))
})

t.test('the decoder that ships is compact', async t => {
  const { graph } = fromBinary(ModelProtoSchema, readFileSync('models/repository/mnist/3/decoder.onnx'))
  t.ok(graph!.initializer.some(({ dataType }) => dataType === Number(DataType.FLOAT16)))
})
