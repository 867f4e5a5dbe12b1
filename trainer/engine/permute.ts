import type { NamedArray } from '../foundation/training-state.js'

/** A copy with its axes in another order: axis i of the result is axis order[i] of the source. */
export function permute ({ shape, values }: NamedArray, order: readonly number[]): NamedArray {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1))
  const newShape = order.map(axis => shape[axis]!)
  const newStrides = order.map(axis => strides[axis]!)
  const result = new Float32Array(values.length)
  // The last axis is gone along in a loop of its own.
  const last = order.length - 1
  const [length, stride] = [newShape[last]!, newStrides[last]!]
  const index = new Array<number>(last).fill(0)
  let source = 0
  for (let target = 0; target < result.length; target += length) {
    for (let i = 0, from = source; i < length; i++, from += stride) result[target + i] = values[from]!
    for (let axis = last - 1; axis >= 0; axis--) {
      source += newStrides[axis]!
      if (++index[axis]! < newShape[axis]!) break
      source -= newStrides[axis]! * newShape[axis]!
      index[axis] = 0
    }
  }
  return { shape: newShape, values: result }
}
