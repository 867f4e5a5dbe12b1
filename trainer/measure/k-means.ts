import type { Random } from '../random/index.js'

/** Awaited within, so that the process hears signals meanwhile. */
type Pause = () => Promise<void> | undefined

const TRIES = 4
const ITERATIONS = 25

export interface Clustering {
  /** [k][d]; fewer than asked for where there are fewer different points */
  readonly centres: ReadonlyArray<readonly number[]>
  /** The nearest centre of each point. */
  readonly assignment: Int32Array
  /** Sum of squared distances. */
  readonly cost: number
}

/**
 * k-means (Lloyd 1982) from k-means++ seeds (Arthur and Vassilvitskii 2007): the best of four tries. points [n][d], n ≥
 * 1.
 */
export async function kMeans (
  points: ReadonlyArray<readonly number[]>,
  k: number,
  random: Random,
  pause: Pause
): Promise<Clustering> {
  let best: Clustering | undefined
  for (let i = 0; i < TRIES; i++) {
    const found = await refine(points, seeds(points, k, random), pause)
    if (best === undefined || found.cost < best.cost) best = found
  }
  return best!
}

export function nearest (point: readonly number[], centres: ReadonlyArray<readonly number[]>): number {
  let [best, least] = [0, Infinity]
  centres.forEach((centre, i) => {
    const distance = squaredDistance(point, centre)
    if (distance < least) [best, least] = [i, distance]
  })
  return best
}

export function squaredDistance (a: readonly number[], b: readonly number[]): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2
  return sum
}

function seeds (points: ReadonlyArray<readonly number[]>, k: number, random: Random): number[][] {
  const chosen = [[...points[random.integer(points.length)]!]]
  const distances = Float64Array.from(points, point => squaredDistance(point, chosen[0]!))
  while (chosen.length < k) {
    const total = distances.reduce((sum, distance) => sum + distance, 0)
    if (total === 0) break
    let left = random.uniform() * total
    const at = distances.findIndex(distance => (left -= distance) < 0)
    const next = points[at < 0 ? points.length - 1 : at]!
    chosen.push([...next])
    points.forEach((point, i) => { distances[i] = Math.min(distances[i]!, squaredDistance(point, next)) })
  }
  return chosen
}

async function refine (points: ReadonlyArray<readonly number[]>, start: number[][], pause: Pause): Promise<Clustering> {
  let centres: ReadonlyArray<readonly number[]> = start
  const assignment = new Int32Array(points.length)
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    await pause()
    let moved = iteration === 0
    points.forEach((point, i) => {
      const index = nearest(point, centres)
      if (index !== assignment[i]) moved = true
      assignment[i] = index
    })
    if (!moved) break
    centres = centres.map((centre, k) => meanOf(points.filter((_, i) => assignment[i] === k)) ?? centre)
  }
  return {
    centres,
    assignment,
    cost: points.reduce((sum, point, i) => sum + squaredDistance(point, centres[assignment[i]!]!), 0),
  }
}

function meanOf (points: ReadonlyArray<readonly number[]>): number[] | undefined {
  if (points.length === 0) return undefined
  return points[0]!.map((_, axis) => points.reduce((sum, point) => sum + point[axis]!, 0) / points.length)
}
