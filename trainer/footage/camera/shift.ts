/**
 * By how much a frame is shifted against a picture of what stands still: where it fits best in whole pixels, then by
 * least squares (Lucas and Kanade 1981) in fractions. What moves before it hardly counts, nor does light.
 */
import { medianOf, quantile } from '../quantiles.js'
import { lightOf } from '../scene.js'

/** How far what stands still has moved, in pixels: positive is down and to the right. */
export type Shift = readonly [rows: number, columns: number]

/** 8 bit [H, W]. */
export interface GreyImage {
  readonly height: number
  readonly width: number
  readonly values: Uint8Array
}

/** A picture that frames are compared with, and where in it shifts can be told. */
export interface Reference extends GreyImage {
  /** Rows and columns of pixels that differ from their neighbours. */
  readonly rows: Int32Array
  readonly columns: Int32Array
  /** By how much, down and to the right: 8-bit range. */
  readonly down: Float32Array
  readonly right: Float32Array
  /** Which of the image's tiles each is in. */
  readonly tiles: Uint8Array
  /** Whether shifts of rows and of columns can be told: stripes tell one of them only. */
  readonly tells: readonly [rows: boolean, columns: boolean]
}

/** The image is seen in so many tiles a side, which tell shifts alike, however strong their edges. */
export const TILES = 8
const POINTS_PER_TILE = 10
/** Least difference of a pixel's neighbours (8-bit range) that tells a shift. */
const LEAST_EDGE = 3
/** Edges along an axis in fewer tiles than this may be those of things. */
const LEAST_TILES = 5
/** Differences beyond this (8-bit range) are of something else, and no worse than it. */
const LARGEST_DIFFERENCE = 30
/** What a pixel of a shift's change has to gain to be believed (8-bit range): where nothing tells, there is none. */
const COST_OF_SHIFT = 0.1
/** So many of the places that tell shifts have to stay within the frame. */
const LEAST_INSIDE = 0.6
/** Frames follow one another: so near to the last shift (whole pixels) the next is looked for first. */
const NEAR = 2
/** It is found there if the frame differs by no more than this factor of what is usual. */
const USUAL = 1.2
const REMEMBERED = 31
/** So many of the best whole shifts are looked at in fractions. */
const CANDIDATES = 6
const MOST_STEPS = 12
const LARGEST_STEP = 0.5
/** Smaller steps end the search. */
const LEAST_STEP = 0.005

/** Prepares a picture for comparisons. */
export function createReference ({ height, width, values }: GreyImage): Reference {
  const at = (row: number, column: number) => values[row * width + column]!
  const inTile: Array<Array<{ row: number, column: number, down: number, right: number }>> =
    Array.from({ length: TILES * TILES }, () => [])
  for (let row = 1; row < height - 1; row++) {
    for (let column = 1; column < width - 1; column++) {
      const down = (at(row + 1, column) - at(row - 1, column)) / 2
      const right = (at(row, column + 1) - at(row, column - 1)) / 2
      if (Math.hypot(down, right) < LEAST_EDGE) continue
      const tile = Math.floor(row * TILES / height) * TILES + Math.floor(column * TILES / width)
      inTile[tile]!.push({ row, column, down, right })
    }
  }
  // Those of rows and those of columns: an edge that is strong along one axis says nothing of the other.
  const points = inTile.flatMap((all, tile) => {
    const half = (axis: 'down' | 'right') => [...all]
      .sort((a, b) => Math.abs(b[axis]) - Math.abs(a[axis]))
      .slice(0, POINTS_PER_TILE / 2)
    return [...new Set([...half('down'), ...half('right')])].map(point => ({ ...point, tile }))
  })
  // Whichever come first should tell as much as all.
  points.sort((a, b) => hashOf(a) - hashOf(b))
  const tells = (axis: 'down' | 'right') =>
    new Set(points.filter(point => Math.abs(point[axis]) >= LEAST_EDGE).map(({ tile }) => tile)).size >= LEAST_TILES
  return {
    height,
    width,
    values,
    tells: [tells('down'), tells('right')],
    rows: Int32Array.from(points, ({ row }) => row),
    columns: Int32Array.from(points, ({ column }) => column),
    down: Float32Array.from(points, ({ down }) => down),
    right: Float32Array.from(points, ({ right }) => right),
    tiles: Uint8Array.from(points, ({ tile }) => tile),
  }
}

