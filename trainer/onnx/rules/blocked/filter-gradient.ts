/** Gradients of convolutions in their filter, in the blocked layout. */
import { isInputOfBlocked, isWorthBlocking } from '../../blocked/channel-padding.js'
import { correlateFilter, pixelsTogether } from '../../blocked/filter-correlation.js'
import { convolutionGeometry, type Shape4, type WindowGeometry } from '../../geometry.js'
import type { TracedNode } from '../../ir.js'
import { canonical, storedAs } from '../../layout.js'
import { defineRule } from '../rule.js'

/** The geometry, where a blocked form applies: not to filters with gaps. */
export function filterGradientGeometry (node: TracedNode): WindowGeometry | undefined {
  const { inputs: { x }, outputs, attributes } = node
  const geometry = convolutionGeometry(x!.shape, outputs[0]!.shape, attributes)
  return geometry.dilationHeight === 1 && geometry.dilationWidth === 1 ? geometry : undefined
}

/** Columns of a result of several pixels at once, per column that is wanted, at most. */
const MOST_COLUMNS = 3

/**
 * Tells whether an image of so many channels can be the filter: in blocks, or with several pixels of a row in a block,
 * where it pays.
 */
function canBeFilter (block: number, [,, width, channels]: Shape4, columns: number, stride: number): boolean {
  if (channels >= block) return isWorthBlocking(block, channels)
  const pixels = pixelsTogether(block, channels)
  return block % channels === 0 && width % pixels === 0 &&
    columns + (pixels - 1) * stride <= MOST_COLUMNS * columns
}

/** As the filter, more channels use the operator better; beyond four blocks it makes no difference. */
const asFilter = (block: number, channels: number): number => Math.min(channels, 4 * block)

export const swappedFilterGradient = defineRule({
  name: 'swapped-filter-gradient',
  equation: 'dw = x ⋆ dy over the batch = flip(dy ⋆ x) at stride 1: whichever has more channels is the filter',
  kernels: ['Conv2DBackpropFilter'],
  matches ({ blockSize }, node) {
    const geometry = filterGradientGeometry(node)
    if (geometry === undefined) return undefined
    const block = blockSize!
    const { padInfo: { top, left }, strideHeight, strideWidth } = geometry
    const [kh, kw, channelsIn, channelsOut] = node.outputs[0]!.shape as Shape4
    const { x, dy } = node.inputs
    const swappable = strideHeight === 1 && strideWidth === 1 && top < kh && left < kw &&
      canBeFilter(block, x!.shape as Shape4, kw, 1) && isInputOfBlocked(block, channelsOut)
    const isBetter =
      !canBeFilter(block, dy!.shape as Shape4, kw, 1) || asFilter(block, channelsIn) > asFilter(block, channelsOut)
    return swappable && isBetter ? { pads: [kh - 1 - top, kw - 1 - left] as const } : undefined
  },
  rewrites (context, { inputs: { x, dy }, outputs: [output] }, { pads }) {
    const [kh, kw] = output!.shape as Shape4
    const [image, filter] = [context.lowered(dy!), context.lowered(x!)]
    const name = correlateFilter(context, {
      image, filter, taps: [kh, kw], pads, strides: [1, 1], swapped: true, reversed: true,
    })
    return storedAs(output!.shape, output!.dtype, canonical(4), name)
  },
})

export const blockedFilterGradient = defineRule({
  name: 'blocked-filter-gradient',
  equation: 'dw = x ⋆ dy over the batch, on blocks of dy\'s channels',
  kernels: ['Conv2DBackpropFilter'],
  matches ({ blockSize }, node) {
    const geometry = filterGradientGeometry(node)
    const [, kw, channelsIn] = node.outputs[0]!.shape as Shape4
    return geometry !== undefined && isInputOfBlocked(blockSize!, channelsIn) &&
      canBeFilter(blockSize!, node.inputs.dy!.shape as Shape4, kw, geometry.strideWidth)
      ? geometry
      : undefined
  },
  rewrites (context, { inputs: { x, dy }, outputs: [output] }, { padInfo: { top, left }, strideHeight, strideWidth }) {
    const [kh, kw] = output!.shape as Shape4
    const [image, filter] = [context.lowered(x!), context.lowered(dy!)]
    const name = correlateFilter(context, {
      image, filter, taps: [kh, kw], pads: [top, left], strides: [strideHeight, strideWidth],
    })
    return storedAs(output!.shape, output!.dtype, canonical(4), name)
  },
})
