import type { GraphBuilder } from '../ir.js'

/**
 * Moves the axes of a stored tensor: `rearrange(writer, x, { n: 8, hw: 9, c: 4 }, 'n c hw', [8, 4, 3, 3])`. Axes that
 * stay together move as one, which is what ONNX Runtime's transposition is fast at.
 * @param axes names and sizes in stored order
 * @param order the same names in the wanted order
 * @param shape of the result
 */
export function rearrange (
  writer: GraphBuilder,
  name: string,
  axes: Readonly<Record<string, number>>,
  order: string,
  shape: readonly number[]
): string {
  const before = Object.keys(axes).filter(axis => axes[axis] !== 1)
  const after = order.split(' ').filter(axis => axes[axis] !== 1)
  const groups: string[][] = [] // in the new order
  for (const axis of after) {
    const last = groups.at(-1)?.at(-1)
    if (last !== undefined && before.indexOf(axis) === before.indexOf(last) + 1) groups.at(-1)!.push(axis)
    else groups.push([axis])
  }
  if (groups.length <= 1) return writer.node('Reshape', [name, writer.integers(shape)])
  const stored = [...groups].sort(([a], [b]) => before.indexOf(a!) - before.indexOf(b!))
  const sizes = stored.map(group => group.reduce((product, axis) => product * axes[axis]!, 1))
  const transposed = writer.node('Transpose', [writer.node('Reshape', [name, writer.integers(sizes)])], {
    perm: groups.map(group => stored.indexOf(group)),
  })
  return writer.node('Reshape', [transposed, writer.integers(shape)])
}
