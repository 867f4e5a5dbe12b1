/**
 * Describes the contents of an ONNX file: its nodes with the shapes of their inputs and outputs, as ONNX Runtime infers
 * them.
 */
import {
  AttributeProto_AttributeType as AttributeType,
  create,
  fromBinary,
  ModelProtoSchema,
  TensorProto_DataType as DataType,
  toBinary,
  ValueInfoProtoSchema,
  type AttributeProto,
  type TensorProto,
} from '@partition-vae/models/onnx-protobuf'
import { readGraphInterface, type GraphTensor } from '@partition-vae/models'
import { readShapes } from '../engine/runtime.js'
import type { Origin } from '../onnx/ir.js'

export interface ValueDescription {
  readonly name: string
  /** A number where the length is fixed, a symbol's name or `?` where it is not; absent where nothing is known. */
  readonly dims?: ReadonlyArray<number | string>
}

export interface NodeDescription {
  readonly name: string
  /** With its domain, unless that is ONNX's own. */
  readonly operator: string
  readonly inputs: readonly ValueDescription[]
  readonly outputs: readonly ValueDescription[]
  readonly attributes: Readonly<Record<string, string>>
  /** The compiler's rule that wrote it. */
  readonly rule?: string
}

/** The nodes at which a rule of the compiler was taken. */
export interface RuleUse {
  /** Nodes that it wrote. */
  readonly nodes: number
  /** Layers with the pass over them, e.g. `encoder/block-1 backward`. */
  readonly places: readonly string[]
}

export interface GraphDescription {
  readonly name: string
  readonly irVersion: number
  /** Versions of operator sets by domain; ONNX's own is `ai.onnx`. */
  readonly opsets: Readonly<Record<string, number>>
  readonly producer: string
  readonly metadata: Readonly<Record<string, string>>
  readonly inputs: readonly GraphTensor[]
  readonly outputs: readonly GraphTensor[]
  /** Symbols of lengths that are open. */
  readonly dynamicDims: readonly string[]
  /** Number of nodes of each operator, most frequent first. */
  readonly operators: Readonly<Record<string, number>>
  readonly nodes: readonly NodeDescription[]
  /** The compiler's rules that were taken in a training step, by name. */
  readonly rules?: Readonly<Record<string, RuleUse>>
  readonly initializers: ReadonlyArray<{
    readonly name: string
    readonly dtype: string
    readonly dims: readonly number[]
  }>
  readonly initializerElements: number
}

/**
 * Describes a graph.
 * @param where names the file in errors
 * @param origins what its nodes were lowered from, where that is known
 * @throws ModelError PVAE_GRAPH_INVALID for bytes that are no whole ONNX model
 */
export async function describeGraph (
  bytes: Uint8Array, where: string, origins?: ReadonlyMap<string, Origin>
): Promise<GraphDescription> {
  const { inputs, outputs, irVersion, metadata, producer } = readGraphInterface(bytes, where)
  const { graph, opsetImport } = fromBinary(ModelProtoSchema, bytes)
  const { name, node: nodes, initializer } = graph!
  const shapes = await inferShapes(bytes)
  for (const { name, dims } of initializer) shapes.set(name, dims.map(Number))
  const operatorOf = ({ domain, opType }: { domain: string; opType: string }) =>
    domain === '' || domain === 'ai.onnx' ? opType : `${domain}.${opType}`
  const counts = new Map<string, number>()
  for (const node of nodes) counts.set(operatorOf(node), (counts.get(operatorOf(node)) ?? 0) + 1)
  return {
    name,
    irVersion,
    opsets: Object.fromEntries(opsetImport.map(({ domain, version }) => [domain || 'ai.onnx', Number(version)])),
    producer: [producer.name, producer.version].filter(part => part !== '').join(' '),
    metadata,
    inputs,
    outputs,
    dynamicDims: [
      ...new Set([...inputs, ...outputs].flatMap(({ dims }) => dims).filter(dim => typeof dim === 'string')),
    ],
    operators: Object.fromEntries([...counts].sort(([, a], [, b]) => b - a)),
    nodes: nodes.map(node => ({
      name: node.name,
      operator: operatorOf(node),
      inputs: node.input.map(input => valueOf(input, shapes)),
      outputs: node.output.map(output => valueOf(output, shapes)),
      attributes: Object.fromEntries(node.attribute.map(attribute => [attribute.name, describeAttribute(attribute)])),
      ...ruleOf(origins, node.name),
    })),
    ...(origins === undefined ? {} : { rules: usesOf(origins) }),
    initializers: initializer.map(({ name, dims, dataType }) => ({
      name,
      dtype: typeName(dataType),
      dims: dims.map(Number),
    })),
    initializerElements: initializer.reduce((sum, tensor) => sum + elementsOf(tensor), 0),
  }
}

function ruleOf (origins: ReadonlyMap<string, Origin> | undefined, node: string): { rule?: string } {
  const rule = origins?.get(node)?.rule
  return rule === undefined ? {} : { rule }
}

function usesOf (origins: ReadonlyMap<string, Origin>): Record<string, RuleUse> {
  const uses = new Map<string, { nodes: number, places: Set<string> }>()
  for (const { rule, layer, pass } of origins.values()) {
    if (rule === undefined) continue
    const use = uses.get(rule) ?? { nodes: 0, places: new Set() }
    use.nodes++
    use.places.add(`${layer || 'outside layers'} ${pass}`)
    uses.set(rule, use)
  }
  return Object.fromEntries([...uses].sort(([a], [b]) => a < b ? -1 : 1)
    .map(([rule, { nodes, places }]) => [rule, { nodes, places: [...places] }]))
}

function valueOf (name: string, shapes: InferredShapes): ValueDescription {
  const dims = shapes.get(name)
  return dims === undefined ? { name } : { name, dims }
}

const elementsOf = ({ dims }: TensorProto): number => dims.reduce((product, size) => product * Number(size), 1)
const typeName = (type: number): string =>
  type === DataType.FLOAT ? 'float32' : (DataType[type] ?? `type ${type}`).toLowerCase()

function describeAttribute ({ type, i, f, s, ints, floats, strings, t }: AttributeProto): string {
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
  switch (type) {
    case AttributeType.INT: return String(i)
    case AttributeType.FLOAT: return String(Number(f.toPrecision(6)))
    case AttributeType.STRING: return text(s)
    case AttributeType.INTS: return `[${ints.join(', ')}]`
    case AttributeType.FLOATS: return `[${floats.map(value => Number(value.toPrecision(6))).join(', ')}]`
    case AttributeType.STRINGS: return `[${strings.map(text).join(', ')}]`
    case AttributeType.TENSOR: return t === undefined ? 'tensor' : `${typeName(t.dataType)} [${t.dims.join(', ')}]`
    default: return (AttributeType[type] ?? `type ${type}`).toLowerCase()
  }
}

type InferredShapes = Map<string, ReadonlyArray<number | string>>

/**
 * Infers the shapes of everything in an ONNX model's graph, by name, as ONNX Runtime does without running it: every
 * result is made an output, whose type it then finds out. Lengths that it can't tell are `?`.
 */
async function inferShapes (bytes: Uint8Array): Promise<InferredShapes> {
  const model = fromBinary(ModelProtoSchema, bytes)
  const graph = model.graph!
  const declared = new Set(graph.output.map(({ name }) => name))
  const results = graph.node.flatMap(({ output }) => output).filter(name => name !== '' && !declared.has(name))
  graph.output.push(...results.map(name => create(ValueInfoProtoSchema, { name })))
  return await readShapes(toBinary(ModelProtoSchema, model))
}
