/**
 * Moves ReLUs and leaky ReLUs into the blocked convolutions before them, which apply them to results still in
 * registers. Between the two may lie whatever only moves elements: an activation does not care where an element is.
 */
import { BLOCKED_DOMAIN } from '../layout.js'
import type { GraphWriter, OnnxNode } from '../writer.js'
import type { AttributeValue } from '../ir.js'

const MOVES = new Set(['Reshape', 'Transpose', 'Slice', 'Split', 'Concat'])

function fusible ({ operator, domain, attributes }: OnnxNode): Record<string, AttributeValue> | undefined {
  if (domain !== '') return undefined
  if (operator === 'Relu') return { activation: 'Relu' }
  return operator === 'LeakyRelu'
    ? { activation: 'LeakyRelu', activation_params: { floats: [(attributes.alpha as { float: number }).float] } }
    : undefined
}

/** Changes `writer`'s nodes in place. Only where each result on the way has a single use. */
export function fuseActivations (writer: GraphWriter): void {
  const producers = new Map<string, OnnxNode>()
  const uses = new Map<string, number>()
  for (const node of writer.nodes) {
    for (const output of node.outputs) producers.set(output, node)
    for (const input of node.inputs) uses.set(input, (uses.get(input) ?? 0) + 1)
  }

  /** The convolutions whose results, moved, are all that `name` holds. */
  function convolutionsBehind (name: string): OnnxNode[] | undefined {
    const node = producers.get(name)
    if (node === undefined || uses.get(name) !== 1) return undefined
    if (node.operator === 'Conv' && node.domain === BLOCKED_DOMAIN && node.attributes.activation === undefined) {
      return [node]
    }
    // The other parts of a split would be changed too.
    if (!MOVES.has(node.operator) || node.outputs.some(other => other !== name && uses.has(other))) return undefined
    const moved = node.operator === 'Concat' ? node.inputs : node.inputs.slice(0, 1)
    const found = moved.map(convolutionsBehind)
    return found.includes(undefined) ? undefined : found.flat() as OnnxNode[]
  }

  const renamed = new Map<string, string>()
  const fused = new Map<OnnxNode, Record<string, AttributeValue>>()
  for (const node of writer.nodes) {
    const activation = fusible(node)
    const convolutions = activation === undefined ? undefined : convolutionsBehind(node.inputs[0]!)
    if (convolutions === undefined) continue
    for (const convolution of convolutions) fused.set(convolution, activation!)
    renamed.set(node.outputs[0]!, node.inputs[0]!)
  }
  const nodes = writer.nodes.filter(({ outputs }) => !renamed.has(outputs[0]!)).map(node => ({
    ...node,
    inputs: node.inputs.map(input => renamed.get(input) ?? input),
    attributes: { ...node.attributes, ...fused.get(node) },
  }))
  writer.nodes.splice(0, writer.nodes.length, ...nodes)
}
