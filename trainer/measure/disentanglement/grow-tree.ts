/** One regression tree on sorted columns, the step of gradient boosting. */
import type { Table } from './representation.js'

/** A split: rows whose value is at most `threshold` go left. A leaf has no column. */
export interface Node { column: number, threshold: number, value: number }

/** Columns in order, sorted once for all trees. */
export interface SortedTable {
  readonly table: Table
  /** The rows by ascending value, for each column: [columns] × [rows]. */
  readonly orders: readonly Uint32Array[]
  /** The values in that order. */
  readonly ascending: readonly Float32Array[]
  /** 1/n for n up to the number of rows: [rows + 1]. */
  readonly inverses: Float64Array
}

export function sortColumns (table: Table): SortedTable {
  const { values, rows, columns } = table
  const orders = Array.from({ length: columns }, (_, column) =>
    Uint32Array.from({ length: rows }, (_, row) => row)
      .sort((a, b) => values[a * columns + column]! - values[b * columns + column]! || a - b))
  return {
    table,
    orders,
    ascending: orders.map((order, column) => Float32Array.from(order, row => values[row * columns + column]!)),
    inverses: Float64Array.from({ length: rows + 1 }, (_, n) => 1 / n),
  }
}

/** A complete binary tree in breadth-first order, and where the rows that it was grown on ended. */
export interface GrownTree {
  readonly nodes: readonly Node[]
  /** The leaf of each row, [rows]. */
  readonly leafOf: Uint16Array
}

/**
 * Grows a tree on the squared error: each split is the one, halfway between two values that occur, that reduces it
 * most. Leaves hold the mean of their rows.
 * @param residual what is to be predicted, [rows]
 * @param importance what each column's splits reduce is added to it, [columns]
 */
export function growTree (
  sorted: SortedTable,
  residual: Float64Array,
  depth: number,
  importance: Float64Array
): GrownTree {
  const { table: { values, rows, columns } } = sorted
  const nodes: Node[] = []
  const leafOf = new Uint16Array(rows)
  for (let level = 0; level <= depth; level++) {
    const first = 2 ** level - 1
    for (const { gain, ...node } of growLevel(sorted, residual, leafOf, first, level === depth)) {
      nodes.push(node)
      if (gain > 0) importance[node.column]! += gain
    }
    if (level === depth) break
    for (let row = 0; row < rows; row++) {
      const node = leafOf[row]!
      const split = nodes[node]
      if (node >= first && split !== undefined && split.column >= 0) {
        leafOf[row] = 2 * node + (values[row * columns + split.column]! <= split.threshold ? 1 : 2)
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

/**
 * The nodes of one level of a complete binary tree, `first` … 2·`first`, and what each split gains. Nodes that no row
 * reaches are empty leaves. Each column is gone through once, in order, for all nodes.
 */
function growLevel (
  { table: { rows }, orders, ascending, inverses }: SortedTable,
  residual: Float64Array,
  nodeOf: Uint16Array,
  first: number,
  last: boolean
): Array<Node & { gain: number }> {
  const width = first + 1
  const sums = new Float64Array(width)
  const counts = new Float64Array(width)
  for (let row = 0; row < rows; row++) {
    const node = nodeOf[row]! - first
    if (node < 0) continue // settled in a leaf above
    sums[node]! += residual[row]!
    counts[node]!++
  }
  const best = Array.from({ length: width }, (_, node) =>
    ({ column: -1, threshold: 0, value: counts[node]! > 0 ? sums[node]! / counts[node]! : 0, gain: 0 }))
  if (last) return best
  // What a split has to have beyond: Σ of its sides' sum² / count.
  const bounds = sums.map((sum, node) => counts[node]! > 0 ? sum * sum / counts[node]! : 0)
  const [leftSums, leftCounts, before] = [0, 1, 2].map(() => new Float64Array(width)) as
    [Float64Array, Float64Array, Float64Array]
  orders.forEach((order, column) => {
    leftSums.fill(0)
    leftCounts.fill(0)
    const sortedValues = ascending[column]!
    for (let i = 0; i < rows; i++) {
      const row = order[i]!
      const node = nodeOf[row]! - first
      if (node < 0) continue
      const value = sortedValues[i]!
      const leftCount = leftCounts[node]!
      if (leftCount > 0 && value > before[node]!) {
        const leftSum = leftSums[node]!
        const rightSum = sums[node]! - leftSum
        const apart = leftSum * leftSum * inverses[leftCount]! +
          rightSum * rightSum * inverses[counts[node]! - leftCount]!
        // Rounding can make a split of equal values look like a gain.
        if (apart * (1 - 1e-12) > bounds[node]!) {
          bounds[node] = apart
          const gain = apart - sums[node]! * sums[node]! / counts[node]!
          Object.assign(best[node]!, { column, threshold: (before[node]! + value) / 2, gain })
        }
      }
      leftSums[node]! += residual[row]!
      leftCounts[node]!++
      before[node] = value
    }
  })
  return best
}
