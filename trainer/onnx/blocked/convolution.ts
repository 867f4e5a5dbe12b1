/**
 * Convolutions in the blocked layout: y[n, o, r, c] = Σ x[n, i, s·r + a − top, s·c + b − left] · w[o, i, a, b]. ONNX Runtime's own pass into this layout
 * wants constant filters; the operator itself takes any.
 */
import { BLOCKED, blockedChannels, BLOCKED_DOMAIN, materialized, NCHW, OIHW, storedAs, type Lowered } from '../layout.js'
import type { LoweringContext } from '../lower.js'
import { convolutionGeometry, type Shape4 } from '../kernels/geometry.js'
import type { TensorType, TracedNode } from '../trace.js'
import type { GraphWriter } from '../writer.js'
import { blockedFilter, type FilterSize, type Weights } from './filter.js'
import { lowerUpsampledConvolution } from './upsampled-convolution.js'
import { fillsBlocks, takes, withSpare } from './spare.js'
import { choosePixelBlock, convolvePixelBlocks } from './pixel-blocks.js'

/** Top, left, bottom, right. */
export type Pads = readonly [number, number, number, number]

/** A convolution with its filter somewhere among stored weights. */
export interface Correlation {
  /** [N, H, W, I] */
  readonly image: Lowered
  readonly filter: FilterSize
  readonly weights: Weights
  readonly pads: Pads
  readonly strides: readonly [number, number]
  readonly dilations: readonly [number, number]
  /** [N, h, w, O] */
  readonly output: TensorType
  /** Name of a tensor [O]. */
  readonly bias?: string | undefined
}

export function operand (writer: GraphWriter, block: number, image: Lowered): string {
  return materialized(writer, image, image.shape[3]! < block ? NCHW : BLOCKED)
}

export function blockedNode (writer: GraphWriter, inputs: Array<string | undefined>, { height, width }: Pick<FilterSize, 'height' | 'width'>, pads: Pads, strides: readonly number[] = [1, 1], dilations: readonly number[] = [1, 1]): string {
  return writer.node('Conv', inputs.filter(name => name !== undefined), { kernel_shape: [height, width], strides, dilations, pads }, BLOCKED_DOMAIN)
}

/** y = x ⋆ filter (+ bias), or undefined where the plain form has to do. */
export function lowerBlockedConvolution (context: LoweringContext, node: TracedNode, bias?: string): Lowered | undefined {
  if (context.blockSize === undefined) return undefined
  const { x, filter } = node.inputs
  const [kh, kw, inputs, outputs] = filter!.shape as Shape4
  const { padInfo, strideHeight, strideWidth, dilationHeight, dilationWidth } = convolutionGeometry(x!.shape, filter!.shape, node.attributes)
  if (!takes(context.blockSize, inputs)) return undefined
  const upsampled = lowerUpsampledConvolution(context, node, bias)
  if (upsampled !== undefined) return upsampled
  const size = { outputs, inputs, height: kh, width: kw }
  return correlate(context, () => ({
    image: context.lowered(x!),
    weights: { name: materialized(context.writer, context.lowered(filter!), OIHW), size, swapped: false, at: (row, column) => [row, column] },
    bias,
  }), {
    filter: size,
    pads: [padInfo.top, padInfo.left, padInfo.bottom, padInfo.right],
    strides: [strideHeight, strideWidth],
    dilations: [dilationHeight, dilationWidth],
    output: node.outputs[0]!,
  })
}

type Operands = Pick<Correlation, 'image' | 'weights' | 'bias'>

/** Emits a correlation in the form that keeps the vector units busiest; undefined if none applies. `operands` is asked only if one does. */
export function correlate (context: LoweringContext, operands: () => Operands, shape: Omit<Correlation, keyof Operands>): Lowered | undefined {
  const { writer } = context
  const block = context.blockSize!
  const { filter, strides, dilations, output, pads } = shape
  const dense = [...strides, ...dilations].every(step => step === 1)
  const pixels = dense ? choosePixelBlock(block, filter, output.shape) : undefined
  if (pixels !== undefined) return convolvePixelBlocks(context, { ...shape, ...operands() }, pixels)
  if (!fillsBlocks(block, filter.outputs)) return undefined
  const { image, weights, bias } = operands()
  const outputs = blockedChannels(block, filter.outputs)
  const spare = outputs - filter.outputs
  const blocked = blockedFilter(writer, block, { ...weights, spare }, { ...filter, outputs })
  return storedAs(output.shape, output.dtype, BLOCKED, blockedNode(writer, [operand(writer, block, image), blocked, withSpare(writer, bias, spare)], filter, pads, strides, dilations))
}
