/**
 * A 3 × 3 convolution of an image whose pixels were doubled is, exactly, a transposed convolution of the small image at stride 2 with a 4 × 4 filter of sums
 * of its weights, K = A · W · Aᵀ: of the nine pixels a weight each would be multiplied by, only four differ. The same K serves the gradient in the small
 * image, dx = dy ⋆ K at stride 2, and the filter's is dW = Aᵀ · dK · A.
 */
import { materialized, OIHW, storedAs, type Layout, type Lowered } from '../layout.js'
import type { LoweringContext } from '../lower.js'
import { convolutionGeometry, type Shape4 } from '../kernels/geometry.js'
import { madeBy, original } from '../provenance.js'
import type { TracedNode, TracedTensor } from '../trace.js'
import { correlate } from './convolution.js'
import { correlateOverBatch } from './filter-gradient.js'
import { interleave } from './input-gradient.js'
import { fillsBlocks, takes } from './spare.js'
import { matchPixelSums, matchRepeatedPixels } from './upsampling.js'

/** Row a of K is the sum of the rows of W with a 1: those that fall on the same small pixel. */
const A = [
  [0, 0, 1],
  [0, 1, 1],
  [1, 1, 0],
  [1, 0, 0],
]
/** A filter [kh, kw, in, out] stored as [in, out, kh, kw]. */
const IOHW: Layout = '2301'
const SUMS = { height: 4, width: 4 }
const PADS = [1, 1, 1, 1] as const

/** [9, 16]: vec(W) · this = vec(K). */
const SPREAD = A[0]!.flatMap((_, i) => A[0]!.flatMap((_, j) => A.flatMap(rowOf => A.map(columnOf => rowOf[i]! * columnOf[j]!))))

function fits ({ attributes }: TracedNode, image: TracedTensor, filter: readonly number[]): boolean {
  if (filter[0] !== 3 || filter[1] !== 3) return false
  const { padInfo: { top, left, bottom, right }, strideHeight, strideWidth, dilationHeight, dilationWidth } = convolutionGeometry(image.shape, filter, attributes)
  return [top, left, bottom, right, strideHeight, strideWidth, dilationHeight, dilationWidth].every(size => size === 1)
}

/** [O, I, 4, 4] */
function sums ({ writer, lowered }: LoweringContext, filter: TracedTensor): string {
  const [,, inputs, outputs] = filter.shape as Shape4
  const flat = writer.node('Reshape', [materialized(writer, lowered(filter), OIHW), writer.integers([outputs * inputs, 9])])
  const spread = writer.node('MatMul', [flat, writer.constant(SPREAD, [9, 16], 'float32')])
  return writer.node('Reshape', [spread, writer.integers([outputs, inputs, SUMS.height, SUMS.width])])
}

/** y from the small image, or undefined where the convolution is of another kind. */
export function lowerUpsampledConvolution (context: LoweringContext, node: TracedNode, bias?: string): Lowered | undefined {
  const { x, filter } = node.inputs
  const [,, inputs, outputs] = filter!.shape as Shape4
  if (!fits(node, x!, filter!.shape) || !takes(context.blockSize!, inputs) || !fillsBlocks(context.blockSize!, outputs)) return undefined
  const upsampling = matchRepeatedPixels(context, original(x!))
  if (upsampling?.factor !== 2) return undefined
  const weights = { name: sums(context, filter!), size: { outputs, inputs, ...SUMS }, swapped: false }
  return interleave(context, { image: context.lowered(upsampling.small), weights, pads: [1, 1], output: node.outputs[0]!, bias })
}

/** The gradient in the small image, where `node` sums that in the large one; undefined for other transpositions. */
export function lowerUpsampledInputGradient (context: LoweringContext, { outputs }: TracedNode): Lowered | undefined {
  if (context.blockSize === undefined || outputs[0]!.shape.length !== 4) return undefined
  const output = outputs[0]!
  const pooled = matchPixelSums(context, output)
  const gradient = pooled?.factor === 2 ? madeBy(pooled.large, 'Conv2DBackpropInput') : undefined
  if (gradient === undefined || context.consumers(gradient.outputs[0]!).length !== 1) return undefined
  const { dy, filter } = gradient.inputs
  const [,, channels, gradientChannels] = filter!.shape as Shape4
  if (!fits(gradient, pooled!.large, filter!.shape) || !takes(context.blockSize, gradientChannels)) return undefined
  return correlate(context, () => ({
    image: context.lowered(dy!),
    weights: { name: sums(context, filter!), size: { outputs: gradientChannels, inputs: channels, ...SUMS }, swapped: true, at: (row, column) => [row, column] },
  }), { filter: { outputs: channels, inputs: gradientChannels, ...SUMS }, pads: PADS, strides: [2, 2], dilations: [1, 1], output })
}

/** The gradient in the filter; the batch is a multiple of the block. */
export function lowerUpsampledFilterGradient (context: LoweringContext, node: TracedNode): Lowered | undefined {
  const { writer } = context
  const { x, dy } = node.inputs
  const output = node.outputs[0]!
  const [,, inputs, outputs] = output.shape as Shape4
  if (!fits(node, x!, output.shape) || !fillsBlocks(context.blockSize!, inputs) || !takes(context.blockSize!, outputs)) return undefined
  const upsampling = matchRepeatedPixels(context, original(x!))
  if (upsampling?.factor !== 2) return undefined
  // dK[a] = Σ dy[2r + a − 1] · x[r], as [I, O, 4, 4]
  const gradient = correlateOverBatch(context, {
    image: context.lowered(dy!), filter: context.lowered(upsampling.small), taps: [SUMS.height, SUMS.width], pads: [1, 1], strides: [2, 2], flipped: false,
  })
  const gather = writer.constant(SPREAD, [9, 16], 'float32')
  const summed = writer.node('Gemm', [writer.node('Reshape', [gradient, writer.integers([inputs * outputs, 16])]), gather], { transB: 1 })
  return storedAs(output.shape, output.dtype, IOHW, writer.node('Reshape', [summed, writer.integers([inputs, outputs, 3, 3])]))
}
