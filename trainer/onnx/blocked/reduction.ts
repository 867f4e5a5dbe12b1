/** Sums over blocked images: those that need no other layout. */
import { BLOCKED, storedAs, type Lowered } from '../layout.js'
import type { LoweringContext } from '../lower.js'
import type { TensorType } from '../trace.js'
import type { Shape4 } from '../kernels/geometry.js'

/** Σ over batch, rows and columns (the gradient of a bias), or over everything; undefined for other axes and layouts. */
export function lowerBlockedSum ({ writer, blockSize: block }: LoweringContext, x: Lowered, axes: readonly number[], output: TensorType): Lowered | undefined {
  const name = x.stored.get(BLOCKED)
  if (block === undefined || name === undefined || output.shape.length > 1) return undefined
  if (axes.length === 4) return storedAs([], output.dtype, '', writer.node('ReduceSum', [name], { keepdims: 0 }))
  if (axes.join() !== '0,1,2') return undefined
  const [batch, height, width, channels] = x.shape as Shape4
  const planes = writer.node('Reshape', [name, writer.integers([batch * channels / block, height * width, block])])
  const sums = writer.node('ReduceSum', [planes, writer.integers([1])], { keepdims: 0 }) // [N · C/B, B]
  const images = writer.node('Reshape', [sums, writer.integers([batch, channels])])
  return storedAs(output.shape, output.dtype, '0', writer.node('ReduceSum', [images, writer.integers([0])], { keepdims: 0 })) // [C]
}
