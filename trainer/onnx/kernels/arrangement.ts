/** Kernels that move elements without computing: shapes, orders, parts, joins and look-ups. */
import { backend_util as backendUtil, slice_util as sliceUtil, util } from '@tensorflow/tfjs-core'
import { TrainerError } from '../../errors.js'
import type { KernelDefinition, KernelDefinitions } from '../definition.js'
import { anyLayout, axesOf, canonical, inLayout, materialized, sameShape, sizeOf, storedAs, uniformOf, type Layout, type Lowered } from '../layout.js'
import type { LoweringContext } from '../lower.js'
import type { ElementType, TensorType, TracedTensor } from '../trace.js'
import { onnxTypes } from '../writer.js'

/** Per-axis values in stored order. */
const ordered = <T>(layout: Layout, byAxis: readonly T[]): T[] => axesOf(layout).map(axis => byAxis[axis]!)
const positionIn = (layout: Layout, axis: number): number => layout.indexOf(String(axis))

function lowerReshape ({ writer }: LoweringContext, x: Lowered, { shape, dtype }: TensorType): Lowered {
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
  infer: ({ x }, { shape }) => ({ shape: util.inferFromImplicitShape(shape as number[], sizeOf(x!.shape)), dtype: x!.dtype }),
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
    const x = context.lowered(inputs.x!)
    const perm = attributes.perm as number[]
    const renamed = [...x.stored].map(([layout, name]) => [axesOf(layout).map(axis => perm.indexOf(axis)).join(''), name] as const)
    const { shape, dtype } = outputs[0]!
    return { shape, dtype, extent: perm.map(axis => x.extent[axis]!), stored: new Map(renamed), ...(x.uniform === undefined ? {} : { uniform: x.uniform }) }
  },
}

function lowerSlice (context: LoweringContext, input: TracedTensor, output: TensorType, begin: readonly number[], strides: readonly number[]): Lowered {
  const { writer } = context
  const x = context.lowered(input)
  const layout = anyLayout(x)
  // A start before the first element, for a negative stride's exclusive end.
  const end = begin.map((first, axis) => {
    const last = first + output.shape[axis]! * strides[axis]!
    return last < 0 ? Number.MIN_SAFE_INTEGER : last
  })
  const name = writer.node('Slice', [materialized(writer, x, layout), ...[begin, end, begin.map((_, axis) => axis), strides].map((values, i) =>
    writer.integers(i === 2 ? values : ordered(layout, values)))])
  return storedAs(output.shape, output.dtype, layout, name)
}

const slice: KernelDefinition = {
  infer: ({ x }, { begin, size }) => ({ shape: sliceUtil.parseSliceParams(x as never, begin as number[], size as number[])[1]!, dtype: x!.dtype }),
  lower (context, { inputs, attributes, outputs }) {
    const [begin] = sliceUtil.parseSliceParams(inputs.x as never, attributes.begin as number[], attributes.size as number[])
    return lowerSlice(context, inputs.x!, outputs[0]!, begin!, begin!.map(() => 1))
  },
}

function stridedSliceInfo (x: TracedTensor, a: Readonly<Record<string, unknown>>) {
  return sliceUtil.sliceInfo([...x.shape], a.begin as number[], a.end as number[], a.strides as number[],
    a.beginMask as number, a.endMask as number, a.ellipsisMask as number, a.newAxisMask as number, a.shrinkAxisMask as number)
}

const stridedSlice: KernelDefinition = {
  infer: ({ x }, attributes) => ({ shape: stridedSliceInfo(x!, attributes).finalShape, dtype: x!.dtype }),
  lower (context, { inputs, attributes, outputs }) {
    const { begin, end, strides } = stridedSliceInfo(inputs.x!, attributes)
    const { shape, dtype } = outputs[0]!
    // With the axes that the masks remove, and without those they add.
    const dense = begin.map((first, axis) => Math.max(0, Math.ceil((end[axis]! - first) / strides[axis]!)))
    return lowerReshape(context, lowerSlice(context, inputs.x!, { shape: dense, dtype }, begin, strides), { shape, dtype })
  },
}

