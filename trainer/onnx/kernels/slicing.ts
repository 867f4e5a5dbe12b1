/** Kernels that cut out some of the elements, or reverse their order. */
import { slice_util as sliceUtil, util } from '@tensorflow/tfjs-core'
import { anyLayout, materialized, storedAs } from '../layout.js'
import { lowerReshape } from './arrangement.js'
import type { KernelDefinition, KernelDefinitions, Lowered, LoweringContext, TensorType, TracedTensor } from '../ir.js'

function lowerSlice (
  context: LoweringContext,
  input: TracedTensor,
  output: TensorType,
  begin: readonly number[],
  strides: readonly number[]
): Lowered {
  const { writer } = context
  const x = context.lowered(input)
  const layout = anyLayout(x)
  // A start before the first element, for a negative stride's exclusive end.
  const end = begin.map((first, axis) => {
    const last = first + output.shape[axis]! * strides[axis]!
    return last < 0 ? Number.MIN_SAFE_INTEGER : last
  })
  // Axes that stay whole are not named: their sizes may be those of the batch.
  const cut = begin
    .map((_, axis) => axis)
    .filter(axis => strides[axis] !== 1 || begin[axis] !== 0 || output.shape[axis] !== x.shape[axis])
  if (cut.length === 0) return x
  const [starts, ends, steps] = [begin, end, strides].map(byAxis => writer.integers(cut.map(axis => byAxis[axis]!)))
  const positions = writer.integers(cut.map(axis => layout.indexOf(String(axis))))
  const name = writer.node('Slice', [materialized(writer, x, layout), starts!, ends!, positions, steps!])
  return storedAs(output.shape, output.dtype, layout, name)
}

const slice: KernelDefinition = {
  infer: ({ x }, { begin, size }) => ({
    shape: sliceUtil.parseSliceParams(x as never, begin as number[], size as number[])[1]!,
    dtype: x!.dtype,
  }),
  lower (context, { inputs, attributes, outputs }) {
    const [begin] = sliceUtil.parseSliceParams(
      inputs.x as never,
      attributes.begin as number[],
      attributes.size as number[]
    )
    return lowerSlice(
      context,
      inputs.x!,
      outputs[0]!,
      begin!,
      begin!.map(() => 1)
    )
  },
}

function stridedSliceInfo (x: TracedTensor, a: Readonly<Record<string, unknown>>) {
  return sliceUtil.sliceInfo(
    [...x.shape],
    a.begin as number[],
    a.end as number[],
    a.strides as number[],
    a.beginMask as number,
    a.endMask as number,
    a.ellipsisMask as number,
    a.newAxisMask as number,
    a.shrinkAxisMask as number
  )
}

const stridedSlice: KernelDefinition = {
  infer: ({ x }, attributes) => ({ shape: stridedSliceInfo(x!, attributes).finalShape, dtype: x!.dtype }),
  lower (context, { inputs, attributes, outputs }) {
    const { begin, end, strides } = stridedSliceInfo(inputs.x!, attributes)
    const { shape, dtype } = outputs[0]!
    // With the axes that the masks remove, and without those they add.
    const dense = begin.map((first, axis) => Math.max(0, Math.ceil((end[axis]! - first) / strides[axis]!)))
    return lowerReshape(context, lowerSlice(context, inputs.x!, { shape: dense, dtype }, begin, strides), {
      shape,
      dtype,
    })
  },
}

const reverse: KernelDefinition = {
  infer: ({ x }) => x!,
  lower (context, { inputs, attributes, outputs }) {
    const { shape } = inputs.x!
    const axes = util.parseAxisParam(attributes.dims as number[], [...shape])
    const strides = shape.map((_, axis) => axes.includes(axis) ? -1 : 1)
    return lowerSlice(
      context,
      inputs.x!,
      outputs[0]!,
      shape.map((size, axis) => (strides[axis] === -1 ? size - 1 : 0)),
      strides
    )
  },
}

export const slicingKernels: KernelDefinitions = {
  Slice: slice,
  StridedSlice: stridedSlice,
  Reverse: reverse,
}
