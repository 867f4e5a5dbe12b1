/** Pooling and its gradients. */
import { TrainerError } from '../../foundation/errors.js'
import { inLayout, materialized, NCHW, storedAs } from '../layout.js'
import { poolGeometry as geometry, tiles, windowAttributes, type Shape4, type WindowGeometry } from '../geometry.js'
import type { KernelDefinition, KernelDefinitions } from '../ir.js'

const pool = (operator: 'MaxPool' | 'AveragePool'): KernelDefinition => ({
  infer: ({ x }, attributes) => ({ shape: geometry(x!.shape, attributes).outShape, dtype: 'float32' }),
  lower (context, { inputs, attributes, outputs }) {
    const name = context.writer.node(
      operator,
      [materialized(context.writer, context.lowered(inputs.x!), NCHW)],
      windowAttributes(geometry(inputs.x!.shape, attributes))
    )
    return storedAs(outputs[0]!.shape, 'float32', NCHW, name)
  },
})

/** Windows that overlap or reach over the edge have gradients that these lowerings do not cover. */
function requireTiles (kernel: string, window: WindowGeometry): void {
  if (tiles(window)) return
  const { padInfo: { top, left, bottom, right }, filterHeight, filterWidth, strideHeight, strideWidth } = window
  throw new TrainerError(
    'PVAE_KERNEL_NOT_LOWERED',
    `expected pooling windows that tile the image for ${kernel} but found ${filterHeight}×${filterWidth} with ` +
      `stride ${strideHeight}×${strideWidth} and padding ${top},${left},${bottom},${right}`
  )
}

/** The pool's own indices say where each maximum came from; ties go to the first, as in TensorFlow.js. */
const maxPoolGrad: KernelDefinition = {
  infer: ({ input }) => input!,
  lower (context, { kernel, inputs, attributes, outputs }) {
    const { writer } = context
    const geometryOf = geometry(inputs.input!.shape, attributes)
    requireTiles(kernel, geometryOf)
    // The pool itself may have been done in another layout, by an operator that does not tell.
    const indices =
      writer.secondOutput(inLayout(writer, context.lowered(inputs.output!), NCHW), 'MaxPool') ??
      writer.nodeWithOutputs(
        'MaxPool',
        [materialized(writer, context.lowered(inputs.input!), NCHW)],
        2,
        windowAttributes(geometryOf)
      )[1]!
    const [n, h, w, c] = inputs.input!.shape as Shape4
    const { filterHeight, filterWidth, strideHeight, strideWidth } = geometryOf
    const name = writer.node(
      'MaxUnpool',
      [materialized(writer, context.lowered(inputs.dy!), NCHW), indices, writer.integers([n, c, h, w])],
      { kernel_shape: [filterHeight, filterWidth], strides: [strideHeight, strideWidth] }
    )
    return storedAs(outputs[0]!.shape, 'float32', NCHW, name)
  },
}

/** Each pixel of a window gets an equal share. */
const avgPoolGrad: KernelDefinition = {
  infer: ({ input }) => input!,
  lower (context, { kernel, inputs, attributes, outputs }) {
    const { writer } = context
    const [, h, w, channels] = outputs[0]!.shape as Shape4
    const geometryOf = geometry(outputs[0]!.shape, attributes)
    requireTiles(kernel, geometryOf)
    const { filterHeight, filterWidth, strideHeight, strideWidth, outHeight, outWidth } = geometryOf
    const shares = writer.constant(
      new Array<number>(channels * filterHeight * filterWidth).fill(1 / (filterHeight * filterWidth)),
      [channels, 1, filterHeight, filterWidth],
      'float32'
    )
    const name = writer.node('ConvTranspose', [materialized(writer, context.lowered(inputs.dy!), NCHW), shares], {
      group: channels,
      kernel_shape: [filterHeight, filterWidth],
      strides: [strideHeight, strideWidth],
      output_padding: [h - outHeight * strideHeight, w - outWidth * strideWidth],
    })
    return storedAs(outputs[0]!.shape, 'float32', NCHW, name)
  },
}

export const poolingKernels: KernelDefinitions = {
  MaxPool: pool('MaxPool'),
  AvgPool: pool('AveragePool'),
  MaxPoolGrad: maxPoolGrad,
  AvgPoolGrad: avgPoolGrad,
}
