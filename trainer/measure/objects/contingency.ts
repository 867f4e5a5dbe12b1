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
  const rows = labelsIn(first).filter(isCounted)
  const all = labelsIn(second)
  // Where the labels that there are stand among them; of those that do not count, beyond the last.
  const rowOf = new Uint16Array(LABELS).fill(rows.length)
  rows.forEach((label, r) => { rowOf[label] = r })
  const columnOf = new Uint8Array(LABELS)
  all.forEach((label, s) => { columnOf[label] = s })
  const pairs = new Uint32Array((rows.length + 1) * all.length)
  for (let i = 0; i < first.length; i++) pairs[rowOf[first[i]!]! * all.length + columnOf[second[i]!]!]!++
  const countOf = (r: number, label: number) => pairs[r * all.length + columnOf[label]!]!
  const columns = all.filter(label => rows.some((_, r) => countOf(r, label) > 0))
  const counts = rows.map((_, r) => columns.map(label => countOf(r, label)))
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

/** Gives the labels that occur, ascending. */
function labelsIn (labels: Uint8Array): number[] {
  const occurs = new Uint8Array(LABELS)
  for (let i = 0; i < labels.length; i++) occurs[labels[i]!] = 1
  return Array.from(occurs.keys()).filter(label => occurs[label] === 1)
}

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0)
