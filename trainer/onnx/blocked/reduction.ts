/** Sums over blocked images: those that need no other layout. */
import { BLOCKED, blockedChannels, storedAs, type Lowered } from '../layout.js'
import type { LoweringContext } from '../lower.js'
import type { TensorType } from '../trace.js'
import type { Shape4 } from '../kernels/geometry.js'
import { withoutSpare } from './spare.js'

/** Σ over batch, rows and columns (the gradient of a bias), or over everything; undefined for other axes and layouts. */
export function lowerBlockedSum ({ writer, blockSize: block }: LoweringContext, x: Lowered, axes: readonly number[], output: TensorType): Lowered | undefined {
  const name = x.stored.get(BLOCKED)
  if (block === undefined || name === undefined || output.shape.length > 1) return undefined
  const [batch, height, width, channels] = x.shape as Shape4
  const stored = blockedChannels(block, channels)
  if (axes.length === 4 && stored === channels) return storedAs([], output.dtype, '', writer.node('ReduceSum', [name], { keepdims: 0 }))
  if (axes.join() !== '0,1,2') return undefined
  const planes = writer.node('Reshape', [name, writer.integers([batch * stored / block, height * width, block])])
  const sums = writer.node('ReduceSum', [planes, writer.integers([1])], { keepdims: 0 }) // [N · C/B, B]
  const images = writer.node('Reshape', [sums, writer.integers([batch, stored])])
  const total = writer.node('ReduceSum', [images, writer.integers([0])], { keepdims: 0 }) // [⌈C/B⌉ · B]
  return storedAs(output.shape, output.dtype, '0', withoutSpare(writer, total, [stored], [channels]))
}
