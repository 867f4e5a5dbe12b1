import { CholeskyDecomposition, EigenvalueDecomposition, Matrix } from 'ml-matrix'
import type { Partition } from '@partition-vae/models'

/**
 * Added to the diagonal of the correlation matrix, so that a unit that repeats others exactly gives a large, finite
 * number (about 10 nats a repeated direction) instead of infinity. It is far above float32's rounding of a variance and
 * far below anything that training reaches.
 */
const RIDGE = 1e-9

/** Absolute variance below which a unit is constant: it shares nothing with any other unit. */
const CONSTANT = 1e-12

/**
 * Gaussian total correlation between partitions in nats: ½(Σ_g log det Σ_g − log det Σ), 0 exactly when no unit
 * correlates with a unit of another partition. It does not depend on the units' scales.
 * @param covariance row-major [D, D]
 * @param least units of at most this variance do not count; default: those that are constant
 */
export function totalCorrelation (
  covariance: Float64Array,
  partitions: readonly Partition[],
  least = CONSTANT
): number {
  const correlation = correlationOf(covariance)
  const size = Math.sqrt(covariance.length)
  const isVarying = (unit: number) => covariance[unit * size + unit]! > least
  const groups = partitions.map(({ offset, size }) =>
    Array.from({ length: size }, (_, i) => offset + i).filter(isVarying)
  )
  const separate = groups.reduce((sum, units) => sum + logDeterminant(correlation, size, units), 0)
  // Rounding can push the difference a hair below zero, which a total correlation never is.
  return Math.max(0, (separate - logDeterminant(correlation, size, groups.flat())) / 2)
}

/**
 * Pearson correlation from a covariance, both row-major [D, D]. A constant unit correlates with nothing: 0, and 1 with
 * itself.
 */
export function correlationOf (covariance: Float64Array): Float64Array {
  const size = Math.sqrt(covariance.length)
  const deviation = Array.from({ length: size }, (_, i) => Math.sqrt(covariance[i * size + i]!))
  return covariance.map((value, k) => {
    const i = Math.floor(k / size)
    const j = k % size
    if (i === j) return 1
    if (deviation[i]! ** 2 <= CONSTANT || deviation[j]! ** 2 <= CONSTANT) return 0
    return Math.min(1, Math.max(-1, value / (deviation[i]! * deviation[j]!)))
  })
}

function logDeterminant (correlation: Float64Array, size: number, units: readonly number[]): number {
  if (units.length === 0) return 0
  // The lower triangle counts for both: rounding may have made the two differ, which the decomposition refuses.
  const element = (i: number, j: number) => correlation[Math.max(i, j) * size + Math.min(i, j)]! + (i === j ? RIDGE : 0)
  const matrix = new Matrix(units.map(i => units.map(j => element(i, j))))
  const decomposition = new CholeskyDecomposition(matrix)
  // Rounding can make a matrix of units that repeat each other slightly indefinite.
  if (!decomposition.isPositiveDefinite()) {
    return new EigenvalueDecomposition(matrix, { assumeSymmetric: true }).realEigenvalues.reduce(
      (sum, value) => sum + Math.log(Math.max(RIDGE, value)),
      0
    )
  }
  const factor = decomposition.lowerTriangularMatrix
  return units.reduce((sum, _, i) => sum + 2 * Math.log(factor.get(i, i)), 0)
}
