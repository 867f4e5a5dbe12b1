/** The map of a partition: a place in the plane for each latent, by the partition's units. */
import type { Point } from './layers.js'
import type { Placing } from './placing.js'
import type { Sample } from './sample.js'

/** A direction in the latent: units and how much each counts. */
interface Direction {
  readonly name: string
  readonly units: readonly number[]
  readonly weights: readonly number[]
}

export interface Axes {
  /** Rightwards and downwards. */
  readonly across: Direction
  /** Absent where the partition has one unit only: points are then spread by their number, which says nothing. */
  readonly down?: Direction | undefined
  /** Whether both are directions in the picture, and one step the same way in both. */
  readonly isPicture: boolean
  /** [D] Units count from here. */
  readonly mean: readonly number[]
}

interface Named { readonly at: number, readonly name: string, readonly deviation: number }

const single = ({ at, name, deviation }: Named): Direction => ({ name, units: [at], weights: [1 / deviation] })

const times = (rows: ReadonlyArray<readonly number[]>, vector: readonly number[]) =>
  rows.map(row => row.reduce((sum, value, j) => sum + value * vector[j]!, 0))

/** Finds the two directions of largest variance, by power iteration (Hotelling 1933), and their shares of it. */
export function principalDirections (
  { mean, count }: Pick<Sample, 'mean' | 'count'>, units: readonly number[]
): Array<{ readonly weights: readonly number[], readonly share: number }> {
  const size = mean.length / count
  const averages = units.map(unit => {
    let sum = 0
    for (let n = 0; n < count; n++) sum += mean[n * size + unit]!
    return sum / count
  })
  const covariance = units.map((a, i) => units.map((b, j) => {
    let sum = 0
    for (let n = 0; n < count; n++) sum += (mean[n * size + a]! - averages[i]!) * (mean[n * size + b]! - averages[j]!)
    return sum / count
  }))
  const total = covariance.reduce((sum, row, i) => sum + row[i]!, 0)
  return [0, 1].slice(0, units.length).map(() => {
    // Begins at the unit of largest variance: its sign is the direction's.
    const largest = covariance.reduce((best, row, i) => row[i]! > covariance[best]![best]! ? i : best, 0)
    let vector = units.map((_, i): number => i === largest ? 1 : 0)
    for (let step = 0; step < 100; step++) {
      const next = times(covariance, vector)
      const length = Math.hypot(...next)
      if (length < 1e-12) break
      vector = next.map(value => value / length)
    }
    const image = times(covariance, vector)
    const variance = vector.reduce((sum, value, i) => sum + value * image[i]!, 0)
    covariance.forEach((row, i) => row.forEach((_, j) => { row[j]! -= variance * vector[i]! * vector[j]! }))
    return { weights: vector, share: total <= 0 ? 0 : variance / total }
  })
}

const percent = (share: number) => `${Math.round(share * 100)} %`

/** Places by where the thing is: right is right and down is down. */
function placeInPicture (units: readonly Named[], { units: placed, slopes }: Placing, mean: readonly number[]): Axes {
  const along = (axis: 'x' | 'y', name: string): Direction =>
    ({ name, units: placed, weights: slopes.map(slope => slope[axis]) })
  const [across, down] = [along('x', 'left – right in the picture'), along('y', 'up – down in the picture')]
  if (placed.length > 1) return { across, down, isPicture: true, mean }
  // A thing that moves along a line: the other axis is what else varies most.
  const others = units.filter(({ at }) => !placed.includes(at))
  const other = others.reduce((a, b) => b.deviation > a.deviation ? b : a, others[0]!)
  const isAcross = Math.abs(slopes[0]!.x) > Math.abs(slopes[0]!.y)
  if (other === undefined) return { across: isAcross ? across : down, isPicture: false, mean }
  return { across: isAcross ? across : single(other), down: isAcross ? single(other) : down, isPicture: false, mean }
}

/**
 * Chooses the axes of a partition's map: where the thing is in the picture, if its units say so; the units as they are,
 * if there are two; else the two principal directions of its posterior means.
 * @param placing how the thing moves with its units, where it has a place
 */
export function chooseAxes (sample: Sample, units: readonly Named[], placing: Placing | undefined): Axes {
  const size = sample.mean.length / sample.count
  const mean = new Array<number>(size).fill(0)
  for (let i = 0; i < sample.mean.length; i++) mean[i % size]! += sample.mean[i]! / sample.count
  if (placing !== undefined) return placeInPicture(units, placing, mean)
  if (units.length <= 2) {
    return { across: single(units[0]!), down: units[1] && single(units[1]), isPicture: false, mean }
  }
  const at = units.map(unit => unit.at)
  const [across, down] = principalDirections(sample, at).map(({ weights, share }, i): Direction => ({
    name: `principal direction ${i + 1}, ${percent(share)} of the variance`, units: at, weights,
  }))
  return { across: across!, down, isPicture: false, mean }
}

const along = ({ units, weights }: Direction, latent: ArrayLike<number>, start: number, mean: readonly number[]) =>
  units.reduce((sum, unit, i) => sum + weights[i]! * (latent[start + unit]! - mean[unit]!), 0)

/** Spreads numbers evenly over [−1, 1] (the golden ratio's multiples; Weyl 1916). */
const spread = (n: number) => (n * 0.618034 % 1) * 2 - 1

/** Places one latent. @param n its number, by which it is spread where there is one axis only */
export function placeLatent ({ across, down, mean }: Axes, latent: ArrayLike<number>, n = 0, start = 0): Point {
  return {
    x: along(across, latent, start, mean), y: down === undefined ? spread(n) : along(down, latent, start, mean),
  }
}

/** Places all images of the sample. @returns [N, 2] */
export function placeSample (axes: Axes, { mean, count }: Pick<Sample, 'mean' | 'count'>): Float32Array {
  const size = mean.length / count
  const places = new Float32Array(count * 2)
  for (let n = 0; n < count; n++) {
    const { x, y } = placeLatent(axes, mean, n, n * size)
    places[n * 2] = x
    places[n * 2 + 1] = y
  }
  return places
}
