import t from 'tap'
import {
  create,
  fromBinary,
  ModelProtoSchema,
  TensorProto_DataLocation as DataLocation,
  TensorProto_DataType as DataType,
  toBinary,
  TypeProtoSchema,
  ValueInfoProtoSchema,
  type ModelProto,
  type TypeProto_Tensor as TensorType,
  type ValueInfoProto,
} from '../../../models/foundation/onnx-protobuf.js'
import {
  checkGraph, checkMetadata, decoderContract, encoderContract, graphMetadata, readGraphInterface, withMetadata,
} from '@partition-vae/models'
import { createLinearModel } from '../../helpers/linear-model.js'
import { faultOf } from './fault.js'

const model = createLinearModel({
  image: { height: 6, width: 4, channels: 3 },
  partitions: [
    { name: 'a', size: 2 },
    { name: 'b', size: 1 },
  ],
})
const encoder = encoderContract(model)
const code = 'PVAE_GRAPH_INVALID'

function altered (change: (proto: ModelProto) => void): Uint8Array {
  const proto = fromBinary(ModelProtoSchema, model.encoder)
  change(proto)
  return toBinary(ModelProtoSchema, proto)
}

function tensorType (value: ValueInfoProto): TensorType {
  if (value.type?.value.case !== 'tensorType') throw new Error('expected a tensor')
  return value.type.value.value
}

t.test('the interface of a graph is read without running it', async t => {
  t.strictSame(readGraphInterface(model.encoder, 'encoder.onnx'), {
    inputs: [{ name: 'image', dtype: 'float32', dims: ['N', 3, 6, 4] }],
    outputs: [
      { name: 'mean', dtype: 'float32', dims: ['N', 3] },
      { name: 'log_variance', dtype: 'float32', dims: ['N', 3] },
    ],
    opset: 18,
    irVersion: 8,
    metadata: {},
    producer: { name: 'partition-vae-test', version: '1' },
  })
  t.strictSame(checkGraph(model.decoder, decoderContract(model), 'decoder.onnx').inputs, [
    { name: 'latent', dtype: 'float32', dims: ['N', 3] },
  ])
})

t.test('any symbol may stand for N, and initializers may be listed among the inputs', async t => {
  const bytes = altered(({ graph }) => {
    const [image] = graph!.input
    tensorType(image!).shape!.dim[0]!.value = { case: 'dimParam', value: 'batch' }
    tensorType(graph!.output[0]!).shape!.dim[0]!.value = { case: undefined }
    graph!.input.push(...graph!.initializer.map(({ name }) => create(ValueInfoProtoSchema, { name })))
    graph!.output.reverse()
  })
  const found = checkGraph(bytes, encoder, 'encoder.onnx')
  t.strictSame(found.inputs[0]!.dims, ['batch', 3, 6, 4])
  t.strictSame(found.outputs[1]!.dims, ['?', 3])
})

