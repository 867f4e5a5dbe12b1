/**
 * Discrete information of continuous variables cut into bins of equal width, as disentanglement_lib's
 * `utils.histogram_discretize` does.
 */
import { columnOf, type Table } from './representation.js'

/** disentanglement_lib's `discretizer.num_bins` in all its shipped configurations. */
export const BINS = 20

/** Bins of equal width between the smallest and the largest value. A constant is all in bin 0. → [N], 0 … bins − 1 */
export function discretise (values: Float64Array, bins = BINS): Uint8Array {
  const { low, width } = binsOf(values, bins)
  return Uint8Array.from(values, value => width > 0 ? Math.min(bins - 1, Math.floor((value - low) / width)) : 0)
}

export function binsOf (values: ArrayLike<number>, bins = BINS): { low: number, width: number } {
  let low = Infinity
  let high = -Infinity
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i]!)
    high = Math.max(high, values[i]!)
  }
  return { low, width: (high - low) / bins }
}

/** Cuts each column into bins: [columns] × [rows]. */
export const discretiseColumns = (table: Table, bins = BINS): Uint8Array[] =>
  Array.from({ length: table.columns }, (_, column) => discretise(columnOf(table, column), bins))

/** Entropy in nats of what occurs in `values`, whole numbers below `bins`. */
export function entropyOf (values: ArrayLike<number>, bins = BINS): number {
  const counts = new Float64Array(bins)
  for (let i = 0; i < values.length; i++) counts[values[i]!]!++
  return counts.reduce(
    (entropy, count) => (count > 0 ? entropy - (count / values.length) * Math.log(count / values.length) : entropy),
    0
  )
}

/**
 * Mutual information in nats of two discrete variables, by counting (scikit-learn's `mutual_info_score`).
 * @param a whole numbers below `bins`, [N]
 * @param b whole numbers below `others`, [N]
 */
export function mutualInformation (a: ArrayLike<number>, b: ArrayLike<number>, bins = BINS, others = bins): number {
  const joint = new Float64Array(bins * others)
  const rows = new Float64Array(bins)
  const columns = new Float64Array(others)
  for (let i = 0; i < a.length; i++) {
    joint[a[i]! * others + b[i]!]!++
    rows[a[i]!]!++
    columns[b[i]!]!++
  }
  let information = 0
  for (let i = 0; i < bins; i++) {
    for (let j = 0; j < others; j++) {
      const count = joint[i * others + j]!
      if (count > 0) information += count / a.length * Math.log(count * a.length / (rows[i]! * columns[j]!))
    }
  }
  return Math.max(0, information)
}
