/** Lowers a traced program to an ONNX graph: walks back from the outputs and emits each needed node once. */
import type {
  Layout,
  Lowered,
  LoweringContext,
  Origin,
  RewriteRule,
  TracedNode,
  TracedProgram,
  TracedTensor,
} from './ir.js'
import { kernelDefinitions } from './kernels/index.js'
import { canonical, axesOf, materialized, storedAs, uniformOf } from './layout.js'
import { chooseRules, type RuleChoice } from './rules/index.js'
import { GraphWriter } from './writer.js'

export interface LowerOptions extends RuleChoice {
  /** Stored axis order of inputs and outputs by name; TensorFlow.js order where absent. */
  readonly layouts?: Readonly<Record<string, Layout>>
}

/**
 * Lowers a program by rules first, then by its kernels' plain lowerings.
 * @throws TrainerError PVAE_INVALID_PARAMETER for the name of a rule that is not there
 */
export function lower (
  { inputs, outputs }: TracedProgram,
  { layouts = {}, ...choice }: LowerOptions = {}
): GraphWriter {
  const writer = new GraphWriter({ blockSize: choice.blockSize })
  const rules = groupByKernel(chooseRules(choice))
  const cache = new Map<TracedTensor, Lowered>()
  const consumers = findConsumers([...outputs.values()])

  for (const [name, tensor] of inputs) {
    const layout = layouts[name] ?? canonical(tensor.shape.length)
    writer.inputs.push({ name, dtype: tensor.dtype, dims: axesOf(layout).map(axis => tensor.shape[axis]!) })
    cache.set(tensor, storedAs(tensor.shape, tensor.dtype, layout, name))
  }

  const context: LoweringContext = {
    writer,
    blockSize: choice.blockSize,
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
        const results = lowerNode(node)
        writer.origin = before
        ;(Array.isArray(results) ? results : [results]).forEach((result, index) =>
          cache.set(node.outputs[index]!, result)
        )
      }
      return cache.get(tensor)!
    },
    lowerWithBias: (product, bias) => lowerNode(product, bias) as Lowered,
  }

  function lowerNode (node: TracedNode, bias?: string): Lowered | Lowered[] {
    for (const rule of rules.get(node.kernel) ?? []) {
      const match = rule.matches(context, node)
      if (match === undefined) continue
      writer.origin = { ...writer.origin!, rule: rule.name }
      return rule.rewrites(context, node, match, bias)
    }
    return kernelDefinitions[node.kernel]!.lower(context, node, bias)
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

function groupByKernel (rules: readonly RewriteRule[]): Map<string, RewriteRule[]> {
  const groups = new Map<string, RewriteRule[]>()
  for (const rule of rules) for (const kernel of rule.kernels) groups.set(kernel, [...groups.get(kernel) ?? [], rule])
  return groups
}

function lowerConstant (
  writer: GraphWriter,
  { shape, dtype }: TracedTensor,
  values: Float32Array | Int32Array | Uint8Array
): Lowered {
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
