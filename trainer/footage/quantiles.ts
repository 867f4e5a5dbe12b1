/** The value below which a share q of the values lie, without interpolation. values: at least one; left as they are. */
export function quantile (values: readonly number[], q: number): number {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!
}

/** The middle value, without interpolation. values: at least one; left as they are. */
export function medianOf (values: readonly number[]): number {
  return quantile(values, 0.5)
}

/**
 * Half the width of what lies between the 5th and the 95th percentile, in standard deviations that a normal
 * distribution of that width has.
 */
export function robustDeviation (values: readonly number[]): number {
  return (quantile(values, 0.95) - quantile(values, 0.05)) / (2 * 1.645)
}

export function meanOf (values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

export function varianceOf (values: readonly number[]): number {
  const mean = meanOf(values)
  return meanOf(values.map(value => (value - mean) ** 2))
}
