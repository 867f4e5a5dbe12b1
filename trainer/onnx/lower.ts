/** Lowers a traced program to an ONNX graph: walks back from the outputs and emits each needed node once. */
import { kernelDefinitions } from './kernels/index.js'
import { canonical, axesOf, materialized, storedAs, uniformOf, type Layout, type Lowered } from './layout.js'
import type { TracedNode, TracedProgram, TracedTensor } from './trace.js'
import { GraphWriter, type Origin } from './writer.js'

/** What a kernel's lowering can see and do. */
export interface LoweringContext {
  readonly writer: GraphWriter
  /** Channels in a block of ONNX Runtime's blocked layout; absent where graphs are to be plain ONNX. */
  readonly blockSize: number | undefined
  /** Whether only operators may be used that every execution provider has. */
  readonly portable: boolean
  /** The lowered form of a traced tensor; emits what it needs. */
  lowered(tensor: TracedTensor): Lowered
  /** The nodes that use a tensor, dead ones not counted. A program output counts as `undefined`. */
  consumers(tensor: TracedTensor): ReadonlyArray<TracedNode | undefined>
}

export interface LowerOptions {
  /** Stored axis order of inputs and outputs by name; TensorFlow.js order where absent. */
  readonly layouts?: Readonly<Record<string, Layout>>
  /** Lets convolutions and what lies between them use ONNX Runtime's blocked layout, whose blocks on this machine have this many channels. */
  readonly blockSize?: number | undefined
  /** Uses only operators that ONNX Runtime has on every device. Default false. */
  readonly portable?: boolean | undefined
}

export function lower ({ inputs, outputs }: TracedProgram, { layouts = {}, blockSize, portable = false }: LowerOptions = {}): GraphWriter {
  const writer = new GraphWriter()
  const cache = new Map<TracedTensor, Lowered>()
  const consumers = findConsumers([...outputs.values()])

  for (const [name, tensor] of inputs) {
    const layout = layouts[name] ?? canonical(tensor.shape.length)
    writer.inputs.push({ name, dtype: tensor.dtype, dims: axesOf(layout).map(axis => tensor.shape[axis]!) })
    cache.set(tensor, storedAs(tensor.shape, tensor.dtype, layout, name))
  }

  const context: LoweringContext = {
    writer,
    blockSize,
    portable,
    consumers: tensor => consumers.get(tensor) ?? [],
    lowered (tensor) {
      const existing = cache.get(tensor)
      if (existing !== undefined) return existing
      const { source } = tensor
      if (source.kind === 'input') throw new Error(`expected input ${source.name} to be one of the traced program's`)
      if (source.kind === 'constant') {
        cache.set(tensor, lowerConstant(writer, tensor, source.values))
      } else {
        const { node } = source
        const before = writer.origin // lowering goes on to what the node needs, and back
        writer.origin = originOf(tensor)
        const results = kernelDefinitions[node.kernel]!.lower(context, node)
        writer.origin = before;
        (Array.isArray(results) ? results : [results]).forEach((result, index) => cache.set(node.outputs[index]!, result))
      }
      return cache.get(tensor)!
    },
  }

  for (const [name, tensor] of outputs) {
    const layout = layouts[name] ?? canonical(tensor.shape.length)
    const found = context.lowered(tensor)
    writer.origin = originOf(tensor)
    const result = materialized(writer, found, layout)
    writer.output({ name, dtype: tensor.dtype, dims: axesOf(layout).map(axis => tensor.shape[axis]!) }, result)
  }
  return writer
}

function originOf ({ source }: TracedTensor): Origin | undefined {
  return source.kind === 'kernel' ? { ...source.node.place, kernel: source.node.kernel } : undefined
}

function lowerConstant (writer: GraphWriter, { shape, dtype }: TracedTensor, values: Float32Array | Int32Array | Uint8Array): Lowered {
  const first = values[0]
  if (first !== undefined && values.every(value => value === first)) return uniformOf(shape, dtype, first)
  return storedAs(shape, dtype, canonical(shape.length), writer.constant(values, shape, dtype))
}

function findConsumers (outputs: TracedTensor[]): Map<TracedTensor, Array<TracedNode | undefined>> {
  const consumers = new Map<TracedTensor, Array<TracedNode | undefined>>()
  const seen = new Set<TracedNode>()
  const use = (tensor: TracedTensor, by: TracedNode | undefined) => {
    const users = consumers.get(tensor)
    if (users === undefined) consumers.set(tensor, [by])
    else users.push(by)
  }
  const pending: TracedTensor[] = []
  for (const output of outputs) { use(output, undefined); pending.push(output) }
  for (let tensor = pending.pop(); tensor !== undefined; tensor = pending.pop()) {
    if (tensor.source.kind !== 'kernel' || seen.has(tensor.source.node)) continue
    const { node } = tensor.source
    seen.add(node)
    for (const input of Object.values(node.inputs)) { use(input, node); pending.push(input) }
  }
  return consumers
}
