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
 */
export function contingencyOf (first: Uint8Array, second: Uint8Array): Contingency {
  if (first.length !== second.length) {
    throw new RangeError(`expected ${first.length} labels for the second labelling but received ${second.length}`)
  }
  const [rows, columns] = [labelsIn(first), labelsIn(second)]
  // Where the labels that there are stand among them.
  const [rowOf, columnOf] = [new Uint8Array(LABELS), new Uint8Array(LABELS)]
  rows.forEach((label, r) => { rowOf[label] = r })
  columns.forEach((label, s) => { columnOf[label] = s })
  const width = columns.length
  const pairs = new Uint32Array(rows.length * width)
  for (let i = 0; i < first.length; i++) pairs[rowOf[first[i]!]! * width + columnOf[second[i]!]!]!++
  const counts = rows.map((_, r) => [...pairs.subarray(r * width, (r + 1) * width)])
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

/**
 * Leaves out the elements of some rows.
 * @param isCounted denies the labels of these
 */
export function countRows (
  { rows, columns, counts, rowSums }: Contingency, isCounted: (label: number) => boolean
): Contingency {
  const kept = rows.flatMap((label, r) => isCounted(label) ? [r] : [])
  const meets = columns.flatMap((_, s) => kept.some(r => counts[r]![s]! > 0) ? [s] : [])
  const keptSums = kept.map(r => rowSums[r]!)
  return {
    rows: kept.map(r => rows[r]!),
    columns: meets.map(s => columns[s]!),
    counts: kept.map(r => meets.map(s => counts[r]![s]!)),
    rowSums: keptSums,
    columnSums: meets.map(s => sumOf(kept.map(r => counts[r]![s]!))),
    total: sumOf(keptSums),
  }
}

/** Gives the labels that occur, ascending. */
function labelsIn (labels: Uint8Array): number[] {
  const occurs = new Uint8Array(LABELS)
  for (let i = 0; i < labels.length; i++) occurs[labels[i]!] = 1
  return Array.from(occurs.keys()).filter(label => occurs[label] === 1)
}

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0)
