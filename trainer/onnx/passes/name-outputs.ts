import type { GraphWriter, OnnxNode } from '../writer.js'

/**
 * Lets results be made under their output's name, instead of being copied to it: for a training step, all gradients or
 * the whole state. Changes `writer`'s nodes in place.
 */
export function nameOutputs (writer: GraphWriter): void {
  const made = new Set(writer.nodes.flatMap(({ outputs }) => outputs))
  const outputs = new Set(writer.outputs.map(({ name }) => name))
  const named = new Map<string, string>()
  const copies = new Set<OnnxNode>()
  for (const node of writer.nodes) {
    const [source, target] = [node.inputs[0]!, node.outputs[0]!]
    // An input or a constant can't be renamed, nor can one result have two names.
    if (
      node.operator !== 'Identity' ||
      !outputs.has(target) ||
      !made.has(source) ||
      outputs.has(source) ||
      named.has(source)
    ) {
      continue
    }
    named.set(source, target)
    copies.add(node)
  }
  const rename = (name: string) => named.get(name) ?? name
  const nodes = writer.nodes
    .filter(node => !copies.has(node))
    .map(node => ({ ...node, inputs: node.inputs.map(rename), outputs: node.outputs.map(rename) }))
  writer.nodes.splice(0, writer.nodes.length, ...nodes)
}
