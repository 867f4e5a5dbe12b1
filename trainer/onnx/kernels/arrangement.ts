/** Kernels that give the same elements another shape, order or frame. */
import { slice_util as sliceUtil, util } from '@tensorflow/tfjs-core'
import {
  anyLayout,
  axesOf,
  canonical,
  inLayout,
  materialized,
  sameShape,
  sizeOf,
  storedAs,
  unblocked,
  uniformOf,
} from '../layout.js'
import type {
  KernelDefinition,
  KernelDefinitions,
  Layout,
  Lowered,
  LoweringContext,
  TensorType,
  TracedTensor,
} from '../ir.js'

/** Per-axis values in stored order. */
const ordered = <T>(layout: Layout, byAxis: readonly T[]): T[] => axesOf(layout).map(axis => byAxis[axis]!)

/** The same elements in another shape; what is not stored yet stays so. */
export function lowerReshape ({ writer }: LoweringContext, x: Lowered, { shape, dtype }: TensorType): Lowered {
  if (sameShape(x.shape, shape)) return x
  if (x.uniform !== undefined) return uniformOf(shape, dtype, x.uniform)
  const layout = canonical(shape.length)
  if (sizeOf(x.extent) === 1) { // one stored element, whatever the logical size
    const ones = shape.map(() => 1)
    return storedAs(shape, dtype, layout, writer.node('Reshape', [inLayout(writer, x), writer.integers(ones)]), ones)
  }
  return storedAs(shape, dtype, layout, writer.node('Reshape', [materialized(writer, x), writer.integers(shape)]))
}

const reshape: KernelDefinition = {
  infer: ({ x }, { shape }) => ({
    shape: util.inferFromImplicitShape(shape as number[], sizeOf(x!.shape)),
    dtype: x!.dtype,
  }),
  lower: (context, { inputs, outputs }) => lowerReshape(context, context.lowered(inputs.x!), outputs[0]!),
}

const expandDims: KernelDefinition = {
  infer ({ input }, { dim }) {
    const shape = [...input!.shape]
    shape.splice((dim as number) < 0 ? (dim as number) + shape.length + 1 : dim as number, 0, 1)
    return { shape, dtype: input!.dtype }
  },
  lower: (context, { inputs, outputs }) => lowerReshape(context, context.lowered(inputs.input!), outputs[0]!),
}

/** Only the axes' names change; data moves where a later kernel insists on an order. */
const transpose: KernelDefinition = {
  infer: ({ x }, { perm }) => ({ shape: (perm as number[]).map(axis => x!.shape[axis]!), dtype: x!.dtype }),
  lower (context, { inputs, attributes, outputs }) {
    const x = unblocked(context.writer, context.lowered(inputs.x!))
    const perm = attributes.perm as number[]
    const renamed = [...x.stored].map(
      ([layout, name]) =>
        [
          axesOf(layout)
            .map(axis => perm.indexOf(axis))
            .join(''),
          name,
        ] as const
    )
    const { shape, dtype } = outputs[0]!
    return {
      shape,
      dtype,
      extent: perm.map(axis => x.extent[axis]!),
      stored: new Map(renamed),
      ...(x.uniform === undefined ? {} : { uniform: x.uniform }),
    }
  },
}

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

const pad: KernelDefinition = {
  infer: ({ x }, { paddings }) => ({
    shape: x!.shape.map(
      (size, axis) => size + (paddings as number[][])[axis]![0]! + (paddings as number[][])[axis]![1]!
    ),
    dtype: x!.dtype,
  }),
  lower (context, { inputs, attributes, outputs }) {
    const { writer } = context
    const x = context.lowered(inputs.x!)
    const layout = anyLayout(x)
    const paddings = ordered(layout, attributes.paddings as Array<[number, number]>)
    const name = writer.node('Pad', [
      materialized(writer, x, layout),
      writer.integers([...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)]),
      writer.scalar(attributes.constantValue as number, outputs[0]!.dtype),
    ])
    return storedAs(outputs[0]!.shape, outputs[0]!.dtype, layout, name)
  },
}

const tile: KernelDefinition = {
  infer: ({ x }, { reps }) => ({
    shape: x!.shape.map((size, axis) => size * (reps as number[])[axis]!),
    dtype: x!.dtype,
  }),
  lower (context, { inputs, attributes, outputs }) {
    const { writer } = context
    const x = context.lowered(inputs.x!)
    const layout = anyLayout(x)
    const name = writer.node('Tile', [
      materialized(writer, x, layout),
      writer.integers(ordered(layout, attributes.reps as number[])),
    ])
    return storedAs(outputs[0]!.shape, outputs[0]!.dtype, layout, name)
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

export const arrangementKernels: KernelDefinitions = {
  Reshape: reshape,
  ExpandDims: expandDims,
  Transpose: transpose,
  Slice: slice,
  StridedSlice: stridedSlice,
  PadV2: pad,
  Tile: tile,
  Reverse: reverse,
}
