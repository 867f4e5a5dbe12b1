/** Convolutions, and their gradients in the input, in the blocked layout. */
import { isInputOfBlocked, isWorthBlocking } from '../../blocked/channel-padding.js'
import { correlate, type Correlation, type CorrelationShape } from '../../blocked/correlation.js'
import type { Weights } from '../../blocked/filter.js'
import { interleave, phaseTaps } from '../../blocked/interleaving.js'
import { choosePixelBlock, convolvePixelBlocks } from '../../blocked/pixel-blocks.js'
import { convolutionGeometry, type Shape4 } from '../../geometry.js'
import type { LoweringContext, TracedNode, TracedTensor } from '../../ir.js'
import { materialized } from '../../layout.js'
import { defineRule } from '../rule.js'

/** A convolution, or a gradient in the input at stride 1, as one correlation. */
interface AsCorrelation {
  readonly shape: CorrelationShape
  /** [N, H, W, I] */
  readonly image: TracedTensor
  readonly weights: Omit<Weights, 'name'>
}

function correlationOf (block: number, node: TracedNode): AsCorrelation | undefined {
  return node.kernel === 'Conv2D' ? correlationOfConvolution(block, node) : correlationOfGradient(block, node)
}

function correlationOfConvolution (block: number, node: TracedNode): AsCorrelation | undefined {
  const { x, filter } = node.inputs
  const [kh, kw, inputs, outputs] = filter!.shape as Shape4
  if (!isInputOfBlocked(block, inputs)) return undefined
  const { padInfo: { top, left, bottom, right }, strideHeight, strideWidth, dilationHeight, dilationWidth } =
    convolutionGeometry(x!.shape, filter!.shape, node.attributes)
  const size = { outputs, inputs, height: kh, width: kw }
  return {
    image: x!,
    weights: { size, swapped: false, at: (row, column) => [row, column] },
    shape: {
      filter: size,
      pads: [top, left, bottom, right],
      strides: [strideHeight, strideWidth],
      dilations: [dilationHeight, dilationWidth],
      output: node.outputs[0]!,
    },
  }
}

/**
 * dx[r, c] = Σ dy[r + top − a, c + left − b] · w[a, b]: a convolution with the filter flipped and its channels swapped.
 */
function correlationOfGradient (block: number, node: TracedNode): AsCorrelation | undefined {
  const { filter, dy } = node.inputs
  const [kh, kw, channels, gradientChannels] = filter!.shape as Shape4
  const geometry = gradientGeometry(block, node)
  if (geometry?.strideHeight !== 1 || geometry.strideWidth !== 1) return undefined
  const { top, left, bottom, right } = geometry.padInfo
  if (top >= kh || left >= kw || bottom >= kh || right >= kw) return undefined
  return {
    image: dy!,
    weights: {
      size: { outputs: gradientChannels, inputs: channels, height: kh, width: kw },
      swapped: true,
      at: (row, column) => [kh - 1 - row, kw - 1 - column],
    },
    shape: {
      filter: { outputs: channels, inputs: gradientChannels, height: kh, width: kw },
      pads: [kh - 1 - top, kw - 1 - left, kh - 1 - bottom, kw - 1 - right],
      strides: [1, 1],
      dilations: [1, 1],
      output: node.outputs[0]!,
    },
  }
}

/** The geometry of the convolution that `node` is the gradient of; undefined where no blocked form applies. */
function gradientGeometry (block: number, { inputs: { filter, dy }, outputs, attributes }: TracedNode) {
  const geometry = convolutionGeometry(outputs[0]!.shape, filter!.shape, attributes)
  if (geometry.dilationHeight !== 1 || geometry.dilationWidth !== 1 || dy!.shape.includes(0)) return undefined
  return isInputOfBlocked(block, filter!.shape[3]!) ? geometry : undefined
}

function complete (context: LoweringContext, node: TracedNode, as: AsCorrelation, bias?: string): Correlation {
  const image = context.lowered(as.image)
  const name = materialized(context.writer, context.lowered(node.inputs.filter!))
  return { ...as.shape, image, weights: { ...as.weights, name }, bias }
}

export const pixelBlocks = defineRule({
  name: 'pixel-blocks',
  equation:
    "y at h × w pixels = h · w · O channels of a convolution at stride (h, w) with w'[(p, q, o), i, a, b] = " +
    'w[o, i, a − p, b − q]: few channels fill the vector units',
  kernels: ['Conv2D', 'Conv2DBackpropInput'],
  matches ({ blockSize }, node) {
    const as = correlationOf(blockSize!, node)
    const tile = as === undefined ? undefined : choosePixelBlock(blockSize!, as.shape)
    return as === undefined || tile === undefined ? undefined : { as, tile }
  },
  rewrites: (context, node, { as, tile }, bias) =>
    convolvePixelBlocks(context, complete(context, node, as, bias), tile),
})

export const blockedConvolution = defineRule({
  name: 'blocked-convolution',
  equation:
    'y = x ⋆ w, and dx = dy ⋆ flip(w) at stride 1, on blocks of channels side by side, as the vector units take them',
  kernels: ['Conv2D', 'Conv2DBackpropInput'],
  matches ({ blockSize }, node) {
    const as = correlationOf(blockSize!, node)
    return as !== undefined && isWorthBlocking(blockSize!, as.shape.filter.outputs) ? as : undefined
  },
  rewrites: (context, node, as, bias) => correlate(context, complete(context, node, as, bias)),
})

export const interleavedConvolutions = defineRule({
  name: 'interleaved-convolutions',
  equation: 'dx[2u + p, 2v + q] = Σ dy[u − a, v − b] · w[2a + p, 2b + q]: at stride 2, four small convolutions whose ' +
    'results interleave, without the zeros that a transposed convolution multiplies by',
  kernels: ['Conv2DBackpropInput'],
  matches ({ blockSize }, node) {
    const { filter, dy } = node.inputs
    const geometry = gradientGeometry(blockSize!, node)
    if (geometry?.strideHeight !== 2 || geometry.strideWidth !== 2) return undefined
    const [kh, kw, channels] = filter!.shape as Shape4
    if (!isWorthBlocking(blockSize!, channels)) return undefined
    return phaseTaps(node.outputs[0]!.shape, dy!.shape, [kh, kw], [geometry.padInfo.top, geometry.padInfo.left])
  },
  rewrites (context, { inputs: { filter, dy }, outputs: [output] }, taps, bias) {
    const [height, width, inputs, outputs] = filter!.shape as Shape4
    const name = materialized(context.writer, context.lowered(filter!))
    const weights = { name, size: { outputs, inputs, height, width }, swapped: true }
    return interleave(context, { image: context.lowered(dy!), weights, taps, output: output!, bias })
  },
})
