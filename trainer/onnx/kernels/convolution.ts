/** Convolutions and their gradients, written with ONNX's Conv and ConvTranspose on channels-first data. */
import { IOHW, materialized, NCHW, OIHW, storedAs } from '../layout.js'
import { reverseAxes } from '../reverse.js'
import { convolutionGeometry as geometry, type Shape4 } from '../geometry.js'
import type { GraphBuilder, KernelDefinitions, Layout, Lowered, LoweringContext, TracedNode } from '../ir.js'

/**
 * [N, H, W, C] stored as [C, N, H, W]: for a weight gradient the batch is what is summed over, so it takes the
 * channels' place.
 */
const CNHW: Layout = '3012'

/** y = x ⋆ filter (+ bias). */
function lowerConvolution (context: LoweringContext, node: TracedNode, bias?: string): Lowered {
  const { writer } = context
  const { x, filter } = node.inputs
  const output = node.outputs[0]!
  const { padInfo, filterHeight, filterWidth, strideHeight, strideWidth, dilationHeight, dilationWidth } = geometry(
    x!.shape,
    filter!.shape,
    node.attributes
  )
  const inputs = [materialized(writer, context.lowered(x!), NCHW), materialized(writer, context.lowered(filter!), OIHW)]
  if (bias !== undefined) inputs.push(bias)
  return storedAs(output.shape, output.dtype, NCHW, writer.node('Conv', inputs, {
    kernel_shape: [filterHeight, filterWidth],
    strides: [strideHeight, strideWidth],
    dilations: [dilationHeight, dilationWidth],
    pads: [padInfo.top, padInfo.left, padInfo.bottom, padInfo.right],
  }))
}

/**
 * Gradient of a convolution in its input; also the forward pass of a transposed convolution (+ bias). At stride 1 and
 * up to 3×3 it is a plain convolution with the filter flipped, which ONNX Runtime runs faster than ConvTranspose.
 */
function lowerTransposedConvolution (context: LoweringContext, node: TracedNode, bias?: string): Lowered {
  const { writer } = context
  const { dy, filter } = node.inputs
  const output = node.outputs[0]!
  const {
    padInfo,
    filterHeight: kh,
    filterWidth: kw,
    strideHeight: sh,
    strideWidth: sw,
    outHeight,
    outWidth,
  } = geometry(output.shape, filter!.shape, node.attributes)
  const [, height, width] = output.shape as Shape4
  const dyName = materialized(writer, context.lowered(dy!), NCHW)
  const bias1 = bias === undefined ? [] : [bias]
  const store = (name: string) => storedAs(output.shape, output.dtype, NCHW, name)

  const small = kh <= 3 || dy!.shape[3] === 1
  if (sh === 1 && sw === 1 && small && padInfo.top < kh && padInfo.left < kw) {
    const [top, left] = [kh - 1 - padInfo.top, kw - 1 - padInfo.left]
    const flipped = flip(writer, materialized(writer, context.lowered(filter!), IOHW), kh, kw)
    return store(
      writer.node('Conv', [dyName, flipped, ...bias1], {
        kernel_shape: [kh, kw],
        strides: [1, 1],
        pads: [top, left, height - outHeight + kh - 1 - top, width - outWidth + kw - 1 - left],
      })
    )
  }
  // ConvTranspose gives stride · (n − 1) + k − begin − end + output_padding.
  const surplus = (stride: number, n: number, k: number, begin: number, wanted: number) =>
    stride * (n - 1) + k - begin - wanted
  const bottom = surplus(sh, outHeight, kh, padInfo.top, height)
  const right = surplus(sw, outWidth, kw, padInfo.left, width)
  return store(writer.node('ConvTranspose', [dyName, materialized(writer, context.lowered(filter!), OIHW), ...bias1], {
    kernel_shape: [kh, kw],
    strides: [sh, sw],
    pads: [padInfo.top, padInfo.left, Math.max(bottom, 0), Math.max(right, 0)],
    output_padding: [Math.max(-bottom, 0), Math.max(-right, 0)],
  }))
}

/**
 * Gradient of a convolution in its filter: a convolution over the batch. x as [C, N, H, W] is convolved with dy as [O,
 * N, h, w], dilated by the stride. At stride 1 with fewer output than input channels, the roles swap (and the result is
 * flipped): fewer, larger kernels.
 */
function lowerFilterGradient (context: LoweringContext, node: TracedNode): Lowered {
  const { writer } = context
  const { x, dy } = node.inputs
  const output = node.outputs[0]!
  const { padInfo, strideHeight: sh, strideWidth: sw } = geometry(x!.shape, output.shape, node.attributes)
  const [kh, kw, channelsIn, channelsOut] = output.shape as Shape4
  const [, height, width] = x!.shape as Shape4
  const [, h, w] = dy!.shape as Shape4
  let image = materialized(writer, context.lowered(x!), CNHW)
  const gradient = materialized(writer, context.lowered(dy!), CNHW)

  if (sh === 1 && sw === 1 && channelsOut < channelsIn && padInfo.top < kh && padInfo.left < kw) {
    const [top, left] = [kh - 1 - padInfo.top, kw - 1 - padInfo.left]
    const swapped = writer.node('Conv', [gradient, image], {
      kernel_shape: [height, width],
      strides: [1, 1],
      pads: [top, left, kh - 1 + height - h - top, kw - 1 + width - w - left],
    })
    return storedAs(output.shape, output.dtype, OIHW, flip(writer, swapped, kh, kw))
  }
  // The end pad makes the result exactly kh × kw; where it would be negative, rows the forward pass never saw are cut
  // off.
  const bottom = kh - 1 - (height + padInfo.top - sh * (h - 1) - 1)
  const right = kw - 1 - (width + padInfo.left - sw * (w - 1) - 1)
  if (bottom < 0 || right < 0) {
    image = writer.node('Slice', [
      image,
      writer.integers([0, 0]),
      writer.integers([height + Math.min(bottom, 0), width + Math.min(right, 0)]),
      writer.integers([2, 3]),
    ])
  }
  return storedAs(
    output.shape,
    output.dtype,
    IOHW,
    writer.node('Conv', [image, gradient], {
      kernel_shape: [h, w],
      dilations: [sh, sw],
      strides: [1, 1],
      pads: [padInfo.top, padInfo.left, Math.max(bottom, 0), Math.max(right, 0)],
    })
  )
}

/** Reverses the last two axes. */
const flip = (writer: GraphBuilder, name: string, kh: number, kw: number): string =>
  kh === 1 && kw === 1 ? name : reverseAxes(writer, name, [2, 3])

export const convolutionKernels: KernelDefinitions = {
  Conv2D: {
    infer: ({ x, filter }, attributes) => ({
      shape: geometry(x!.shape, filter!.shape, attributes).outShape,
      dtype: 'float32',
    }),
    lower: lowerConvolution,
  },
  Conv2DBackpropInput: {
    infer: (_, { inputShape }) => ({ shape: inputShape as number[], dtype: 'float32' }),
    lower: lowerTransposedConvolution,
  },
  Conv2DBackpropFilter: {
    infer: (_, { filterShape }) => ({ shape: filterShape as number[], dtype: 'float32' }),
    lower: lowerFilterGradient,
  },
}
