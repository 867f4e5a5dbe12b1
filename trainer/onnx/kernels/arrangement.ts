/** Kernels that give the same elements another shape, order of axes or frame, or repeat them. */
import { util } from '@tensorflow/tfjs-core'
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
import type { KernelDefinition, KernelDefinitions, Layout, Lowered, LoweringContext, TensorType } from '../ir.js'

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

export const arrangementKernels: KernelDefinitions = {
  Reshape: reshape,
  ExpandDims: expandDims,
  Transpose: transpose,
  PadV2: pad,
  Tile: tile,
}