t.test('a truncated file, wherever it is cut, is refused', async t => {
  for (let length = 0; length < model.encoder.length; length++) {
    try {
      checkGraph(model.encoder.subarray(0, length), encoder, 'encoder.onnx')
      t.fail(`cut to ${length} bytes it passed`)
    } catch (error) {
      if ((error as { code?: string }).code !== code) throw error
    }
  }
  t.strictSame(await faultOf(() => checkGraph(new Uint8Array(0), encoder, 'e')), {
    code,
    field: 'graph',
    expected: 'a graph',
    found: 'nothing',
  })
  const garbage = new TextEncoder().encode('<!doctype html><title>Not found</title>')
  t.match(await faultOf(() => checkGraph(garbage, encoder, 'e')), {
    code, field: 'the file', expected: 'an ONNX model', found: /^39 bytes that do not parse \(/,
  })
})

t.test('what a graph lacks is named', async t => {
  const cases: Array<[string, (proto: ModelProto) => void, string, string, string]> = [
    [
      'graph',
      proto => {
        delete proto.graph
      },
      'graph',
      'a graph',
      'nothing',
    ],
    [
      'nodes',
      proto => {
        proto.graph!.node = []
      },
      'graph.node',
      'at least one node',
      'none',
    ],
    [
      'IR version',
      proto => {
        proto.irVersion = 0n
      },
      'irVersion',
      'a version ≥ 1',
      '0',
    ],
    [
      'operator set',
      proto => {
        proto.opsetImport = []
      },
      'opsetImport',
      'a version of ai.onnx',
      'nothing',
    ],
    [
      'default operator set',
      proto => {
        proto.opsetImport[0]!.domain = 'com.microsoft'
      },
      'opsetImport',
      'a version of ai.onnx',
      'com.microsoft',
    ],
    [
      'outputs',
      proto => {
        proto.graph!.output = []
      },
      'outputs',
      'mean, log_variance',
      'none',
    ],
    [
      'an output',
      proto => {
        proto.graph!.output.pop()
      },
      'outputs',
      'mean, log_variance',
      'mean',
    ],
    [
      'a name',
      proto => {
        proto.graph!.output[1]!.name = 'logvar'
      },
      'outputs',
      'mean, log_variance',
      'mean, logvar',
    ],
    [
      'an input',
      proto => {
        proto.graph!.input.push(proto.graph!.output[0]!)
      },
      'inputs',
      'image',
      'image, mean',
    ],
    [
      'a type',
      proto => {
        delete proto.graph!.input[0]!.type
      },
      'inputs.image.type',
      'a tensor',
      'nothing',
    ],
    [
      'a tensor',
      proto => {
        proto.graph!.input[0]!.type = create(TypeProtoSchema, { value: { case: 'sequenceType', value: {} } })
      },
      'inputs.image.type',
      'a tensor',
      'sequenceType',
    ],
    [
      'a shape',
      proto => {
        delete tensorType(proto.graph!.output[0]!).shape
      },
      'outputs.mean.dims',
      'a shape',
      'nothing',
    ],
    [
      'float32',
      proto => {
        tensorType(proto.graph!.output[0]!).elemType = DataType.FLOAT16
      },
      'outputs.mean.dtype',
      'float32',
      'float16',
    ],
    [
      'a known type',
      proto => {
        tensorType(proto.graph!.output[0]!).elemType = 99
      },
      'outputs.mean.dtype',
      'float32',
      'type 99',
    ],
    [
      'D',
      proto => {
        tensorType(proto.graph!.output[0]!).shape!.dim[1]!.value = { case: 'dimValue', value: 12n }
      },
      'outputs.mean.dims',
      '[N, 3]',
      '[N, 12]',
    ],
    [
      'N',
      proto => {
        tensorType(proto.graph!.input[0]!).shape!.dim[0]!.value = { case: 'dimValue', value: 1n }
      },
      'inputs.image.dims',
      '[N, 3, 6, 4]',
      '[1, 3, 6, 4]',
    ],
    [
      'a dimension',
      proto => {
        tensorType(proto.graph!.input[0]!).shape!.dim.pop()
      },
      'inputs.image.dims',
      '[N, 3, 6, 4]',
      '[N, 3, 6]',
    ],
    [
      'one dimension too many',
      proto => {
        tensorType(proto.graph!.output[0]!).shape!.dim.push(tensorType(proto.graph!.output[0]!).shape!.dim[1]!)
      },
      'outputs.mean.dims',
      '[N, 3]',
      '[N, 3, 3]',
    ],
    [
      'its weights',
      proto => {
        proto.graph!.initializer[1]!.dataLocation = DataLocation.EXTERNAL
      },
      'initializers.W',
      'its data inside the file',
      'external data',
    ],
  ]
  for (const [name, change, field, expected, found] of cases) {
    t.strictSame(
      await faultOf(() => checkGraph(altered(change), encoder, 'mnist/1/encoder.onnx')),
      { code, field, expected, found },
      name
    )
  }
})

t.test('metadata says which model a graph belongs to', async t => {
  const card = {
    name: 'mnist',
    version: 2,
    partitions: [
      { name: 'a', size: 2, offset: 0, label: 'A' },
      { name: 'b', size: 1, offset: 2 },
    ],
  }
  const described = altered(proto => {
    proto.metadataProps.push({ $typeName: 'onnx.StringStringEntryProto', key: 'author', value: 'x' })
    proto.metadataProps.push({ $typeName: 'onnx.StringStringEntryProto', key: 'version', value: '1' })
  })
  const bytes = withMetadata(described, graphMetadata(card), 'encoder.onnx')
  const graph = checkGraph(bytes, encoder, 'encoder.onnx')
  t.strictSame(graph.metadata, {
    author: 'x',
    name: 'mnist',
    version: '2',
    partitions: '[{"name":"a","size":2,"offset":0},{"name":"b","size":1,"offset":2}]',
  })
  checkMetadata(graph, card, 'encoder.onnx')
  checkMetadata(readGraphInterface(model.encoder, 'encoder.onnx'), card, 'encoder.onnx')
  t.strictSame(await faultOf(() => checkMetadata(graph, { ...card, version: 3 }, 'encoder.onnx')), {
    code, field: 'metadata.version', expected: '3', found: '2',
  })
  t.strictSame(
    fromBinary(ModelProtoSchema, bytes).graph,
    fromBinary(ModelProtoSchema, model.encoder).graph,
    'the graph itself is untouched'
  )
  t.match(await faultOf(() => withMetadata(Uint8Array.of(1), {}, 'encoder.onnx')), { code, field: 'the file' })
})
