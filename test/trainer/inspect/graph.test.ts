import { readFileSync } from 'node:fs'
import {
  AttributeProto_AttributeType as Type,
  create,
  ModelProtoSchema,
  TensorProto_DataType as DataType,
  toBinary,
  type AttributeProto,
} from '../../../models/foundation/onnx-protobuf.js'
import t from 'tap'
import { describeGraph } from '../../../trainer/inspect/graph.js'
import { graphText } from '../../../trainer/inspect/text.js'

t.test('the encoder that ships', async t => {
  const graph = await describeGraph(readFileSync('models/repository/mnist/3/encoder.onnx'), 'encoder.onnx')
  t.match(graph, {
    name: 'encoder',
    irVersion: 8,
    opsets: { 'ai.onnx': 18 },
    dynamicDims: ['N'],
    producer: /^partition-vae/,
  })
  t.strictSame(graph.inputs, [{ name: 'image', dtype: 'float32', dims: ['N', 1, 28, 28] }])
  const convolution = graph.nodes.find(({ operator }) => operator === 'Conv')
  t.match(convolution, {
    operator: 'Conv',
    inputs: [{ name: 'image', dims: ['N', 1, 28, 28] }, { dims: [32, 1, 4, 4] }, { dims: [32] }],
    outputs: [{ dims: ['N', 32, 14, 14] }],
    attributes: { strides: '[2, 2]' },
  })
  t.equal(Object.values(graph.operators).reduce((sum, count) => sum + count), graph.nodes.length)
  t.equal(Object.keys(graph.operators)[0], 'Gemm', 'the most frequent first')
  t.equal(
    graph.initializerElements,
    graph.initializers.reduce((sum, { dims }) => sum + dims.reduce((a, b) => a * b, 1), 0)
  )
  const text = graphText(graph)
  t.match(text, /^graph encoder: IR 8, ai\.onnx 18, by partition-vae/)
  t.match(text, /\nopen lengths: N\ninitializers: \d+, [\d,]+ elements\noperators: Gemm \d+/)
  t.match(text, /\nConv_1 +Conv +image\[N,1,28,28\]/)
})

t.test('attributes of every kind, operators of other domains, and graphs of other makers', async t => {
  const port = (name: string) => ({
    name,
    type: {
      value: {
        case: 'tensorType' as const,
        value: { elemType: DataType.FLOAT, shape: { dim: [{ value: { case: 'dimValue' as const, value: 2n } }] } },
      },
    },
  })
  const attribute = (
    name: string,
    type: Type,
    more: Partial<Pick<AttributeProto, 'i' | 'f' | 's' | 'ints' | 'floats' | 'strings'>>
  ) => ({ name, type, ...more })
  const text = new TextEncoder()
  const bytes = toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: 8n,
      opsetImport: [
        { domain: '', version: 18n },
        { domain: 'com.microsoft', version: 1n },
      ],
      graph: {
        input: [port('x')],
        output: [port('y')],
        node: [
          {
            opType: 'LeakyRelu',
            input: ['x'],
            output: ['a'],
            name: 'n',
            attribute: [attribute('alpha', Type.FLOAT, { f: 0.1 })],
          },
          {
            opType: 'Constant',
            input: [],
            output: ['c'],
            attribute: [
              { name: 'value', type: Type.TENSOR, t: { dims: [2n], dataType: DataType.FLOAT, floatData: [1, 2] } },
            ],
          },
          { opType: 'Clip', input: ['a', '', 'm'], output: ['d'] },
          {
            opType: 'Constant',
            input: [],
            output: ['m'],
            attribute: [attribute('value_float', Type.FLOAT, { f: 6 })],
          },
          { opType: 'Gelu', domain: 'com.microsoft', input: ['d'], output: ['e'] },
          {
            opType: 'Constant',
            input: [],
            output: ['ints'],
            attribute: [attribute('value_ints', Type.INTS, { ints: [3n, 4n] })],
          },
          {
            opType: 'Constant',
            input: [],
            output: ['floats'],
            attribute: [attribute('value_floats', Type.FLOATS, { floats: [0.5, 0.1] })],
          },
          {
            opType: 'Constant',
            input: [],
            output: ['strings'],
            attribute: [
              attribute('value_strings', Type.STRINGS, { strings: ['p', 'q'].map(part => text.encode(part)) }),
            ],
          },
          {
            opType: 'Constant',
            input: [],
            output: ['string'],
            attribute: [attribute('value_string', Type.STRING, { s: text.encode('words') })],
          },
          {
            opType: 'Constant',
            input: [],
            output: ['int'],
            attribute: [attribute('value_int', Type.INT, { i: 9n })],
          },
          { opType: 'Add', input: ['e', 'c'], output: ['y'] },
        ],
      },
    })
  )
  const graph = await describeGraph(bytes, 'other.onnx')
  t.match(graph, {
    name: '',
    producer: '',
    dynamicDims: [],
    opsets: { 'ai.onnx': 18, 'com.microsoft': 1 },
    operators: { 'com.microsoft.Gelu': 1, Constant: 7 },
  })
  t.strictSame(graph.nodes.map(({ attributes }) => Object.values(attributes)).flat(), [
    '0.1',
    'float32 [2]',
    '6',
    '[3, 4]',
    '[0.5, 0.1]',
    '[p, q]',
    'words',
    '9',
  ])
  t.match(graphText(graph), /^graph \(unnamed\): IR 8, ai\.onnx 18, com\.microsoft 1\n/)
  t.match(graphText(graph), /Clip +a\[2\] - m\[\]/)
})

t.test('bytes that are no model', async t => {
  await t.rejects(describeGraph(Buffer.from('not a model'), 'x.onnx'), { code: 'PVAE_GRAPH_INVALID' })
})
