/** Gradients of ReLU and leaky ReLU. */
import { stepOf } from '../../blocked/step.js'
import { elementwise } from '../../broadcast.js'
import type { LoweringContext, TracedNode, TracedTensor } from '../../ir.js'
import { madeBy, original, rectifiedForm } from '../../provenance.js'
import { defineRule } from '../rule.js'

export const hardSigmoidStep = defineRule({
  name: 'hard-sigmoid-step',
  equation: 'step(x) = max(clamp(10³⁷ · x, 0, 1), alpha): one operator with vector code for a comparison and a cast',
  kernels: ['Step'],
  matches (context, { inputs: { x }, attributes }) {
    const alpha = (attributes.alpha as number | undefined) ?? 0
    return alpha >= 0 && alpha < 1 && x!.dtype === 'float32' ? { alpha, sign: rectifiedForm(context, x!) } : undefined
  },
  rewrites: (context, { outputs: [output] }, { alpha, sign }) =>
    elementwise(context, [context.lowered(sign)], output!, (writer, [x]) => stepOf(writer, x!, alpha), true),
})

interface LeakyReluGradient {
  readonly dy: TracedTensor
  readonly x: TracedTensor
  readonly alpha: number
}

export const leakyReluGradient = defineRule({
  name: 'leaky-relu-gradient',
  equation: 'select(x > 0, dy, alpha · dy) = dy · step(x): one product for a comparison, a product and a selection',
  kernels: ['Select'],
  matches: matchLeakyReluGradient,
  rewrites: (context, { outputs: [output] }, { dy, x, alpha }) =>
    elementwise(context, [context.lowered(dy), context.lowered(rectifiedForm(context, x))], output!,
      (writer, [dy, x]) => writer.node('Mul', [dy!, stepOf(writer, x!, alpha)]), true),
})

/** Recognises TensorFlow.js's gradient of a leaky ReLU. */
function matchLeakyReluGradient (context: LoweringContext, { inputs }: TracedNode): LeakyReluGradient | undefined {
  const comparison = madeBy(inputs.condition!, 'Greater')
  const scaled = madeBy(inputs.e!, 'Multiply')
  const dy = original(inputs.t!)
  if (comparison === undefined || scaled === undefined || original(scaled.inputs.a!) !== dy) return undefined
  const { uniform: alpha } = context.lowered(scaled.inputs.b!)
  if (alpha === undefined || alpha < 0 || alpha >= 1) return undefined
  return context.lowered(comparison.inputs.b!).uniform === 0 ? { dy, x: comparison.inputs.a!, alpha } : undefined
}