const pad: KernelDefinition = {
  infer: ({ x }, { paddings }) => ({ shape: x!.shape.map((size, axis) => size + (paddings as number[][])[axis]![0]! + (paddings as number[][])[axis]![1]!), dtype: x!.dtype }),
  lower (context, { inputs, attributes, outputs }) {
    const { writer } = context
    const x = context.lowered(inputs.x!)
    const layout = anyLayout(x)
    const paddings = ordered(layout, attributes.paddings as Array<[number, number]>)
    const name = writer.node('Pad', [materialized(writer, x, layout), writer.integers([...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)]),
      writer.scalar(attributes.constantValue as number, outputs[0]!.dtype)])
    return storedAs(outputs[0]!.shape, outputs[0]!.dtype, layout, name)
  },
}

const tile: KernelDefinition = {
  infer: ({ x }, { reps }) => ({ shape: x!.shape.map((size, axis) => size * (reps as number[])[axis]!), dtype: x!.dtype }),
  lower (context, { inputs, attributes, outputs }) {
    const { writer } = context
    const x = context.lowered(inputs.x!)
    const layout = anyLayout(x)
    const name = writer.node('Tile', [materialized(writer, x, layout), writer.integers(ordered(layout, attributes.reps as number[]))])
    return storedAs(outputs[0]!.shape, outputs[0]!.dtype, layout, name)
  },
}

const reverse: KernelDefinition = {
  infer: ({ x }) => x!,
  lower (context, { inputs, attributes, outputs }) {
    const { shape } = inputs.x!
    const axes = util.parseAxisParam(attributes.dims as number[], [...shape])
    const strides = shape.map((_, axis) => axes.includes(axis) ? -1 : 1)
    return lowerSlice(context, inputs.x!, outputs[0]!, shape.map((size, axis) => strides[axis] === -1 ? size - 1 : 0), strides)
  },
}

function lowerJoin (context: LoweringContext, parts: Lowered[], axis: number, output: TensorType): Lowered {
  const { writer } = context
  const layout = anyLayout(parts.find(({ uniform }) => uniform === undefined) ?? parts[0]!)
  const name = writer.node('Concat', parts.map(part => materialized(writer, part, layout)), { axis: positionIn(layout, axis) })
  return storedAs(output.shape, output.dtype, layout, name)
}

const concat: KernelDefinition = {
  infer (inputs, { axis }) {
    const parts = Object.values(inputs)
    const [along] = util.parseAxisParam(axis as number, [...parts[0]!.shape])
    return { shape: backendUtil.computeOutShape(parts.map(({ shape }) => [...shape]), along!), dtype: parts[0]!.dtype }
  },
  lower (context, { inputs, attributes, outputs }) {
    const [axis] = util.parseAxisParam(attributes.axis as number, [...outputs[0]!.shape])
    return lowerJoin(context, Object.values(inputs).map(part => context.lowered(part)), axis!, outputs[0]!)
  },
}

const inserted = (shape: readonly number[], axis: number, size: number): number[] => [...shape.slice(0, axis), size, ...shape.slice(axis)]

const pack: KernelDefinition = {
  infer (inputs, { axis }) {
    const parts = Object.values(inputs)
    return { shape: inserted(parts[0]!.shape, axis as number, parts.length), dtype: parts[0]!.dtype }
  },
  lower (context, { inputs, attributes, outputs }) {
    const axis = attributes.axis as number
    const parts = Object.values(inputs).map(part => lowerReshape(context, context.lowered(part), { shape: inserted(part.shape, axis, 1), dtype: part.dtype }))
    return lowerJoin(context, parts, axis, outputs[0]!)
  },
}

function lowerSplit (context: LoweringContext, x: Lowered, axis: number, sizes: number[]): Lowered[] {
  const { writer } = context
  const layout = anyLayout(x)
  const names = writer.nodeWithOutputs('Split', [materialized(writer, x, layout), writer.integers(sizes)], sizes.length, { axis: positionIn(layout, axis) })
  return names.map((name, i) => storedAs(x.shape.map((size, a) => a === axis ? sizes[i]! : size), x.dtype, layout, name))
}

const split: KernelDefinition = {
  infer ({ x }, { numOrSizeSplits, axis }) {
    const [along] = util.parseAxisParam(axis as number, [...x!.shape])
    return backendUtil.prepareSplitSize(x as never, numOrSizeSplits as number[], along!)
      .map(size => ({ shape: x!.shape.map((full, a) => a === along ? size : full), dtype: x!.dtype }))
  },
  lower (context, { inputs, attributes, outputs }) {
    const [axis] = util.parseAxisParam(attributes.axis as number, [...inputs.x!.shape])
    return lowerSplit(context, context.lowered(inputs.x!), axis!, outputs.map(({ shape }) => shape[axis!]!))
  },
}

