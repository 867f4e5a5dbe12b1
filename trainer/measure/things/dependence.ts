/** How much vectors tell of each other, by linear regression. */
import { Matrix, solve } from 'ml-matrix'
import type { Partition } from '@partition-vae/models'
import { ACTIVE_UNIT_VARIANCE } from '../metrics-schema.js'

/** Added to the variances of what is regressed from, in shares of the largest: units may repeat each other. */
const RIDGE = 1e-6

/**
 * Computes the share of the variance of some elements that others explain: tr(Σ_ba Σ_aa⁻¹ Σ_ab) / tr(Σ_bb), the R² of a
 * linear regression from a to b, elements of b weighted by their variance. 0 where either is constant.
 * @param covariance row-major [D, D]
 * @param from indices of a
 * @param to indices of b
 */
export function explainedShare (covariance: Float64Array, from: readonly number[], to: readonly number[]): number {
  const size = Math.sqrt(covariance.length)
  const at = (i: number, j: number) => covariance[i * size + j]!
  const total = to.reduce((sum, i) => sum + at(i, i), 0)
  const largest = Math.max(0, ...from.map(i => at(i, i)))
  if (!(total > 0) || largest === 0) return 0
  const within = new Matrix(from.map((i, k) => from.map((j, l) => at(i, j) + (k === l ? RIDGE * largest : 0))))
  const across = new Matrix(from.map(i => to.map(j => at(i, j))))
  const weights = solve(within, across)
  let explained = 0
  for (let k = 0; k < from.length; k++) {
    for (let l = 0; l < to.length; l++) explained += across.get(k, l) * weights.get(k, l)
  }
  return Math.min(1, Math.max(0, explained / total))
}

/** Computes how much two groups of elements tell of each other: of both ways the larger share. */
export function dependenceBetween (covariance: Float64Array, a: readonly number[], b: readonly number[]): number {
  return Math.max(explainedShare(covariance, a, b), explainedShare(covariance, b, a))
}

/**
 * Lists pairs of partitions by how much they tell of each other, most first. Units that hardly vary say nothing, and
 * count for nothing.
 * @param covariance of the posterior means, row-major [D, D]
 */
export function dependentPairs (
  covariance: Float64Array,
  partitions: readonly Partition[]
): Array<{ readonly partitions: [string, string]; readonly r2: number }> {
  const size = Math.sqrt(covariance.length)
  const active = partitions.map(({ offset, size: units }) =>
    Array.from({ length: units }, (_, i) => offset + i)
      .filter(unit => covariance[unit * size + unit]! > ACTIVE_UNIT_VARIANCE)
  )
  return partitions
    .flatMap((a, i) =>
      partitions.slice(i + 1).map((b, offset) => ({
        partitions: [a.name, b.name] as [string, string],
        r2: dependenceBetween(covariance, active[i]!, active[i + 1 + offset]!),
      }))
    )
    .sort((first, second) => second.r2 - first.r2)
}
