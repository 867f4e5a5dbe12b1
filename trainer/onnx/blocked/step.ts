import type { GraphBuilder } from '../ir.js'

/** Steeper than any float32 that is not denormal, as near as its square is to the largest. */
const STEEP = 1e37

/**
 * Emits 1 where x > 0, else alpha, for 0 ≤ alpha < 1, as max(clamp(10³⁷ · x, 0, 1), alpha). Between 0 and 10⁻³⁷ it is
 * not 1, but no gradient notices.
 */
export function stepOf (writer: GraphBuilder, x: string, alpha: number): string {
  const positive = writer.node('HardSigmoid', [x], { alpha: { float: STEEP }, beta: { float: 0 } })
  return alpha === 0 ? positive : writer.node('Max', [positive, writer.scalar(alpha)])
}
