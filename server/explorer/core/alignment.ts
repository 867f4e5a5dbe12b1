/** Which partitions of two models say the same of the same images. */
import type { Partition } from './scene.js'

/** Means of the same images in the same order, by two models. */
export interface Paired {
  readonly count: number
  /** [N, D] and [N, E] */
  readonly left: Float32Array
  readonly right: Float32Array
}

/** How the partitions of a left and a right model go together; tables are [left][right]. */
export interface Alignment {
  /** Share of the variance of the left partition that can be told linearly from the right one. */
  readonly leftKnown: ReadonlyArray<readonly number[]>
  /** Share of the variance of the right partition that can be told linearly from the left one. */
  readonly rightKnown: ReadonlyArray<readonly number[]>
  /** Of one unit each, the size of their correlation; of more, the geometric mean of both shares, rooted. */
  readonly correlation: ReadonlyArray<readonly number[]>
  /** The same of each partition from all units of the other model. */
  readonly leftKnownByAll: readonly number[]
  readonly rightKnownByAll: readonly number[]
  /** Right partitions, by index, so that those that go together stand beside each other. */
  readonly order: readonly number[]
}

/** Added to the diagonal, as a share of its mean: units that never vary are not divided by. */
const RIDGE = 1e-6
/** Variance below which a partition has nothing that could be told. */
const NOTHING = 1e-9

type Matrix = number[][]

/** Computes the covariance of all units of both models, the left one's first. @returns [D + E][D + E] */
function covary ({ count, left, right }: Paired): Matrix {
  const [d, e] = [left.length / count, right.length / count]
  const size = d + e
  const value = (n: number, i: number) => i < d ? left[n * d + i]! : right[n * e + i - d]!
  const means = Array.from({ length: size }, (_, i) => {
    let sum = 0
    for (let n = 0; n < count; n++) sum += value(n, i)
    return sum / count
  })
  return means.map((mean, i) => means.map((other, j) => {
    let sum = 0
    for (let n = 0; n < count; n++) sum += (value(n, i) - mean) * (value(n, j) - other)
    return sum / count
  }))
}

/** Solves A X = B by elimination with pivots (A [k][k], B [k][m]). Changes both; the answer is in B. */
function solve (a: Matrix, b: Matrix): Matrix {
  for (let i = 0; i < a.length; i++) {
    let pivot = i
    for (let row = i + 1; row < a.length; row++) if (Math.abs(a[row]![i]!) > Math.abs(a[pivot]![i]!)) pivot = row
    ;[a[i], a[pivot]] = [a[pivot]!, a[i]!]
    ;[b[i], b[pivot]] = [b[pivot]!, b[i]!]
    for (let row = 0; row < a.length; row++) {
      if (row === i) continue
      const share = a[row]![i]! / a[i]![i]!
      for (let column = i; column < a.length; column++) a[row]![column]! -= share * a[i]![column]!
      for (let column = 0; column < b[i]!.length; column++) b[row]![column]! -= share * b[i]![column]!
    }
  }
  return b.map((row, i) => row.map(value => value / a[i]![i]!))
}

/**
 * Computes the share of the variance of some units that a linear regression from others explains (R², of all together).
 * @param covariance of all units
 */
function explain (covariance: Matrix, of: readonly number[], from: readonly number[]): number {
  const total = of.reduce((sum, i) => sum + covariance[i]![i]!, 0)
  const known = from.reduce((sum, i) => sum + covariance[i]![i]!, 0)
  if (total < NOTHING || known < NOTHING) return 0
  const ridge = RIDGE * known / from.length
  const a = from.map(i => from.map(j => covariance[i]![j]! + (i === j ? ridge : 0)))
  const weights = solve(a, from.map(i => of.map(j => covariance[i]![j]!)))
  let explained = 0
  of.forEach((j, column) => from.forEach((i, row) => { explained += weights[row]![column]! * covariance[i]![j]! }))
  return Math.min(Math.max(explained / total, 0), 1)
}

/** Orders the right partitions: in turn the one that goes best with each left one, of those that are left. */
function orderRight (correlation: ReadonlyArray<readonly number[]>, count: number): number[] {
  const pairs = correlation.flatMap((row, left) => row.map((value, right) => ({ left, right, value })))
    .sort((a, b) => b.value - a.value)
  const partner = new Map<number, number>()
  for (const { left, right } of pairs) {
    if (!partner.has(left) && ![...partner.values()].includes(right)) partner.set(left, right)
  }
  const paired = correlation.flatMap((_, left) => partner.has(left) ? [partner.get(left)!] : [])
  return [...paired, ...Array.from({ length: count }, (_, i) => i).filter(i => !paired.includes(i))]
}

/** Finds what partitions of two models say of the same images alike. */
export function align (
  pairs: Paired, leftPartitions: readonly Partition[], rightPartitions: readonly Partition[]
): Alignment {
  const covariance = covary(pairs)
  const shift = pairs.left.length / pairs.count
  const unitsOf = ({ offset, size }: Partition, by: number) => Array.from({ length: size }, (_, i) => by + offset + i)
  const lefts = leftPartitions.map(partition => unitsOf(partition, 0))
  const rights = rightPartitions.map(partition => unitsOf(partition, shift))
  const leftKnown = lefts.map(left => rights.map(right => explain(covariance, left, right)))
  const rightKnown = lefts.map(left => rights.map(right => explain(covariance, right, left)))
  const correlation = leftKnown.map((row, l) => row.map((known, r) => (known * rightKnown[l]![r]!) ** 0.25))
  return {
    leftKnown,
    rightKnown,
    correlation,
    leftKnownByAll: lefts.map(left => explain(covariance, left, rights.flat())),
    rightKnownByAll: rights.map(right => explain(covariance, right, lefts.flat())),
    order: orderRight(correlation, rights.length),
  }
}

/** Images of a sample: places in the data set, and means. */
interface Rows {
  readonly count: number
  /** [N] */
  readonly index: Uint32Array
  /** [N, D] */
  readonly mean: Float32Array
}

/** Finds the rows of two samples that are the same images. @returns row of the left, row of the right */
export function matchRows (left: Rows, right: Rows): Array<readonly [number, number]> {
  const places = new Map([...right.index].map((place, row) => [place, row]))
  return [...left.index].flatMap((place, row) => {
    const other = places.get(place)
    return other === undefined ? [] : [[row, other] as const]
  })
}

/** Lays the means of the same images beside each other. */
export function pairMeans (left: Rows, right: Rows): Paired {
  const rows = matchRows(left, right)
  const take = ({ mean, count }: Rows, side: 0 | 1) => {
    const size = mean.length / count
    const out = new Float32Array(rows.length * size)
    rows.forEach((row, n) => out.set(mean.subarray(row[side] * size, (row[side] + 1) * size), n * size))
    return out
  }
  return { count: rows.length, left: take(left, 0), right: take(right, 1) }
}
