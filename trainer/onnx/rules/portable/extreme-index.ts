import type { GraphBuilder } from '../../ir.js'
import { axesIn, without } from '../../kernels/reduction.js'
import { anyLayout, axesOf, materialized, storedAs } from '../../layout.js'
import { onnxTypes } from '../../writer.js'
import { defineRule } from '../rule.js'

/**
 * ONNX's own operators count in 64 bits, which WebGPU does not have, so that a step would wait for the CPU to convert
 * them. Floats hold every index below 2²⁴.
 */
export const extremeIndexInFloats = defineRule({
  name: 'extreme-index-in-floats',
  equation: 'argmax(x) = min over i of (i where x[i] = max(x), else n): no 64-bit integers',
  kernels: ['ArgMax', 'ArgMin'],
  matches: () => true,
  rewrites (context, { kernel, inputs, attributes, outputs }) {
    const { writer } = context
    const x = context.lowered(inputs.x!)
    const axes = axesIn(attributes, x.shape)
    const layout = anyLayout(x)
    const stored = materialized(writer, x, layout)
    const shape = axesOf(layout).map(axis => x.shape[axis]!)
    const index = firstExtreme(
      writer,
      kernel === 'ArgMax' ? 'ReduceMax' : 'ReduceMin',
      stored,
      shape,
      layout.indexOf(String(axes[0]))
    )
    const name = writer.node('Cast', [index], { to: onnxTypes.int32 })
    return storedAs(outputs[0]!.shape, 'int32', without(layout, axes), name)
  },
})

/** Emits the least index along an axis at which x is extreme. @param position of the axis, in stored order */
function firstExtreme (
  writer: GraphBuilder, operator: 'ReduceMax' | 'ReduceMin', x: string, shape: readonly number[], position: number
): string {
  const size = shape[position]!
  const along = writer.integers([position])
  const extreme = writer.node(operator, [x, along], { keepdims: 1 })
  const indexShape = shape.map((_, axis) => axis === position ? size : 1)
  const indices = writer.constant(Array.from({ length: size }, (_, i) => i), indexShape, 'float32')
  const found = writer.node('Where', [writer.node('Equal', [x, extreme]), indices, writer.scalar(size)])
  return writer.node('ReduceMin', [found, along], { keepdims: 0 })
}
