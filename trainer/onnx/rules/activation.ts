import { lowerStep } from '../kernels/unary.js'
import { original, rectifiedForm } from '../provenance.js'
import { defineRule } from './rule.js'

/** x itself then has one user, so that the activation can be fused into what makes x. */
export const stepOfRectified = defineRule({
  name: 'step-of-rectified',
  equation: 'step(x) = step(relu(x)), where relu(x) is computed anyway: x is not kept for the gradient',
  kernels: ['Step'],
  matches (context, { inputs: { x } }) {
    const rectified = rectifiedForm(context, x!)
    return rectified === original(x!) ? undefined : rectified
  },
  rewrites: (context, node, rectified) => lowerStep(context, node, context.lowered(rectified)),
})
