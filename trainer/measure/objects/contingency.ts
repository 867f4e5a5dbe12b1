/** How often each pair of labels meets: what the measures of two segmentations are computed from. */

/** Counts of the elements that have one label of two labellings each. */
export interface Contingency {
  /** The labels of the first labelling, ascending, [R]. */
  readonly rows: readonly number[]
  /** The labels of the second labelling, ascending, [S]. */
  readonly columns: readonly number[]
  /** Elements by pair of labels, [R][S]. */
  readonly counts: ReadonlyArray<readonly number[]>
  readonly rowSums: readonly number[]
  readonly columnSums: readonly number[]
  /** Elements in all. */
  readonly total: number
}

const LABELS = 256

/**
 * Counts pairs of labels.
 * @param first labels from 0 to 255, [n]
 * @param second labels of the same elements, [n]
 * @param isCounted leaves out the elements whose first label it denies; default: counts all
 */
export function contingencyOf (
  first: Uint8Array,
  second: Uint8Array,
  isCounted: (label: number) => boolean = () => true
): Contingency {
  if (first.length !== second.length) {
    throw new RangeError(`expected ${first.length} labels for the second labelling but received ${second.length}`)
  }
  const pairs = new Uint32Array(LABELS * LABELS)
  const counted = Array.from({ length: LABELS }, (_, label) => isCounted(label))
  first.forEach((label, i) => { if (counted[label]!) pairs[label * LABELS + second[i]!]!++ })
  const labels = Array.from({ length: LABELS }, (_, label) => label)
  const rows = labels.filter(row => labels.some(column => pairs[row * LABELS + column]! > 0))
  const columns = labels.filter(column => rows.some(row => pairs[row * LABELS + column]! > 0))
  const counts = rows.map(row => columns.map(column => pairs[row * LABELS + column]!))
  const rowSums = counts.map(sumOf)
  return {
    rows,
    columns,
    counts,
    rowSums,
    columnSums: columns.map((_, s) => sumOf(counts.map(row => row[s]!))),
    total: sumOf(rowSums),
  }
}

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0)