const hashOf = ({ row, column }: { readonly row: number, readonly column: number }) =>
  Math.imul(row * 8191 + column, 0x9e3779b1) >>> 0

/**
 * Makes the function that finds the shift under which a frame fits a reference best. It looks near the last shift
 * first, and elsewhere if the frame does not fit there as frames usually do.
 * @param reach how far shifts are looked for, in whole pixels
 * @param inOrder whether frames are about where the one before was
 */
export function createShiftOf (
  reference: Reference,
  [reachRows, reachColumns]: Shift,
  inOrder: boolean
): (frame: GreyImage) => Shift {
  const most: Shift = [reference.tells[0] ? reachRows : 0, reference.tells[1] ? reachColumns : 0]
  let last: Shift = [0, 0]
  const costs: number[] = []
  return frame => {
    const light = lightOf(frame.values, reference.values, 1)[0]!
    const [centreRow, centreColumn] = last
    const penaltyOf = ([row, column]: Shift) => COST_OF_SHIFT * Math.hypot(row - centreRow, column - centreColumn)
    const bestOf = ([top, left]: Shift, [bottom, right]: Shift): Fit => {
      const candidates: Fit[] = []
      for (let row = Math.max(top, -most[0]); row <= Math.min(bottom, most[0]); row++) {
        for (let column = Math.max(left, -most[1]); column <= Math.min(right, most[1]); column++) {
          const penalty = penaltyOf([row, column])
          const limit = candidates.length < CANDIDATES ? Infinity : candidates.at(-1)!.cost
          const cost = costOf(frame, reference, light, row, column, limit - penalty) + penalty
          if (cost >= limit) continue
          candidates.push({ shift: [row, column], cost })
          candidates.sort((a, b) => a.cost - b.cost).splice(CANDIDATES)
        }
      }
      // Between pixels, edges that are sharp fit no whole shift well: the best is found among some.
      const fits = candidates.map(({ shift }): Fit => {
        const fine = refined(frame, reference, light, shift)
        return { shift: fine, cost: fineCostOf(frame, reference, light, fine) + penaltyOf(fine) }
      })
      return fits.reduce((a, b) => b.cost < a.cost ? b : a, { shift: last, cost: Infinity })
    }
    const near = last.map(Math.round) as [number, number]
    let best = bestOf([near[0] - NEAR, near[1] - NEAR], [near[0] + NEAR, near[1] + NEAR])
    if (!inOrder || costs.length < REMEMBERED || best.cost > USUAL * medianOf(costs)) {
      const other = bestOf([-most[0], -most[1]], most)
      if (other.cost < best.cost) best = other
    }
    if (costs.push(best.cost) > REMEMBERED) costs.shift()
    if (inOrder) last = best.shift
    return best.shift
  }
}

interface Fit {
  readonly shift: Shift
  /** Mean difference (8-bit range), and what the shift's change costs. */
  readonly cost: number
}

/** Computes the mean difference under a shift in whole pixels; something above `limit` where it can't be below. */
function costOf (
  { height, width, values }: GreyImage,
  reference: Reference,
  light: number,
  row: number,
  column: number,
  limit: number
): number {
  const { rows, columns, values: known } = reference
  const most = limit * rows.length
  let [sum, count] = [0, 0]
  for (let p = 0; p < rows.length; p++) {
    const [i, j] = [rows[p]! + row, columns[p]! + column]
    if (i < 0 || j < 0 || i >= height || j >= width) continue
    const difference = Math.abs(values[i * width + j]! - light * known[rows[p]! * width + columns[p]!]!)
    sum += difference < LARGEST_DIFFERENCE ? difference : LARGEST_DIFFERENCE
    if (sum > most) return Infinity
    count++
  }
  return count < LEAST_INSIDE * rows.length ? Infinity : sum / count
}

