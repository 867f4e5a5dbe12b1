/** Emits work on operands that broadcast, in whatever layout suits them. */
import { backend_util as backendUtil } from '@tensorflow/tfjs-core'
import { asOperand, BLOCKED, canonical, inLayout, NCHW, sameShape, sizeOf } from './layout.js'
import type { GraphBuilder, Layout, Lowered, LoweringContext, TensorType } from './ir.js'

export const broadcast = (...shapes: Array<readonly number[]>): number[] =>
  shapes.reduce<number[]>((a, b) => backendUtil.assertAndGetBroadcastShape(a, [...b]), [])

type Emit = (writer: GraphBuilder, operands: string[]) => string

/**
 * Emits one elementwise result in the layout that needs the fewest moved elements.
 * @param isFinite whether the result is finite wherever the operands are: only such work may be done on blocks with
 * spare channels
 */
export function elementwise (
  { writer, blockSize }: LoweringContext,
  operands: Lowered[],
  { shape, dtype }: TensorType,
  emit: Emit,
  isFinite = false
): Lowered {
  const rank = shape.length
  const sameRank = operands.filter(operand => operand.shape.length === rank)
  const hasSpare = blockSize !== undefined && shape.length === 4 && shape[3]! % blockSize !== 0
  const layout = cheapestLayout(operands, sameRank, { shape, dtype }, isFinite || !hasSpare)
  const names = operands.map(operand => asOperand(writer, operand, layout))
  // Scalars alone would lose the rank.
  if (!sameRank.some(({ uniform }) => uniform === undefined)) {
    names[operands.indexOf(sameRank[0]!)] = inLayout(writer, sameRank[0]!, layout)
  }
  const extent = broadcast(new Array<number>(rank).fill(1), ...operands.map(operand => operand.extent))
  return { shape, dtype, extent, stored: new Map([[layout, emit(writer, names)]]) }
}

function cheapestLayout (
  operands: Lowered[],
  sameRank: Lowered[],
  { shape, dtype }: TensorType,
  mayBlock: boolean
): Layout {
  // One channel stored last would make rows of one element, which ONNX Runtime computes one by one; as planes they cost
  // nothing more.
  if (
    shape.length === 4 &&
    shape[3] === 1 &&
    sameRank.some(({ stored }) => stored.has(NCHW) || stored.has(canonical(4)))
  ) {
    return NCHW
  }
  // The blocked layout is for float32, and knows no broadcasting but that of scalars.
  const blockable =
    mayBlock &&
    dtype === 'float32' &&
    operands.every(
      ({ uniform, dtype, shape: own, extent }) =>
        uniform !== undefined ||
        own.length === 0 ||
        (dtype === 'float32' && sameShape(own, shape) && sameShape(extent, shape))
    )
  const candidates = new Set(sameRank.flatMap(({ stored }) => [...stored.keys()]))
  let layout = canonical(shape.length)
  let fewest = Infinity
  for (const candidate of candidates) {
    if (candidate === BLOCKED && !blockable) continue
    const moved = sameRank.reduce(
      (sum, operand) =>
        sum + (operand.stored.size > 0 && !operand.stored.has(candidate) ? sizeOf(operand.extent) : 0),
      0
    )
    // Of equals the blocked one: what comes next is likely to want it.
    if (moved < fewest || (moved === fewest && candidate === BLOCKED)) {
      fewest = moved
      layout = candidate
    }
  }
  return layout
}
