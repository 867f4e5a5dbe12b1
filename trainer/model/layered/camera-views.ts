/** What a camera that moves a little shows of the image behind: one view for each place that it may be at. */
import type { ImageShape } from '@partition-vae/models'

/** Views of a background at shifts on a grid, as block means. */
export interface CameraViews {
  /** Shifts in rows and columns: their product is the number of views. */
  readonly counts: readonly [rows: number, columns: number]
  /** Rows and columns of a view. */
  readonly height: number
  readonly width: number
  /** Each view less the mean of all: [views, h · C · w]. */
  readonly views: Float32Array
  /** The mean of all, and the range of them at each element: [h · C · w]. */
  readonly mean: Float32Array
  readonly least: Float32Array
  readonly most: Float32Array
  /** Mean squared distance of views that are next to each other. */
  readonly step: number
}

/** Shifts along one axis at most: the nearer they lie, the more views there are to compare with. */
const MOST_SHIFTS = 15

/** The number of shifts along an axis, evenly spread from −reach to reach. */
function shiftCount (reach: number): number {
  return Math.min(MOST_SHIFTS, 2 * reach + 1)
}

/** Shift number i of `count` from −reach to reach. */
export function shiftAt (i: number, count: number, reach: number): number {
  return count === 1 ? 0 : reach * (2 * i / (count - 1) - 1)
}

/**
 * Computes the views.
 * @param canvas 8 bit [H + 2·reach rows, W + 2·reach columns, C]
 * @param frame at full resolution
 * @param reach in whole pixels of the full resolution
 * @param factor views have 1/factor of its resolution
 */
export function cameraViews (
  canvas: Uint8Array,
  frame: ImageShape,
  reach: readonly [rows: number, columns: number],
  factor: number
): CameraViews {
  const counts = reach.map(shiftCount) as [number, number]
  const count = counts[0] * counts[1]
  const [height, width] = [frame.height / factor, frame.width / factor]
  const size = height * frame.channels * width
  const views = new Float32Array(count * size)
  for (let v = 0; v < count; v++) {
    const shift = [
      shiftAt(Math.floor(v / counts[1]), counts[0], reach[0]),
      shiftAt(v % counts[1], counts[1], reach[1]),
    ] as const
    viewAt(canvas, frame, reach, factor, shift, views.subarray(v * size, (v + 1) * size))
  }
  const mean = new Float32Array(size)
  const [least, most] = [new Float32Array(size).fill(Infinity), new Float32Array(size).fill(-Infinity)]
  for (let i = 0; i < views.length; i++) {
    const [at, value] = [i % size, views[i]!]
    mean[at] = mean[at]! + value / count
    least[at] = Math.min(least[at]!, value)
    most[at] = Math.max(most[at]!, value)
  }
  for (let i = 0; i < views.length; i++) views[i] = views[i]! - mean[i % size]!
  return { counts, height, width, views, mean, least, most, step: meanStep(views, counts, size) }
}

/** Block means of what the camera shows where the background has moved by a shift: [h, C, w] in [0, 1]. */
function viewAt (
  canvas: Uint8Array,
  { height, width, channels }: ImageShape,
  [marginRows, marginColumns]: readonly [number, number],
  factor: number,
  [rows, columns]: readonly [number, number],
  view: Float32Array
): void {
  const [high, wide] = [height + 2 * marginRows, width + 2 * marginColumns]
  const narrow = width / factor
  for (let row = 0; row < height; row++) {
    const y = lineAt(row + marginRows - rows, high)
    for (let column = 0; column < width; column++) {
      const x = lineAt(column + marginColumns - columns, wide)
      for (let c = 0; c < channels; c++) {
        const at = (i: number, j: number) => canvas[(i * wide + j) * channels + c]!
        const value = (at(y.low, x.low) * (1 - x.part) + at(y.low, x.high) * x.part) * (1 - y.part) +
          (at(y.high, x.low) * (1 - x.part) + at(y.high, x.high) * x.part) * y.part
        const to = (Math.floor(row / factor) * channels + c) * narrow + Math.floor(column / factor)
        view[to] = view[to]! + value / (255 * factor * factor)
      }
    }
  }
}

/** The two lines of so many that a place lies between. */
function lineAt (place: number, count: number) {
  const low = Math.min(Math.max(Math.floor(place), 0), count - 1)
  return { low, high: Math.min(low + 1, count - 1), part: Math.min(Math.max(place - low, 0), 1) }
}

function meanStep (views: Float32Array, [rows, columns]: readonly [number, number], size: number): number {
  let [sum, pairs] = [0, 0]
  const add = (a: number, b: number) => {
    for (let i = 0; i < size; i++) sum += (views[a * size + i]! - views[b * size + i]!) ** 2
    pairs++
  }
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if (column + 1 < columns) add(row * columns + column, row * columns + column + 1)
      if (row + 1 < rows) add(row * columns + column, (row + 1) * columns + column)
    }
  }
  return pairs === 0 ? 0 : sum / pairs
}
