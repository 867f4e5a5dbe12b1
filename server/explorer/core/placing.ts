import type { Point } from './layers.js'

/** How the centre of a thing moves with the units that place it, near where it is. */
export interface Placing {
  /** Indices in the latent: two units, or one for a thing that moves along a line only. */
  readonly units: readonly number[]
  /** Pixels for each unit's step of 1. */
  readonly slopes: readonly Point[]
}

/** An axis of a thing that moves less, in pixels for a standard deviation, is locked. */
const LEAST = 1.5
/** The same of a handle, which is there because its unit does something. */
export const LEAST_OF_HANDLE = 0.1
/** The most that one step moves a unit, in standard deviations. */
const LONGEST_STEP = 1.2

const cross = (a: Point, b: Point) => a.x * b.y - a.y * b.x
const scaled = ({ x, y }: Point, by: number): Point => ({ x: x * by, y: y * by })

/**
 * Chooses the units that place a thing: the pair that spans the largest area, or the one that moves it farthest where
 * no second one moves it another way.
 * @param slopes pixels for a step of 1 of each unit
 * @param deviations [units], standard deviations
 * @param least what counts as a move, in pixels for a standard deviation
 * @returns undefined for a thing that does not move
 */
export function choosePlacing (
  units: readonly number[], slopes: readonly Point[], deviations: readonly number[], least = LEAST
): Placing | undefined {
  const moves = slopes.map((slope, i) => scaled(slope, deviations[i]!))
  const lengths = moves.map(({ x, y }) => Math.hypot(x, y))
  const farthest = lengths.indexOf(Math.max(...lengths))
  if (farthest < 0 || lengths[farthest]! < least) return undefined
  let best = { area: 0, pair: [farthest] }
  for (let a = 0; a < units.length; a++) {
    for (let b = a + 1; b < units.length; b++) {
      const area = Math.abs(cross(moves[a]!, moves[b]!))
      // The height of the parallelogram over its longer side: how far the pair moves it the other way.
      if (area / Math.max(lengths[a]!, lengths[b]!, 1e-9) >= least && area > best.area) best = { area, pair: [a, b] }
    }
  }
  return { units: best.pair.map(i => units[i]!), slopes: best.pair.map(i => slopes[i]!) }
}

/**
 * Takes one Newton step towards a place.
 * @param error from where the thing is to where it should be, in pixels
 * @returns a change for each unit
 */
export function stepTowards ({ units, slopes }: Placing, error: Point, deviations: readonly number[]): number[] {
  const [first, second] = slopes as [Point, Point?]
  const square = first.x ** 2 + first.y ** 2
  const steps = second === undefined
    ? [(first.x * error.x + first.y * error.y) / square]
    : [cross(error, second) / cross(first, second), cross(first, error) / cross(first, second)]
  const longest = Math.max(1, ...steps.map((step, i) => Math.abs(step) / (LONGEST_STEP * deviations[units[i]!]!)))
  return steps.map(step => step / longest)
}

/**
 * Corrects the slopes by what a step did (Broyden 1965, "A class of methods for solving nonlinear simultaneous
 * equations").
 */
export function learn ({ units, slopes }: Placing, steps: readonly number[], moved: Point): Placing {
  const square = steps.reduce((sum, step) => sum + step * step, 0)
  if (square < 1e-6) return { units, slopes }
  const expected = slopes.reduce((sum, { x, y }, i) =>
    ({ x: sum.x + x * steps[i]!, y: sum.y + y * steps[i]! }), { x: 0, y: 0 })
  return {
    units,
    slopes: slopes.map(({ x, y }, i) => ({
      x: x + (moved.x - expected.x) * steps[i]! / square, y: y + (moved.y - expected.y) * steps[i]! / square,
    })),
  }
}