/** Computes the mean difference under a shift in fractions of a pixel. */
function fineCostOf (frame: GreyImage, reference: Reference, light: number, shift: Shift): number {
  const { rows, columns, values, width } = reference
  let [sum, count] = [0, 0]
  for (let p = 0; p < rows.length; p++) {
    const seen = valueAt(frame, rows[p]! + shift[0], columns[p]! + shift[1])
    if (Number.isNaN(seen)) continue
    sum += Math.min(LARGEST_DIFFERENCE, Math.abs(seen - light * values[rows[p]! * width + columns[p]!]!))
    count++
  }
  return count < LEAST_INSIDE * rows.length ? Infinity : sum / count
}

/** Moves a shift in fractions of a pixel until differences along and against the edges balance. */
function refined (frame: GreyImage, reference: Reference, light: number, start: Shift): Shift {
  const { rows, columns, down, right, values, width } = reference
  let [row, column] = start
  for (let step = 0; step < MOST_STEPS; step++) {
    let [rowRow, rowColumn, columnColumn, errorRow, errorColumn] = [1e-3, 0, 1e-3, 0, 0]
    for (let p = 0; p < rows.length; p++) {
      const seen = valueAt(frame, rows[p]! + row, columns[p]! + column)
      if (Number.isNaN(seen)) continue
      const error = seen - light * values[rows[p]! * width + columns[p]!]!
      if (Math.abs(error) >= 2 * LARGEST_DIFFERENCE) continue
      const weight = (1 - (error / (2 * LARGEST_DIFFERENCE)) ** 2) ** 2 // Tukey's
      const [y, x] = [light * down[p]!, light * right[p]!]
      rowRow += weight * y * y
      rowColumn += weight * y * x
      columnColumn += weight * x * x
      errorRow += weight * y * error
      errorColumn += weight * x * error
    }
    const damping = 1e-3 * (rowRow + columnColumn)
    rowRow += damping
    columnColumn += damping
    const determinant = rowRow * columnColumn - rowColumn ** 2
    const stepRow = clamped((columnColumn * errorRow - rowColumn * errorColumn) / determinant)
    const stepColumn = clamped((rowRow * errorColumn - rowColumn * errorRow) / determinant)
    row += reference.tells[0] ? stepRow : 0
    column += reference.tells[1] ? stepColumn : 0
    // Beyond a pixel it would be another place, which fitted worse.
    if (Math.abs(row - start[0]) > 1 || Math.abs(column - start[1]) > 1) return start
    if (Math.hypot(stepRow, stepColumn) < LEAST_STEP) break
  }
  return [row, column]
}

// The frame shows at a place what the reference shows before it by the shift: what is larger is too far down or right.
const clamped = (step: number) => -Math.min(LARGEST_STEP, Math.max(-LARGEST_STEP, step))

/** The value between four pixels; NaN outside. */
function valueAt ({ height, width, values }: GreyImage, row: number, column: number): number {
  const [i, j] = [Math.floor(row), Math.floor(column)]
  if (i < 0 || j < 0 || i + 1 >= height || j + 1 >= width) return NaN
  const [y, x, at] = [row - i, column - j, i * width + j]
  return (values[at]! * (1 - x) + values[at + 1]! * x) * (1 - y) +
    (values[at + width]! * (1 - x) + values[at + width + 1]! * x) * y
}

/**
 * Sums, for each tile, how much a frame differs under a shift, in fractions of a pixel.
 * @param other points that leave the frame under this shift do not count either
 */
export function differenceByTile (
  frame: GreyImage,
  reference: Reference,
  [row, column]: Shift,
  other: Shift = [0, 0]
): Float64Array {
  const { rows, columns, tiles, values, width } = reference
  const light = lightOf(frame.values, values, 1)[0]!
  const sums = new Float64Array(TILES * TILES)
  for (let p = 0; p < rows.length; p++) {
    const seen = valueAt(frame, rows[p]! + row, columns[p]! + column)
    if (Number.isNaN(seen) || Number.isNaN(valueAt(frame, rows[p]! + other[0], columns[p]! + other[1]))) continue
    const difference = Math.abs(seen - light * values[rows[p]! * width + columns[p]!]!)
    sums[tiles[p]!] = sums[tiles[p]!]! + Math.min(difference, LARGEST_DIFFERENCE)
  }
  return sums
}

/** The shift that lies in the middle of others, along each axis. */
export function medianShift (shifts: readonly Shift[]): Shift {
  return [quantile(shifts.map(([row]) => row), 0.5), quantile(shifts.map(([, column]) => column), 0.5)]
}
