import type { TracedNode, TracedTensor } from '../ir.js'
import { inLayout } from '../layout.js'
import { defineRule } from './rule.js'

/** Kernels whose ONNX operators take a bias as a third input. */
const BIASED = new Set(['Conv2D', 'Conv2DBackpropInput', 'BatchMatMul'])

/** A bias costs nothing as an input of the product's own operator, and a pass over the result as a sum. */
export const biasedProduct = defineRule({
  name: 'biased-product',
  equation: 'add(product, bias) = product with the bias as its third input: a pass over the result less',
  kernels: ['Add'],
  matches (context, { inputs: { a, b } }) {
    for (const [product, bias] of [[a!, b!], [b!, a!]] as const) {
      if (product.source.kind !== 'kernel') continue
      const { node: producer } = product.source
      if (!BIASED.has(producer.kernel) || context.consumers(product).length !== 1) continue
      if (!isOneNumberPerChannel(bias, product, producer)) continue
      const lowered = context.lowered(bias)
      if (lowered.uniform === undefined) return { producer, bias: lowered }
    }
    return undefined
  },
  rewrites: (context, _node, { producer, bias }) => context.lowerWithBias(producer, inLayout(context.writer, bias)),
})

function isOneNumberPerChannel (bias: TracedTensor, product: TracedTensor, { kernel }: TracedNode): boolean {
  if (kernel === 'BatchMatMul' && product.shape.length !== 2) return false
  return bias.shape.length === 1 && bias.shape[0] === product.shape.at(-1)
}
