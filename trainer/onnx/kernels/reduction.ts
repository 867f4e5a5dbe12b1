/** Kernels that reduce along axes. They work in the layout at hand; only the axes' positions change. */
import { util } from '@tensorflow/tfjs-core'
import { lowerBlockedSum } from '../blocked/reduction.js'
import type { KernelDefinition, KernelDefinitions } from '../definition.js'
import { anyLayout, axesOf, materialized, storedAs, type Layout } from '../layout.js'
import type { Attributes } from '../trace.js'

function axesIn ({ axis, reductionIndices }: Attributes, shape: readonly number[]): number[] {
  return util.parseAxisParam((axis ?? reductionIndices ?? null) as number | number[], [...shape])
}

/** The layout of what is left after removing axes: the remaining ones, renumbered. */
function without (layout: Layout, removed: readonly number[]): Layout {
  const kept = axesOf(layout).filter(axis => !removed.includes(axis))
  const order = [...kept].sort((a, b) => a - b)
  return kept.map(axis => order.indexOf(axis)).join('')
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
      const blocked = operator === 'ReduceSum' ? lowerBlockedSum(context, x, axes, outputs[0]!) : undefined
      if (blocked !== undefined) return blocked
      const layout = anyLayout(x)
      const keepDims = attributes.keepDims === true
      const positions = axes.map(axis => layout.indexOf(String(axis))).sort((a, b) => a - b)
      const name = writer.node(operator, [materialized(writer, x, layout), writer.integers(positions)], { keepdims: Number(keepDims) })
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
      const index = writer.node(operator, [materialized(writer, x, layout)], { axis: layout.indexOf(String(axes[0])), keepdims: 0 })
      return storedAs(outputs[0]!.shape, 'int32', without(layout, axes), writer.node('Cast', [index], { to: 6 }))
    },
  }
}

const softmax: KernelDefinition = {
  infer: ({ logits }) => logits!,
  lower (context, { inputs, attributes, outputs }) {
    const { writer } = context
    const logits = context.lowered(inputs.logits!)
    const layout = anyLayout(logits)
    const name = writer.node('Softmax', [materialized(writer, logits, layout)], { axis: layout.indexOf(String(attributes.dim)) })
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
    const name = writer.node('CumSum', [materialized(writer, x, layout), writer.scalar(layout.indexOf(String(axis)), 'int64')],
      { exclusive: Number(attributes.exclusive), reverse: Number(attributes.reverse) })
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
