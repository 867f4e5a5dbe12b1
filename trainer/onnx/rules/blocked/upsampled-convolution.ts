/**
 * A 3 × 3 convolution of an image whose pixels were doubled is, exactly, a transposed convolution of the small image at
 * stride 2 with a 4 × 4 filter of sums of its weights, K = A · W · Aᵀ: of the nine pixels a weight each would be
 * multiplied by, only four differ. The same K serves the gradient in the small image, dx = dy ⋆ K at stride 2, and the
 * filter's is dW = Aᵀ · dK · A.
 */
import { isInputOfBlocked, isWorthBlocking } from '../../blocked/channel-padding.js'
import { correlate } from '../../blocked/correlation.js'
import { correlateFilter } from '../../blocked/filter-correlation.js'
import { interleave, phaseTaps } from '../../blocked/interleaving.js'
import { convolutionGeometry, type Shape4 } from '../../geometry.js'
import type { LoweringContext, TracedNode, TracedTensor } from '../../ir.js'
import { canonical, materialized, storedAs } from '../../layout.js'
import { madeBy, original } from '../../provenance.js'
import { defineRule } from '../rule.js'
import { filterGradientGeometry } from './filter-gradient.js'
import { matchPixelSums, matchRepeatedPixels } from './upsampling.js'

/** Row a of K is the sum of the rows of W with a 1: those that fall on the same small pixel. */
const A = [
  [0, 0, 1],
  [0, 1, 1],
  [1, 1, 0],
  [1, 0, 0],
]
const SUMS = { height: 4, width: 4 }
const PADS = [1, 1, 1, 1] as const

/** [9, 16]: this, transposed, · W [9, I · O] = K [16, I · O]. */
const SPREAD = A[0]!.flatMap((_, i) =>
  A[0]!.flatMap((_, j) => A.flatMap(rowOf => A.map(columnOf => rowOf[i]! * columnOf[j]!)))
)

function fits ({ attributes }: TracedNode, image: TracedTensor, filter: readonly number[]): boolean {
  if (filter[0] !== 3 || filter[1] !== 3) return false
  const { padInfo: { top, left, bottom, right }, strideHeight, strideWidth, dilationHeight, dilationWidth } =
    convolutionGeometry(image.shape, filter, attributes)
  const sizes = [top, left, bottom, right, strideHeight, strideWidth, dilationHeight, dilationWidth]
  return sizes.every(size => size === 1)
}

/** Emits K, [4, 4, I, O]. */
function sums ({ writer, lowered }: LoweringContext, filter: TracedTensor): string {
  const [,, inputs, outputs] = filter.shape as Shape4
  const flat = writer.node('Reshape', [
    materialized(writer, lowered(filter)),
    writer.integers([9, inputs * outputs]),
  ])
  const spread = writer.node('Gemm', [writer.constant(SPREAD, [9, 16], 'float32'), flat], { transA: 1 })
  return writer.node('Reshape', [spread, writer.integers([SUMS.height, SUMS.width, inputs, outputs])])
}

/** The small image whose doubled pixels `image` holds. */
function doubled (context: LoweringContext, image: TracedTensor): TracedTensor | undefined {
  const upsampling = matchRepeatedPixels(context, original(image))
  return upsampling?.factor === 2 ? upsampling.small : undefined
}

export const upsampledConvolution = defineRule({
  name: 'upsampled-convolution',
  equation: 'repeat₂(x) ⋆ W = transposed convolution of x at stride 2 with K = A · W · Aᵀ: four products for nine',
  kernels: ['Conv2D'],
  matches (context, node) {
    const { x, filter } = node.inputs
    const [,, inputs, outputs] = filter!.shape as Shape4
    const block = context.blockSize!
    if (!fits(node, x!, filter!.shape) || !isInputOfBlocked(block, inputs) || !isWorthBlocking(block, outputs)) {
      return undefined
    }
    const small = doubled(context, x!)
    if (small === undefined) return undefined
    const taps = phaseTaps(node.outputs[0]!.shape, small.shape, [SUMS.height, SUMS.width], [1, 1])
    return taps === undefined ? undefined : { small, taps }
  },
  rewrites (context, { inputs: { filter }, outputs: [output] }, { small, taps }, bias) {
    const [,, inputs, outputs] = filter!.shape as Shape4
    const weights = { name: sums(context, filter!), size: { outputs, inputs, ...SUMS }, swapped: false }
    return interleave(context, { image: context.lowered(small), weights, taps, output: output!, bias })
  },
})

export const upsampledInputGradient = defineRule({
  name: 'upsampled-input-gradient',
  equation: 'sum₂ₓ₂(dy ⋆ flip(W)) = dy ⋆ K at stride 2: the gradient in the small image, without the large one\'s',
  kernels: ['Transpose'],
  matches (context, { outputs: [output] }) {
    if (output!.shape.length !== 4) return undefined
    const pooled = matchPixelSums(context, output!)
    const gradient = pooled?.factor === 2 ? madeBy(pooled.large, 'Conv2DBackpropInput') : undefined
    if (gradient === undefined || context.consumers(gradient.outputs[0]!).length !== 1) return undefined
    const { filter } = gradient.inputs
    const [,, channels, gradientChannels] = filter!.shape as Shape4
    const block = context.blockSize!
    const applies = fits(gradient, pooled!.large, filter!.shape) &&
      isInputOfBlocked(block, gradientChannels) && isWorthBlocking(block, channels)
    return applies ? gradient : undefined
  },
  rewrites (context, { outputs: [output] }, { inputs: { dy, filter } }) {
    const [,, channels, gradientChannels] = filter!.shape as Shape4
    const image = context.lowered(dy!)
    return correlate(context, {
      image,
      weights: {
        name: sums(context, filter!),
        size: { outputs: gradientChannels, inputs: channels, ...SUMS },
        swapped: true,
        at: (row, column) => [row, column],
      },
      filter: { outputs: channels, inputs: gradientChannels, ...SUMS },
      pads: PADS,
      strides: [2, 2],
      dilations: [1, 1],
      output: output!,
    })
  },
})

export const upsampledFilterGradient = defineRule({
  name: 'upsampled-filter-gradient',
  equation: 'dW = Aᵀ · dK · A, where dK is the gradient of a convolution at stride 2 on the small image',
  kernels: ['Conv2DBackpropFilter'],
  matches (context, node) {
    const [,, inputs, outputs] = node.outputs[0]!.shape as Shape4
    const block = context.blockSize!
    if (filterGradientGeometry(node) === undefined || !fits(node, node.inputs.x!, node.outputs[0]!.shape)) {
      return undefined
    }
    if (!isWorthBlocking(block, inputs) || !isInputOfBlocked(block, outputs)) return undefined
    return doubled(context, node.inputs.x!)
  },
  rewrites (context, { inputs: { dy }, outputs: [output] }, small) {
    const { writer } = context
    const [,, inputs, outputs] = output!.shape as Shape4
    // dK[a] = Σ dy[2r + a − 1] · x[r], as [4, 4, I, O]
    const [image, filter] = [context.lowered(dy!), context.lowered(small)]
    const gradient = correlateFilter(context, {
      image, filter, taps: [SUMS.height, SUMS.width], pads: [1, 1], strides: [2, 2], swapped: true,
    })
    const flat = writer.node('Reshape', [gradient, writer.integers([16, inputs * outputs])])
    const summed = writer.node('MatMul', [writer.constant(SPREAD, [9, 16], 'float32'), flat])
    const name = writer.node('Reshape', [summed, writer.integers([3, 3, inputs, outputs])])
    return storedAs(output!.shape, output!.dtype, canonical(4), name)
  },
})
