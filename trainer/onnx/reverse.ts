import type { GraphBuilder } from './ir.js'

/** Reverses two axes of a stored tensor, those of a filter's rows and columns. */
export function reverseAxes (writer: GraphBuilder, name: string, axes: readonly [number, number]): string {
  const first = Number.MIN_SAFE_INTEGER // before the first element, whatever the size
  return writer.node('Slice', [
    name,
    writer.integers([-1, -1]),
    writer.integers([first, first]),
    writer.integers(axes),
    writer.integers([-1, -1]),
  ])
}
