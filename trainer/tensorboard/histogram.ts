/** Counts of values between edges. */
export interface Histogram {
  readonly min: number
  readonly max: number
  readonly count: number
  readonly sum: number
  readonly sumOfSquares: number
  /** Right edges of the buckets, ascending; the first begins at `min`, the last ends at `max`. */
  readonly limits: readonly number[]
  readonly counts: readonly number[]
}

const BUCKETS = 30

/**
 * Buckets of equal width over the range of the values; a single one where all are equal. @param values at least one,
 * finite
 */
export function histogramOf (values: Float32Array): Histogram {
  let [min, max, sum, sumOfSquares] = [Infinity, -Infinity, 0, 0]
  for (const value of values) {
    min = Math.min(min, value)
    max = Math.max(max, value)
    sum += value
    sumOfSquares += value ** 2
  }
  const width = (max - min) / BUCKETS
  const buckets = width > 0 ? BUCKETS : 1
  const counts = new Array<number>(buckets).fill(0)
  for (const value of values) counts[width > 0 ? Math.min(buckets - 1, Math.floor((value - min) / width)) : 0]!++
  const limits = counts.map((_, i) => i === buckets - 1 ? max : min + (i + 1) * width)
  return { min, max, count: values.length, sum, sumOfSquares, limits, counts }
}
