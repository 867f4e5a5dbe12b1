/** Biases: a convolution or matrix product takes its bias as a third input, which costs nothing. */
import type { Lowered } from '../layout.js'
import { inLayout } from '../layout.js'
import type { LoweringContext } from '../lower.js'
import type { TracedNode } from '../trace.js'
import { lowerConvolution, lowerTransposedConvolution } from './convolution.js'
import { lowerMatrixProduct } from './matrix.js'

type BiasedLowering = (context: LoweringContext, node: TracedNode, bias: string) => Lowered

const biasedLowerings: Readonly<Record<string, BiasedLowering>> = {
  Conv2D: lowerConvolution,
  Conv2DBackpropInput: lowerTransposedConvolution,
  BatchMatMul: lowerMatrixProduct,
}

/**
 * Lowers `add(product, bias)` as one node, if the sum is the product's only consumer and the bias is one number a channel.
 * Returns undefined where that does not hold.
 */
export function lowerBiasedProduct (context: LoweringContext, node: TracedNode): Lowered | undefined {
  const { a, b } = node.inputs
  for (const [product, bias] of [[a!, b!], [b!, a!]] as const) {
    if (product.source.kind !== 'kernel') continue
    const { node: producer } = product.source
    const lowering = biasedLowerings[producer.kernel]
    if (lowering === undefined || context.consumers(product).length !== 1) continue
    if (bias.shape.length !== 1 || bias.shape[0] !== product.shape.at(-1)) continue
    if (producer.kernel === 'BatchMatMul' && product.shape.length !== 2) continue
    const lowered = context.lowered(bias)
    if (lowered.uniform !== undefined) continue
    return lowering(context, producer, inLayout(context.writer, lowered))
  }
  return undefined
}
