/** The gradients of ReLU and leaky ReLU. */
import type { LoweringContext } from '../lower.js'
import { madeBy, original } from '../provenance.js'
import type { TracedNode, TracedTensor } from '../trace.js'
import type { GraphWriter } from '../writer.js'

/** Steeper than any float32 that is not denormal, as near as its square is to the largest. */
const STEEP = 1e37

/**
 * 1 where x > 0, else alpha, for 0 ≤ alpha < 1: max(clamp(10³⁷ · x, 0, 1), alpha). One vectorised operator; comparing and casting are two slow ones.
 * Between 0 and 10⁻³⁷ it is not 1, but no gradient notices.
 */
export function stepOf (writer: GraphWriter, x: string, alpha: number): string {
  const positive = writer.node('HardSigmoid', [x], { alpha: { float: STEEP }, beta: { float: 0 } })
  return alpha === 0 ? positive : writer.node('Max', [positive, writer.scalar(alpha)])
}

/**
 * The (leaky) ReLU of x, if it is computed anyway: its sign tells that of x, which then has one user, so that the activation can be fused into what
 * makes x.
 */
export function rectifiedForm (context: LoweringContext, tensor: TracedTensor): TracedTensor {
  const x = original(tensor)
  const activation = context.consumers(x).find(user => user?.kernel === 'Relu' || (user?.kernel === 'LeakyRelu' && (user.attributes.alpha as number) > 0))
  return activation?.outputs[0] ?? x
}

export interface LeakyReluGradient {
  readonly dy: TracedTensor
  readonly x: TracedTensor
  readonly alpha: number
}

/** TensorFlow.js's gradient of a leaky ReLU, select(x > 0, dy, dy · alpha), or undefined for another selection. */
export function matchLeakyReluGradient (context: LoweringContext, { inputs: { condition, t, e } }: TracedNode): LeakyReluGradient | undefined {
  const comparison = madeBy(condition!, 'Greater')
  const scaled = madeBy(e!, 'Multiply')
  const dy = original(t!)
  if (comparison === undefined || scaled === undefined || original(scaled.inputs.a!) !== dy) return undefined
  const { uniform: alpha } = context.lowered(scaled.inputs.b!)
  if (alpha === undefined || alpha < 0 || alpha >= 1 || context.lowered(comparison.inputs.b!).uniform !== 0) return undefined
  return { dy, x: comparison.inputs.a!, alpha }
}
