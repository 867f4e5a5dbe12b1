/** Where traced tensors come from: for rules that look at more than one kernel. */
import type { TracedNode, TracedTensor } from './trace.js'

/** What a tensor is a copy of: TensorFlow.js copies what it saves for a gradient, and what it broadcasts or casts to what it is already. */
export function original (tensor: TracedTensor): TracedTensor {
  const { source } = tensor
  if (source.kind !== 'kernel') return tensor
  const { kernel, inputs: { x } } = source.node
  return kernel === 'Identity' || (kernel === 'Cast' && x!.dtype === tensor.dtype) ? original(x!) : tensor
}

/** The node that made a tensor, copies aside; undefined unless it has this kernel. */
export function madeBy (tensor: TracedTensor, kernel: string): TracedNode | undefined {
  const { source } = original(tensor)
  return source.kind === 'kernel' && source.node.kernel === kernel ? source.node : undefined
}
