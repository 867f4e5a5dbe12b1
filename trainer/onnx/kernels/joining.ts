/** Kernels that join tensors along an axis, and that take them apart. */
import { backend_util as backendUtil, util } from '@tensorflow/tfjs-core'
import { anyLayout, materialized, storedAs } from '../layout.js'
import { lowerReshape } from './arrangement.js'
import type { KernelDefinition, KernelDefinitions, Lowered, LoweringContext, TensorType } from '../ir.js'

function lowerJoin (context: LoweringContext, parts: Lowered[], axis: number, output: TensorType): Lowered {
  const { writer } = context
  const layout = anyLayout(parts.find(({ uniform }) => uniform === undefined) ?? parts[0]!)
  const name = writer.node(
    'Concat',
    parts.map(part => materialized(writer, part, layout)),
    { axis: layout.indexOf(String(axis)) }
  )
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

const inserted = (shape: readonly number[], axis: number, size: number): number[] => [
  ...shape.slice(0, axis),
  size,
  ...shape.slice(axis),
]

const pack: KernelDefinition = {
  infer (inputs, { axis }) {
    const parts = Object.values(inputs)
    return { shape: inserted(parts[0]!.shape, axis as number, parts.length), dtype: parts[0]!.dtype }
  },
  lower (context, { inputs, attributes, outputs }) {
    const axis = attributes.axis as number
    const parts = Object.values(inputs).map(part =>
      lowerReshape(context, context.lowered(part), { shape: inserted(part.shape, axis, 1), dtype: part.dtype })
    )
    return lowerJoin(context, parts, axis, outputs[0]!)
  },
}

function lowerSplit (context: LoweringContext, x: Lowered, axis: number, sizes: number[]): Lowered[] {
  const { writer } = context
  const layout = anyLayout(x)
  const names = writer.nodeWithOutputs(
    'Split',
    [materialized(writer, x, layout), writer.integers(sizes)],
    sizes.length,
    { axis: layout.indexOf(String(axis)) }
  )
  return names.map((name, i) =>
    storedAs(
      x.shape.map((size, a) => (a === axis ? sizes[i]! : size)),
      x.dtype,
      layout,
      name
    )
  )
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
    return Array.from({ length: value!.shape[along]! }, () => ({
      shape: value!.shape.filter((_, a) => a !== along),
      dtype: value!.dtype,
    }))
  },
  lower (context, { inputs, attributes, outputs }) {
    const value = context.lowered(inputs.value!)
    const axis =
      (attributes.axis as number) < 0 ? (attributes.axis as number) + value.shape.length : (attributes.axis as number)
    return lowerSplit(
      context,
      value,
      axis,
      outputs.map(() => 1)
    ).map((part, i) => lowerReshape(context, part, outputs[i]!))
  },
}

export const joiningKernels: KernelDefinitions = {
  Concat: concat,
  Pack: pack,
  SplitV: split,
  Unpack: unpack,
}