const unpack: KernelDefinition = {
  infer ({ value }, { axis }) {
    const along = (axis as number) < 0 ? (axis as number) + value!.shape.length : axis as number
    return Array.from({ length: value!.shape[along]! }, () => ({ shape: value!.shape.filter((_, a) => a !== along), dtype: value!.dtype }))
  },
  lower (context, { inputs, attributes, outputs }) {
    const value = context.lowered(inputs.value!)
    const axis = (attributes.axis as number) < 0 ? (attributes.axis as number) + value.shape.length : attributes.axis as number
    return lowerSplit(context, value, axis, outputs.map(() => 1)).map((part, i) => lowerReshape(context, part, outputs[i]!))
  },
}

const gather: KernelDefinition = {
  infer ({ x, indices }, { axis, batchDims }) {
    if (batchDims !== 0) throw new TrainerError('PVAE_KERNEL_NOT_LOWERED', `expected batchDims 0 for GatherV2 but found ${String(batchDims)}`)
    const [along] = util.parseAxisParam(axis as number, [...x!.shape])
    return { shape: [...x!.shape.slice(0, along!), ...indices!.shape, ...x!.shape.slice(along! + 1)], dtype: x!.dtype }
  },
  lower (context, { inputs, attributes, outputs }) {
    const { writer } = context
    const [axis] = util.parseAxisParam(attributes.axis as number, [...inputs.x!.shape])
    const name = writer.node('Gather', [inputs.x!, inputs.indices!].map(input => materialized(writer, context.lowered(input))), { axis: axis! })
    return storedAs(outputs[0]!.shape, outputs[0]!.dtype, canonical(outputs[0]!.shape.length), name)
  },
}

/** Adds rows of x into numSegments rows by their ids: the gradient of a gather. */
const unsortedSegmentSum: KernelDefinition = {
  infer: ({ x, segmentIds }, { numSegments }) => ({ shape: [numSegments as number, ...x!.shape.slice(segmentIds!.shape.length)], dtype: x!.dtype }),
  lower (context, { inputs, outputs }) {
    const { writer } = context
    const { shape, dtype } = outputs[0]!
    const ids = context.lowered(inputs.segmentIds!)
    const zeros = writer.node('Expand', [writer.scalar(0, dtype), writer.integers(shape)])
    const index = writer.node('Cast', [writer.node('Reshape', [materialized(writer, ids), writer.integers([...ids.shape, 1])])], { to: onnxTypes.int64 })
    const name = writer.node('ScatterND', [zeros, index, materialized(writer, context.lowered(inputs.x!))], { reduction: 'add' })
    return storedAs(shape, dtype, canonical(shape.length), name)
  },
}

const oneHot: KernelDefinition = {
  infer: ({ indices }, { depth, dtype }) => ({ shape: [...indices!.shape, depth as number], dtype: dtype as ElementType }),
  lower (context, { inputs, attributes, outputs }) {
    const { writer } = context
    const { shape, dtype } = outputs[0]!
    const index = writer.node('Cast', [materialized(writer, context.lowered(inputs.indices!))], { to: onnxTypes.int64 }) // the one index type ONNX Runtime takes here
    const values = writer.constant([attributes.offValue as number, attributes.onValue as number], [2], dtype)
    const name = writer.node('OneHot', [index, writer.scalar(attributes.depth as number, 'int64'), values], { axis: -1 })
    return storedAs(shape, dtype, canonical(shape.length), name)
  },
}

const range: KernelDefinition = {
  infer: (_, { start, stop, step, dtype }) => ({ shape: [Math.max(0, Math.ceil(((stop as number) - (start as number)) / (step as number)))], dtype: dtype as ElementType }),
  lower ({ writer }, { attributes, outputs }) {
    const { shape, dtype } = outputs[0]!
    const values = Array.from({ length: shape[0]! }, (_, i) => (attributes.start as number) + i * (attributes.step as number))
    return storedAs(shape, dtype, '0', writer.constant(values, shape, dtype))
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
  Concat: concat,
  Pack: pack,
  SplitV: split,
  Unpack: unpack,
  GatherV2: gather,
  UnsortedSegmentSum: unsortedSegmentSum,
  OneHot: oneHot,
  Range: range,
}
