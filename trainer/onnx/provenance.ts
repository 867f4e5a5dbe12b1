/** Traces where tensors come from: for rules that look at more than one kernel. */
import type { LoweringContext, TracedNode, TracedTensor } from './ir.js'

/**
 * Finds the tensor that this one is a copy of: TensorFlow.js copies what it saves for a gradient, and what it
 * broadcasts or casts to what it is already.
 */
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

/** Gives the (leaky) ReLU of x, whose sign is that of x, if it is computed anyway; else x. */
export function rectifiedForm (context: LoweringContext, tensor: TracedTensor): TracedTensor {
  const x = original(tensor)
  const isActivation = (user: TracedNode | undefined) =>
    user?.kernel === 'Relu' || (user?.kernel === 'LeakyRelu' && (user.attributes.alpha as number) > 0)
  return context.consumers(x).find(isActivation)?.outputs[0] ?? x
}
