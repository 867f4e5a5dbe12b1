/** One regression tree on sorted columns, the step of gradient boosting. */
import type { Table } from './representation.js'

/** A split: rows whose value is at most `threshold` go left. A leaf has no column. */
export interface Node { column: number, threshold: number, value: number }

/** The rows of some nodes by ascending value, node after node, for each column. */
interface RowOrders {
  /** [columns] × [rows] */
  readonly orders: readonly Int32Array[]
  /** The values in that order. */
  readonly ascending: readonly Float32Array[]
}

/** Columns in order, sorted once for all trees. */
export interface SortedTable extends RowOrders {
  readonly table: Table
  /** 1/n for n up to the number of rows: [rows + 1]. */
  readonly inverses: Float64Array
  /** Working memory of a tree while it grows: the rows of one level's nodes, and of the next's. */
  readonly levels: readonly [RowOrders, RowOrders]
}

export function sortColumns (table: Table): SortedTable {
  const { values, rows, columns } = table
  const orders = Array.from({ length: columns }, (_, column) =>
    Int32Array.from({ length: rows }, (_, row) => row)
      .sort((a, b) => values[a * columns + column]! - values[b * columns + column]! || a - b))
  const level = (): RowOrders => ({
    orders: orders.map(() => new Int32Array(rows)),
    ascending: orders.map(() => new Float32Array(rows)),
  })
  return {
    table,
    orders,
    ascending: orders.map((order, column) => Float32Array.from(order, row => values[row * columns + column]!)),
    inverses: Float64Array.from({ length: rows + 1 }, (_, n) => 1 / n),
    levels: [level(), level()],
  }
}

/** A complete binary tree in breadth-first order, and where the rows that it was grown on ended. */
export interface GrownTree {
  readonly nodes: readonly Node[]
  /** The leaf of each row, [rows]. */
  readonly leafOf: Uint16Array
}

/** The nodes of one level of a complete binary tree, `first` … 2·`first`. */
interface Level {
  readonly first: number
  /** Their rows, and the sums of what is to be predicted of them, by node from `first` on. */
  readonly counts: Uint32Array
  readonly sums: Float64Array
}

/**
 * Grows a tree on the squared error: each split is the one, halfway between two values that occur, that reduces it
 * most. Leaves hold the mean of their rows. Rows stay in order within each node as it is split, so that each node is
 * looked through by itself.
 * @param residual what is to be predicted, [rows]
 * @param importance what each column's splits reduce is added to it, [columns]
 */
export function growTree (
  sorted: SortedTable,
  residual: Float64Array,
  depth: number,
  importance: Float64Array
): GrownTree {
  const { table: { values, rows, columns }, levels } = sorted
  const nodes: Node[] = []
  const leafOf = new Uint16Array(rows)
  let inOrder: RowOrders = sorted
  for (let d = 0; d <= depth; d++) {
    const level = sumLevel(residual, leafOf, 2 ** d - 1)
    const { first, counts } = level
    if (d > 0 && d < depth) inOrder = partition(inOrder, levels[d % 2]!, leafOf, level)
    for (let i = 0, start = 0; i <= first; i++) {
      const count = counts[i]!
      const { gain, ...node } = splitNode(sorted, inOrder, residual, start, count, level.sums[i]!, d === depth)
      nodes.push(node)
      if (gain > 0) importance[node.column]! += gain
      start += count
    }
    if (d === depth) break
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

function sumLevel (residual: Float64Array, nodeOf: Uint16Array, first: number): Level {
  const counts = new Uint32Array(first + 1)
  const sums = new Float64Array(first + 1)
  for (let row = 0; row < nodeOf.length; row++) {
    const node = nodeOf[row]! - first
    if (node < 0) continue // settled in a leaf above
    sums[node]! += residual[row]!
    counts[node]!++
  }
  return { first, counts, sums }
}

/** Moves the rows of each node to those of its two halves, in order; rows of leaves above are left out. */
function partition (from: RowOrders, to: RowOrders, nodeOf: Uint16Array, { first, counts }: Level): RowOrders {
  const starts = new Uint32Array(counts.length)
  let held = 0
  counts.forEach((count, node) => {
    starts[node] = held
    held += count
  })
  const next = new Uint32Array(counts.length)
  from.orders.forEach((order, column) => {
    const ascending = from.ascending[column]!
    const [toOrder, toAscending] = [to.orders[column]!, to.ascending[column]!]
    next.set(starts)
    for (let i = 0, moved = 0; moved < held; i++) {
      const row = order[i]!
      const node = nodeOf[row]! - first
      if (node < 0) continue
      const at = next[node]!++
      toOrder[at] = row
      toAscending[at] = ascending[i]!
      moved++
    }
  })
  return to
}

/**
 * The best split of one node, and what it gains.
 * @param start where the node's rows begin in each column's order; nodes that no row reaches are empty leaves
 * @param sum of what is to be predicted over its rows
 * @param last whether it is a leaf whatever its rows are
 */
function splitNode (
  { inverses }: SortedTable,
  { orders, ascending }: RowOrders,
  residual: Float64Array,
  start: number,
  count: number,
  sum: number,
  last: boolean
): Node & { gain: number } {
  const best = { column: -1, threshold: 0, value: count > 0 ? sum / count : 0, gain: 0 }
  if (last || count === 0) return best
  const own = sum * sum / count
  // What a split has to have beyond: Σ of its sides' sum² / count.
  let bound = own
  for (let column = 0; column < orders.length; column++) {
    const [order, values] = [orders[column]!, ascending[column]!]
    let leftSum = residual[order[start]!]!
    let before = values[start]!
    for (let left = 1; left < count; left++) {
      const value = values[start + left]!
      if (value > before) {
        const rightSum = sum - leftSum
        const apart = leftSum * leftSum * inverses[left]! + rightSum * rightSum * inverses[count - left]!
        // Rounding can make a split of equal values look like a gain.
        if (apart * (1 - 1e-12) > bound) {
          bound = apart
          best.column = column
          best.threshold = (before + value) / 2
          best.gain = apart - own
        }
      }
      leftSum += residual[order[start + left]!]!
      before = value
    }
  }
  return best
}

/** Flat arrays of a tree's nodes, which many rows go through. */
export interface FlatTree {
  readonly column: Int32Array
  readonly threshold: Float64Array
  readonly value: Float64Array
}

export const flatten = (nodes: readonly Node[]): FlatTree => ({
  column: Int32Array.from(nodes, ({ column }) => column),
  threshold: Float64Array.from(nodes, ({ threshold }) => threshold),
  value: Float64Array.from(nodes, ({ value }) => value),
})

/** Adds `rate` times the value of the leaf that each row of a table ends in. @param totals [rows] */
export function addLeaves (
  { column, threshold, value }: FlatTree,
  { values, rows, columns }: Table,
  rate: number,
  totals: Float64Array
): void {
  for (let row = 0, at = 0; row < rows; row++, at += columns) {
    let node = 0
    while (column[node]! >= 0) node = 2 * node + (values[at + column[node]!]! <= threshold[node]! ? 1 : 2)
    totals[row]! += rate * value[node]!
  }
}
