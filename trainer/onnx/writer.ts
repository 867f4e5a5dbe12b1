/**
 * Writes ONNX models: the nodes and constants of one graph, collected, then serialised through the official protobuf
 * schema.
 */
import {
  AttributeProto_AttributeType as AttributeType,
  create,
  ModelProtoSchema,
  TensorProto_DataType as DataType,
  toBinary,
} from '@partition-vae/models/onnx-protobuf'
import { IR_VERSION, OPSET_VERSION } from '@partition-vae/models'
import type { AttributeValue, GraphBuilder, OnnxType, Origin } from './ir.js'

export interface OnnxNode {
  readonly operator: string
  readonly domain: string
  readonly inputs: string[]
  readonly outputs: string[]
  readonly attributes: Readonly<Record<string, AttributeValue>>
  readonly origin?: Origin | undefined
}

export interface OnnxConstant {
  readonly name: string
  readonly shape: readonly number[]
  readonly dtype: OnnxType
  readonly values: Float32Array | Int32Array | Uint8Array | BigInt64Array
}

export interface OnnxPort {
  readonly name: string
  readonly dtype: OnnxType
  /** A string is a symbolic dimension. */
  readonly dims: ReadonlyArray<number | string>
}

export const onnxTypes: Readonly<Record<OnnxType, DataType>> = {
  float32: DataType.FLOAT, int32: DataType.INT32, bool: DataType.BOOL, int64: DataType.INT64,
}

/** Constants up to this length are shared when equal. */
const SHARED_CONSTANT_LENGTH = 64

export class GraphWriter implements GraphBuilder {
  readonly nodes: OnnxNode[] = []
  readonly constants: OnnxConstant[] = []
  readonly inputs: OnnxPort[] = []
  readonly outputs: OnnxPort[] = []
  /** Given to nodes that are added. */
  origin: Origin | undefined
  readonly blockSize: number | undefined
  readonly #shared = new Map<string, string>()
  #count = 0

  constructor ({ blockSize }: Pick<GraphBuilder, 'blockSize'> = {}) {
    this.blockSize = blockSize
  }

  nodeWithOutputs (
    operator: string,
    inputs: string[],
    outputs: number,
    attributes: OnnxNode['attributes'] = {},
    domain = ''
  ): string[] {
    const names = Array.from({ length: outputs }, () => `${operator}_${++this.#count}`)
    this.nodes.push({ operator, domain, inputs: [...inputs], outputs: names, attributes, origin: this.origin })
    return names
  }

  node (operator: string, inputs: string[], attributes: OnnxNode['attributes'] = {}, domain = ''): string {
    return this.nodeWithOutputs(operator, inputs, 1, attributes, domain)[0]!
  }

  secondOutput (result: string, operator: string): string | undefined {
    const node = this.nodes.find(
      node => node.outputs[0] === result && node.operator === operator && node.domain === ''
    )
    if (node?.outputs.length === 1) node.outputs.push(`${result}_extra`)
    return node?.outputs[1]
  }

  constant (values: ArrayLike<number>, shape: readonly number[], dtype: OnnxType, given?: string): string {
    const key =
      values.length <= SHARED_CONSTANT_LENGTH
        ? `${dtype}|${shape.join()}|${Array.from(values, v => (Object.is(v, -0) ? '-0' : v)).join()}`
        : given
    const existing = key === undefined ? undefined : this.#shared.get(key)
    if (existing !== undefined) return existing
    const name = `constant_${++this.#count}`
    const typed =
      dtype === 'int64'
        ? BigInt64Array.from(Array.from(values), BigInt)
        : dtype === 'int32'
          ? Int32Array.from(values)
          : dtype === 'bool'
            ? Uint8Array.from(values)
            : Float32Array.from(values)
    this.constants.push({ name, shape, dtype, values: typed })
    if (key !== undefined) this.#shared.set(key, name)
    return name
  }

  scalar (value: number, dtype: OnnxType = 'float32'): string {
    return this.constant([value], [], dtype)
  }

  integers (values: readonly number[]): string {
    return this.constant(values, [values.length], 'int64')
  }

  /** Names a result as an output of the graph. */
  output (port: OnnxPort, result: string): void {
    this.nodes.push({ operator: 'Identity', domain: '', inputs: [result], outputs: [port.name], attributes: {} })
    this.outputs.push(port)
  }

  /**
   * Serialises the model. Opset and IR version are the model repository's (api.md), so older runtimes load the result.
   */
  finish (options: {
    graphName: string
    producerVersion: string
    metadata?: Readonly<Record<string, string>>
  }): Uint8Array {
    const domains = new Set(this.nodes.map(({ domain }) => domain))
    domains.add('')
    return toBinary(
      ModelProtoSchema,
      create(ModelProtoSchema, {
        irVersion: BigInt(IR_VERSION),
        producerName: 'partition-vae',
        producerVersion: options.producerVersion,
        opsetImport: [...domains].map(domain => ({ domain, version: BigInt(domain === '' ? OPSET_VERSION : 1) })),
        metadataProps: Object.entries(options.metadata ?? {}).map(([key, value]) => ({ key, value })),
        graph: {
          name: options.graphName,
          node: this.nodes.map(({ operator, domain, inputs, outputs, attributes }) => ({
            opType: operator,
            domain,
            input: inputs,
            output: outputs,
            name: outputs[0]!,
            attribute: Object.entries(attributes).map(([name, value]) => ({ name, ...attributeOf(value) })),
          })),
          initializer: this.constants.map(({ name, shape, dtype, values }) => ({
            name,
            dims: shape.map(BigInt),
            dataType: onnxTypes[dtype],
            rawData: new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength),
          })),
          input: this.inputs.map(valueInfo),
          output: this.outputs.map(valueInfo),
        },
      })
    )
  }
}

function attributeOf (value: AttributeValue) {
  if (typeof value === 'string') return { type: AttributeType.STRING, s: new TextEncoder().encode(value) }
  if (typeof value === 'number') return { type: AttributeType.INT, i: BigInt(value) }
  if ('float' in value) return { type: AttributeType.FLOAT, f: value.float }
  if ('floats' in value) return { type: AttributeType.FLOATS, floats: [...value.floats] }
  return { type: AttributeType.INTS, ints: value.map(BigInt) }
}

function valueInfo ({ name, dtype, dims }: OnnxPort) {
  const dim = dims.map(size => ({
    value:
      typeof size === 'string'
        ? { case: 'dimParam' as const, value: size }
        : { case: 'dimValue' as const, value: BigInt(size) },
  }))
  return {
    name,
    type: { value: { case: 'tensorType' as const, value: { elemType: onnxTypes[dtype], shape: { dim } } } },
  }
}
