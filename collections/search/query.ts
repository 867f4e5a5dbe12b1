import { didYouMean, ModelError, decimalFromText, describe, type Partition } from '@partition-vae/models'
import type { WeightedUnit } from './kernel.js'

/** The deviations that differences are divided by. */
export const SCALES = ['data', 'posterior'] as const
export type Scale = typeof SCALES[number]

/** The most neighbours of one search. */
export const MAX_NEIGHBOURS = 10_000

/** Weights by the names of partitions. A negative weight asks for rows that are far in that partition. */
export type Weights = Readonly<Record<string, number>>

type Shapes = ReadonlyArray<Pick<Partition, 'name' | 'size' | 'offset'>>

/**
 * Reads weights as a flag or a query writes them: `pose=1,style=-0.5`; a name alone weighs 1.
 * @throws ModelError PVAE_INVALID_PARAMETER
 */
export function parseWeights (text: string): Weights {
  const weights: Record<string, number> = {}
  for (const entry of text.split(',')) {
    const [name, number, ...rest] = entry.split('=').map(part => part.trim()) as [string, string | undefined]
    const weight = number === undefined ? 1 : decimalFromText(number)
    if (name === '' || rest.length > 0 || !Number.isFinite(weight)) {
      throw refuse('weights', 'PARTITION=NUMBER between commas', describe(entry))
    }
    if (Object.hasOwn(weights, name)) throw refuse('weights', 'each partition once', describe(name))
    weights[name] = weight
  }
  return weights
}

/**
 * Checks weights, and gives one for each partition in order; undefined weights all partitions alike.
 * @throws ModelError PVAE_UNKNOWN_PARTITION; PVAE_INVALID_PARAMETER for weights that are not finite, or all zero
 */
export function weightsOf (partitions: Shapes, weights: Weights | undefined): number[] {
  if (weights === undefined) return partitions.map(() => 1)
  const names = partitions.map(({ name }) => name)
  for (const [name, weight] of Object.entries(weights)) {
    if (!names.includes(name)) {
      throw new ModelError('PVAE_UNKNOWN_PARTITION', 'a search', {
        field: 'a partition of weights',
        expected: `one of ${names.join(', ')}`,
        found: `${describe(name)}${didYouMean(name, names)}`,
      })
    }
    if (!Number.isFinite(weight)) throw refuse(`weights.${name}`, 'a finite number', describe(weight))
  }
  const list = names.map(name => weights[name] ?? 0)
  if (list.every(weight => weight === 0)) {
    throw refuse('weights', 'at least one that is not zero', Object.keys(weights).length === 0 ? 'none' : 'only zeros')
  }
  return list
}

/** @throws ModelError PVAE_INVALID_PARAMETER */
export function checkCount (k: number): void {
  if (Number.isInteger(k) && k >= 1 && k <= MAX_NEIGHBOURS) return
  throw refuse('k', `an integer from 1 to ${MAX_NEIGHBOURS}`, describe(k))
}

function refuse (field: string, expected: string, found: string): ModelError {
  return new ModelError('PVAE_INVALID_PARAMETER', 'a search', { field, expected, found })
}

/** A search as numbers. */
export interface Metric {
  readonly partitions: Shapes
  /** [D] the query. */
  readonly latent: Float32Array
  /** By partition. */
  readonly weights: readonly number[]
  /** [D] what differences are divided by. Units with 0 never vary, and are left out. */
  readonly deviations: readonly number[]
}

/**
 * Measures a row's squared distance from the query in one partition: the sum of ((x − q) / σ)² over its units, in
 * float64.
 * @param values for each unit of the latent, a column
 */
export function squaredDistance (
  { partitions, latent, deviations }: Metric, values: ReadonlyArray<ArrayLike<number>>, row: number, partition: number
): number {
  const { offset, size } = partitions[partition]!
  let sum = 0
  for (let unit = offset; unit < offset + size; unit++) {
    const deviation = deviations[unit]!
    if (deviation === 0) continue
    const difference = (values[unit]![row]! - latent[unit]!) / deviation
    sum += difference * difference
  }
  return sum
}

/** Weighs a row's squared distances in all partitions: Σ weight × squared distance, in float64. */
export function weightedDistance (metric: Metric, values: ReadonlyArray<ArrayLike<number>>, row: number): number {
  let sum = 0
  for (const [i, weight] of metric.weights.entries()) {
    if (weight !== 0) sum += weight * squaredDistance(metric, values, row, i)
  }
  return Number.isNaN(sum) ? Infinity : sum
}

/** Half of the distance from 1 to the next float32: the largest relative error of one rounding. */
const ROUNDING = 2 ** -24
/** Below this, float32 has fewer digits. */
const SMALLEST = 2 ** -126

/** A metric in float32, for a kernel that passes over rows. */
export interface LowerBound {
  readonly units: readonly WeightedUnit[]
  /** The limit that a float32 sum of a row within `distance` can't be above. */
  limitFor (distance: number): number
}

/**
 * Makes a metric whose float32 sums are never above the true distances, so that what they pass over is too far for
 * certain. Each term of a sum of n is off by at most n + 6 roundings, relative to itself (Higham, Accuracy and
 * Stability of Numerical Algorithms, 4.2), so each weight is lowered by twice that share of its size.
 */
export function boundBelow ({ partitions, latent, weights, deviations }: Metric): LowerBound {
  const used = partitions.flatMap(({ offset, size }, i) => Array.from({ length: size }, (_, j) => ({
    unit: offset + j, exact: deviations[offset + j] === 0 ? 0 : weights[i]! / deviations[offset + j]! ** 2,
  }))).filter(({ exact }) => exact !== 0)
  const share = 2 * (used.length + 6) * ROUNDING
  const units = used.map(({ unit, exact }) => {
    const lowered = Math.fround(exact - Math.abs(exact) * share)
    // Too small for float32: a negative weight must not become one that is nearer to zero.
    const weight = exact < 0 && lowered > -SMALLEST ? -SMALLEST : lowered
    return { unit, centre: latent[unit]!, weight }
  })
  // A square that is too small for float32 is off by an absolute amount.
  const slack = units.reduce((sum, { weight }) => sum + (Math.abs(weight) + 1) * SMALLEST, 0)
  return {
    units,
    limitFor: distance => Math.fround(distance + Math.abs(distance) * 2 * ROUNDING + slack),
  }
}
