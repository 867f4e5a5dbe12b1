/** One regression tree on binned columns, the step of gradient boosting. */
import { columnOf, type Table } from './representation.js'

/** A split: rows whose value is at most `threshold` go left. A leaf has no column. */
export interface Node { column: number, bin: number, threshold: number, value: number }

const MOST_BINS = 256

/** Columns as ranks among their quantiles, cut once for all targets. */
export interface BinnedTable {
  readonly table: Table
  /** [rows, columns] */
  readonly bins: Uint8Array
  /** For each column the largest value of each bin's left side: bin(x) = number of thresholds below x. */
  readonly thresholds: Float64Array[]
}

export function binColumns (table: Table): BinnedTable {
  const { rows, columns } = table
  const bins = new Uint8Array(rows * columns)
  const thresholds = Array.from({ length: columns }, (_, column) => {
    const values = columnOf(table, column)
    const edges = thresholdsOf(values.slice().sort())
    for (let row = 0; row < rows; row++) bins[row * columns + column] = countBelow(edges, values[row]!)
    return edges
  })
  return { table, bins, thresholds }
}

/** Halfway between neighbouring values, of all distinct values or of 256 quantiles. */
function thresholdsOf (sorted: Float64Array): Float64Array {
  const distinct = sorted.filter((value, i) => i === 0 || value !== sorted[i - 1])
  const halfway = (values: Float64Array, i: number) => (values[i - 1]! + values[i]!) / 2
  if (distinct.length <= MOST_BINS) {
    return Float64Array.from({ length: distinct.length - 1 }, (_, i) => halfway(distinct, i + 1))
  }
  const edges = Float64Array.from({ length: MOST_BINS - 1 }, (_, i) =>
    halfway(sorted, Math.ceil(((i + 1) * sorted.length) / MOST_BINS))
  )
  return edges.filter((value, i) => i === 0 || value !== edges[i - 1])
}

function countBelow (edges: Float64Array, value: number): number {
  let low = 0
  let high = edges.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (edges[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}

/** A complete binary tree in breadth-first order, and where the rows that it was grown on ended. */
export interface GrownTree {
  readonly nodes: readonly Node[]
  /** The leaf of each row, [rows]. */
  readonly leafOf: Uint16Array
}

/**
 * Grows a tree on the squared error: each split is the one that reduces it most. Leaves hold the mean of their rows.
 * @param residual what is to be predicted, [rows]
 * @param importance what each column's splits reduce is added to it, [columns]
 */
export function growTree (
  { table: { rows, columns }, bins, thresholds }: BinnedTable,
  residual: Float64Array,
  depth: number,
  importance: Float64Array
): GrownTree {
  const nodes: Node[] = []
  const leafOf = new Uint16Array(rows)
  for (let level = 0; level <= depth; level++) {
    const first = 2 ** level - 1
    const grown = growLevel({ bins, thresholds, residual, nodeOf: leafOf, rows, columns }, first, level === depth)
    for (const { gain, ...node } of grown) {
      nodes.push(node)
      if (gain > 0) importance[node.column]! += gain
    }
    if (level === depth) break
    for (let row = 0; row < rows; row++) {
      const node = leafOf[row]!
      const split = nodes[node]
      if (node >= first && split !== undefined && split.column >= 0) {
        leafOf[row] = 2 * node + (bins[row * columns + split.column]! <= split.bin ? 1 : 2)
      }
    }
  }
  return { nodes, leafOf }
}

/** Gives the leaf that a row of values ends in. */
export function leafFor (nodes: readonly Node[], values: Float32Array, start: number): Node {
  let node = 0
  while (nodes[node]!.column >= 0) {
    node = 2 * node + (values[start + nodes[node]!.column]! <= nodes[node]!.threshold ? 1 : 2)
  }
  return nodes[node]!
}

interface LevelInputs {
  readonly bins: Uint8Array
  readonly thresholds: readonly Float64Array[]
  readonly residual: Float64Array
  readonly nodeOf: Uint16Array
  readonly rows: number
  readonly columns: number
}

/**
 * The nodes of one level of a complete binary tree, `first` … 2·`first`, and what each split gains. Nodes that no row
 * reaches are empty leaves.
 */
function growLevel (
  { bins, thresholds, residual, nodeOf, rows, columns }: LevelInputs,
  first: number,
  last: boolean
): Array<Node & { gain: number }> {
  const width = first + 1
  const sums = new Float64Array(width)
  const counts = new Float64Array(width)
  // [node, column, bin]
  const binSums = new Float64Array(last ? 0 : width * columns * MOST_BINS)
  const binCounts = new Float64Array(binSums.length)
  for (let row = 0; row < rows; row++) {
    const node = nodeOf[row]! - first
    if (node < 0) continue // settled in a leaf above
    const value = residual[row]!
    sums[node]! += value
    counts[node]!++
    if (last) continue
    for (let column = 0; column < columns; column++) {
      const cell = (node * columns + column) * MOST_BINS + bins[row * columns + column]!
      binSums[cell]! += value
      binCounts[cell]!++
    }
  }
  return Array.from({ length: width }, (_, node) => {
    const [sum, count] = [sums[node]!, counts[node]!]
    const best = { column: -1, bin: 0, threshold: 0, value: count > 0 ? sum / count : 0, gain: 0 }
    if (last || count < 2) return best
    for (let column = 0; column < columns; column++) {
      const start = (node * columns + column) * MOST_BINS
      let leftSum = 0
      let leftCount = 0
      for (let bin = 0; bin < thresholds[column]!.length; bin++) {
        if (binCounts[start + bin] === 0) continue
        leftSum += binSums[start + bin]!
        leftCount += binCounts[start + bin]!
        if (leftCount === count) break
        const apart = leftSum ** 2 / leftCount + (sum - leftSum) ** 2 / (count - leftCount)
        const gain = apart - sum ** 2 / count
        // Rounding can make a split of equal values look like a gain.
        if (gain > best.gain + 1e-12 * apart) {
          Object.assign(best, { column, bin, threshold: thresholds[column]![bin]!, gain })
        }
      }
    }
    return best
  })
}
