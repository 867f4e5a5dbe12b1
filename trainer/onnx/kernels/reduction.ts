/** Kernels that reduce along axes. They work in the layout at hand; only the axes' positions change. */
import { util } from '@tensorflow/tfjs-core'
import { anyLayout, axesOf, materialized, storedAs } from '../layout.js'
import { onnxTypes } from '../writer.js'
import type { Attributes, KernelDefinition, KernelDefinitions, Layout } from '../ir.js'

/** Gives the axes that a reduction is over. */
export function axesIn ({ axis, reductionIndices }: Attributes, shape: readonly number[]): number[] {
  return util.parseAxisParam((axis ?? reductionIndices ?? null) as number | number[], [...shape])
}

/** Gives the layout of what is left after removing axes: the remaining ones, renumbered. */
export function without (layout: Layout, removed: readonly number[]): Layout {
  const kept = axesOf(layout).filter(axis => !removed.includes(axis))
  const order = [...kept].sort((a, b) => a - b)
  return kept.map(axis => order.indexOf(axis)).join('')
}

/** Gives the axes to be reduced before the others, of several reduced ones in stored order; none where it is no use. */
function firstAxes (positions: readonly number[], rank: number): readonly number[] {
  if (positions.length === rank) return positions.slice(1)
  return positions.every((position, i) => position === i) ? positions.slice(0, -1) : []
}

function reduction (operator: string): KernelDefinition {
  return {
    infer ({ x }, attributes) {
      const axes = axesIn(attributes, x!.shape)
      const shape = attributes.keepDims === true
        ? x!.shape.map((size, axis) => axes.includes(axis) ? 1 : size)
        : x!.shape.filter((_, axis) => !axes.includes(axis))
      return { shape, dtype: x!.dtype }
    },
    lower (context, { inputs, attributes, outputs }) {
      const { writer } = context
      const x = context.lowered(inputs.x!)
      const axes = axesIn(attributes, x.shape)
      if (axes.length === 0) return x
      const layout = anyLayout(x)
      const keepDims = attributes.keepDims === true
      const positions = axes.map(axis => layout.indexOf(String(axis))).sort((a, b) => a - b)
      const stored = materialized(writer, x, layout)
      // ONNX Runtime adds the elements up one after another, which loses a digit or two where there are many, and is
      // slow where a few columns are left. Of everything, those of each image first; of columns, all but the last axis.
      const first = ['ReduceSum', 'ReduceMean'].includes(operator) && positions.length > 1
        ? firstAxes(positions, x.shape.length)
        : []
      const parts = first.length > 0
        ? writer.node(operator, [stored, writer.integers(first)], { keepdims: 1 })
        : stored
      const name = writer.node(operator, [parts, writer.integers(positions)], { keepdims: Number(keepDims) })
      return storedAs(outputs[0]!.shape, outputs[0]!.dtype, keepDims ? layout : without(layout, axes), name)
    },
  }
}

/** The index of the extreme along one axis; the first of equals. */
function extremeIndex (operator: 'ArgMax' | 'ArgMin'): KernelDefinition {
  return {
    infer: ({ x }, attributes) => {
      const [axis] = axesIn(attributes, x!.shape)
      return { shape: x!.shape.filter((_, i) => i !== axis), dtype: 'int32' }
    },
    lower (context, { inputs, attributes, outputs }) {
      const { writer } = context
      const x = context.lowered(inputs.x!)
      const axes = axesIn(attributes, x.shape)
      const layout = anyLayout(x)
      const position = layout.indexOf(String(axes[0]))
      const stored = materialized(writer, x, layout)
      const index = writer.node(operator, [stored], { axis: position, keepdims: 0 })
      return storedAs(
        outputs[0]!.shape,
        'int32',
        without(layout, axes),
        writer.node('Cast', [index], { to: onnxTypes.int32 })
      )
    },
  }
}

const softmax: KernelDefinition = {
  infer: ({ logits }) => logits!,
  lower (context, { inputs, attributes, outputs }) {
    const { writer } = context
    const logits = context.lowered(inputs.logits!)
    const layout = anyLayout(logits)
    const name = writer.node('Softmax', [materialized(writer, logits, layout)], {
      axis: layout.indexOf(String(attributes.dim)),
    })
    return storedAs(outputs[0]!.shape, 'float32', layout, name)
  },
}

const cumulativeSum: KernelDefinition = {
  infer: ({ x }) => x!,
  lower (context, { inputs, attributes, outputs }) {
    const { writer } = context
    const x = context.lowered(inputs.x!)
    const layout = anyLayout(x)
    const [axis] = axesIn(attributes, x.shape)
    const name = writer.node(
      'CumSum',
      [materialized(writer, x, layout), writer.scalar(layout.indexOf(String(axis)), 'int64')],
      { exclusive: Number(attributes.exclusive), reverse: Number(attributes.reverse) }
    )
    return storedAs(outputs[0]!.shape, outputs[0]!.dtype, layout, name)
  },
}

export const reductionKernels: KernelDefinitions = {
  Sum: reduction('ReduceSum'),
  Mean: reduction('ReduceMean'),
  Max: reduction('ReduceMax'),
  Min: reduction('ReduceMin'),
  Prod: reduction('ReduceProd'),
  ArgMax: extremeIndex('ArgMax'),
  ArgMin: extremeIndex('ArgMin'),
  Softmax: softmax,
  Cumsum: cumulativeSum,
}
