import {
  create,
  fromBinary,
  ModelProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation as DataLocation,
  TensorProto_DataType as DataType,
  toBinary,
  type ModelProto,
  type ValueInfoProto,
} from '../foundation/onnx-protobuf.js'
import type { Card } from './card-schema.js'
import type { GraphContract, TensorSpec } from './contract.js'
import { ModelError } from '../foundation/errors.js'

/** A tensor at the boundary of any ONNX graph. */
export interface GraphTensor {
  readonly name: string
  /** In ONNX's words, lower case: `float32`, `int64`, `float16`, … */
  readonly dtype: string
  /** A number where the length is fixed, the symbol's name where it is dynamic (`?` when it has none). */
  readonly dims: ReadonlyArray<number | string>
}

export interface GraphInterface {
  readonly inputs: readonly GraphTensor[]
  readonly outputs: readonly GraphTensor[]
  /** Version of the default operator set, ai.onnx. */
  readonly opset: number
  readonly irVersion: number
  readonly metadata: Readonly<Record<string, string>>
  readonly producer: { readonly name: string, readonly version: string }
}

type Fault = (field: string, expected: string, found: string) => ModelError

function faultIn (where: string, options?: ErrorOptions): Fault {
  return (field, expected, found) => new ModelError('PVAE_GRAPH_INVALID', where, { field, expected, found }, options)
}

function parseModel (bytes: Uint8Array, where: string): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, bytes)
  } catch (cause) {
    throw faultIn(where, { cause })(
      'the file',
      'an ONNX model',
      `${bytes.length} bytes that do not parse (${(cause as Error).message})`
    )
  }
}

function tensorOf (side: string, { name, type }: ValueInfoProto, fault: Fault): GraphTensor {
  if (type?.value.case !== 'tensorType') throw fault(`${side}.${name}.type`, 'a tensor', type?.value.case ?? 'nothing')
  const { elemType, shape } = type.value.value
  if (shape === undefined) throw fault(`${side}.${name}.dims`, 'a shape', 'nothing')
  const dtype = elemType === DataType.FLOAT ? 'float32' : (DataType[elemType] ?? `type ${elemType}`).toLowerCase()
  const dims = shape.dim.map(({ value }) => value.case === 'dimValue' ? Number(value.value) : value.value || '?')
  return { name, dtype, dims }
}

/**
 * Reads an ONNX file's inputs and outputs, without running it.
 * @throws ModelError PVAE_GRAPH_INVALID for bytes that are not a whole ONNX model, or whose weights are in other files
 */
export function readGraphInterface (bytes: Uint8Array, where: string): GraphInterface {
  const fault = faultIn(where)
  const { graph, opsetImport, irVersion, metadataProps, producerName, producerVersion } = parseModel(bytes, where)
  // A file cut at a field's end still parses: it only lacks what came after.
  if (graph === undefined) throw fault('graph', 'a graph', 'nothing')
  if (graph.node.length === 0) throw fault('graph.node', 'at least one node', 'none')
  if (irVersion < 1n) throw fault('irVersion', 'a version ≥ 1', String(irVersion))
  const opset = opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx')
  if (opset === undefined) {
    throw fault(
      'opsetImport',
      'a version of ai.onnx',
      opsetImport.map(({ domain }) => domain).join(', ') || 'nothing'
    )
  }
  const initializers = new Set<string>()
  for (const { name, dataLocation } of graph.initializer) {
    // A version folder holds no other files, and ONNX Runtime would read any path from here.
    if (dataLocation === DataLocation.EXTERNAL) {
      throw fault(`initializers.${name}`, 'its data inside the file', 'external data')
    }
    initializers.add(name)
  }
  return {
    // Before IR 4, initializers are listed among the inputs.
    inputs: graph.input.filter(({ name }) => !initializers.has(name)).map(input => tensorOf('inputs', input, fault)),
    outputs: graph.output.map(output => tensorOf('outputs', output, fault)),
    opset: Number(opset.version),
    irVersion: Number(irVersion),
    metadata: Object.fromEntries(metadataProps.map(({ key, value }) => [key, value])),
    producer: { name: producerName, version: producerVersion },
  }
}

function checkSide (
  side: 'inputs' | 'outputs',
  expected: readonly TensorSpec[],
  found: readonly GraphTensor[],
  fault: Fault
): void {
  const names = (tensors: ReadonlyArray<{ name: string }>) => tensors.map(({ name }) => name).join(', ') || 'none'
  if (expected.length !== found.length || !expected.every(({ name }) => found.some(tensor => tensor.name === name))) {
    throw fault(side, names(expected), names(found))
  }
  for (const { name, dtype, dims } of expected) {
    const tensor = found.find(tensor => tensor.name === name)!
    if (tensor.dtype !== dtype) throw fault(`${side}.${name}.dtype`, dtype, tensor.dtype)
    const agrees =
      tensor.dims.length === dims.length &&
      dims.every((dim, i) => (dim === 'N' ? typeof tensor.dims[i] === 'string' : tensor.dims[i] === dim))
    if (!agrees) throw fault(`${side}.${name}.dims`, `[${dims.join(', ')}]`, `[${tensor.dims.join(', ')}]`)
  }
}

/**
 * Checks that a graph takes and gives exactly what the contract says: names, dtypes, dims; N must be symbolic.
 * @throws ModelError PVAE_GRAPH_INVALID naming the field, e.g. `outputs.mean.dims`
 */
export function checkGraph (bytes: Uint8Array, contract: GraphContract, where: string): GraphInterface {
  const graph = readGraphInterface(bytes, where)
  checkSide('inputs', contract.inputs, graph.inputs, faultIn(where))
  checkSide('outputs', contract.outputs, graph.outputs, faultIn(where))
  return graph
}

/**
 * Writes a graph's metadata, which names the model it belongs to: keys `name`, `version`, `partitions` (JSON, name and
 * size of each).
 */
export function graphMetadata ({
  name,
  version,
  partitions,
}: Pick<Card, 'name' | 'version' | 'partitions'>): Record<string, string> {
  return {
    name,
    version: String(version),
    partitions: JSON.stringify(partitions.map(({ name, size, offset }) => ({ name, size, offset }))),
  }
}

/** The same ONNX model with these metadata entries set; other entries stay. */
export function withMetadata (
  bytes: Uint8Array,
  metadata: Readonly<Record<string, string>>,
  where: string
): Uint8Array {
  const model = parseModel(bytes, where)
  const kept = model.metadataProps.filter(({ key }) => !Object.hasOwn(metadata, key))
  const added = Object.entries(metadata).map(([key, value]) => create(StringStringEntryProtoSchema, { key, value }))
  model.metadataProps = [...kept, ...added]
  return toBinary(ModelProtoSchema, model)
}

/**
 * Refuses a graph whose metadata names another model than the card: a file copied from elsewhere. Absent entries are
 * fine.
 */
export function checkMetadata (
  graph: GraphInterface,
  card: Pick<Card, 'name' | 'version' | 'partitions'>,
  where: string
): void {
  for (const [key, expected] of Object.entries(graphMetadata(card))) {
    const found = graph.metadata[key]
    if (found !== undefined && found !== expected) throw faultIn(where)(`metadata.${key}`, expected, found)
  }
}
