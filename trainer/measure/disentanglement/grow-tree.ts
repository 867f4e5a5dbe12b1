/** One regression tree on sorted columns, the step of gradient boosting. */
import type { Table } from './representation.js'

/** A split: rows whose value is at most `threshold` go left. A leaf has no column. */
export interface Node { column: number, threshold: number, value: number }

/** Columns in order, sorted once for all trees. */
export interface SortedTable {
  readonly table: Table
  /** The V columns that vary: others can't be split. */
  readonly varying: readonly number[]
  /** The rows by ascending value, [V] × [rows]. */
  readonly orders: readonly Int32Array[]
  /** The values of each column by row, [V] × [rows]. */
  readonly byColumn: readonly Float32Array[]
  /** 1/n for n up to the number of rows: [rows + 1]. */
  readonly inverses: Float64Array
  /** Working memory of a tree while it grows. */
  readonly working: Working
}

interface Working {
  /** As `orders`, but node after node of the level that is being split. */
  readonly orders: readonly Int32Array[]
  /** [rows]: those that go right while a node is divided. */
  readonly spare: Int32Array
  /** [rows]: 1 for a row that goes left. */
  readonly isLeft: Uint8Array
  /** Of the order of two columns. */
  readonly blocks: readonly [Blocks, Blocks]
}

/** Residuals of a node's rows in a column's order, in blocks. */
interface Blocks {
  /** Of all before each block, and of all, [blocks + 1]. */
  readonly sums: Float64Array
  /** Of their absolute values in each block, [blocks]. */
  readonly sizes: Float64Array
}

export function sortColumns (table: Table): SortedTable {
  const { values, rows, columns } = table
  const all = Array.from({ length: columns }, (_, column) =>
    Float32Array.from({ length: rows }, (_, row) => values[row * columns + column]!))
  const varying = [...all.keys()].filter(column => all[column]!.some(value => value !== all[column]![0]))
  const byColumn = varying.map(column => all[column]!)
  const orders = byColumn.map(own =>
    Int32Array.from({ length: rows }, (_, row) => row).sort((a, b) => own[a]! - own[b]! || a - b))
  const most = Math.ceil(rows / BLOCK)
  const blocks = (): Blocks => ({ sums: new Float64Array(most + 1), sizes: new Float64Array(most) })
  return {
    table,
    varying,
    orders,
    byColumn,
    inverses: Float64Array.from({ length: rows + 1 }, (_, n) => 1 / n),
    working: {
      orders: orders.map(() => new Int32Array(rows)),
      spare: new Int32Array(rows),
      isLeft: new Uint8Array(rows),
      blocks: [blocks(), blocks()],
    },
  }
}

/** A complete binary tree in breadth-first order, and where the rows that it was grown on ended. */
export interface GrownTree {
  readonly nodes: readonly Node[]
  /** The leaf of each row, [rows]. */
  readonly leafOf: Uint16Array
}

/** Rows of a node: those in each column's order from `start` on. */
interface Segment {
  readonly start: number
  readonly count: number
}

/** How a node is split. */
interface Split {
  /** By its place among those that vary. */
  readonly column: number
  readonly threshold: number
  /** Of its rows, in the order of the column, these go left. */
  readonly left: number
  readonly gain: number
}

const NO_ROWS: Segment = { start: 0, count: 0 }

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
  const { table: { rows } } = sorted
  const nodes: Node[] = []
  const leafOf = new Uint16Array(rows)
  let segments: Segment[] = [{ start: 0, count: rows }]
  for (let d = 0; d <= depth; d++) {
    const orders = d === 0 ? sorted.orders : sorted.working.orders
    const first = 2 ** d - 1
    const sums = sumLevel(residual, leafOf, first)
    const next: Segment[] = []
    segments.forEach((segment, i) => {
      const { start, count } = segment
      const value = count > 0 ? sums[i]! / count : 0
      const split = d < depth && count > 0 ? splitNode(sorted, orders, residual, segment, sums[i]!) : undefined
      if (split === undefined) {
        nodes.push({ column: -1, threshold: 0, value })
        next.push(NO_ROWS, NO_ROWS)
        return
      }
      const { threshold, left, gain } = split
      const column = sorted.varying[split.column]!
      nodes.push({ column, threshold, value })
      importance[column]! += gain
      const child = 2 * (first + i) + 1
      const order = orders[split.column]!
      for (let at = 0; at < count; at++) leafOf[order[start + at]!] = at < left ? child : child + 1
      if (d < depth - 1) divide(sorted.working, orders, segment, split)
      next.push({ start, count: left }, { start: start + left, count: count - left })
    })
    segments = next
  }
  return { nodes, leafOf }
}

/** Sums what is to be predicted over the rows of each node of a level, by node from `first` on. */
function sumLevel (residual: Float64Array, nodeOf: Uint16Array, first: number): Float64Array {
  const sums = new Float64Array(first + 1)
  for (let row = 0; row < nodeOf.length; row++) {
    const node = nodeOf[row]! - first
    // Rows below 0 are settled in a leaf above.
    if (node >= 0) sums[node]! += residual[row]!
  }
  return sums
}

/** Puts the rows of a node that go left before those that go right, in each column's order. */
function divide (
  { orders, spare, isLeft }: Working,
  from: readonly Int32Array[],
  { start, count }: Segment,
  { column, left }: Split
): void {
  const order = from[column]!
  for (let at = 0; at < count; at++) isLeft[order[start + at]!] = at < left ? 1 : 0
  for (let c = 0; c < orders.length; c++) {
    const to = orders[c]!
    if (c !== column) divideOrder(from[c]!, to, spare, isLeft, start, start + count)
    else if (to !== order) to.set(order.subarray(start, start + count), start)
  }
}

/** No branch tells sides apart, as none could be foreseen: each row is written on both, and kept on one. */
function divideOrder (
  from: Int32Array,
  to: Int32Array,
  spare: Int32Array,
  isLeft: Uint8Array,
  start: number,
  end: number
): void {
  let left = start
  for (let i = start; i < end; i++) {
    const row = from[i]!
    to[left] = row
    spare[i - left] = row
    left += isLeft[row]!
  }
  to.set(spare.subarray(0, end - left), left)
}

/** Rows that are looked through one by one only where a split between them could be the best so far. */
const BLOCK = 32

/**
 * Rounding of sums of a few residuals, relative to their size: far more than it is. Splits count as better from 1e-12
 * on, which covers the rounding of all that is computed from the sums.
 */
const ROUNDING = 1e-12

/**
 * Finds the best split of a node that has rows. Every sum of the rows before a split is taken in their order; what
 * splits gain is computed where the residuals of a block, which bound the sums in it, leave room for a better one.
 * @param sum of what is to be predicted over its rows
 * @returns undefined where no split gains anything
 */
function splitNode (
  { byColumn, inverses, working: { blocks } }: SortedTable,
  orders: readonly Int32Array[],
  residual: Float64Array,
  { start, count }: Segment,
  sum: number
): Split | undefined {
  const own = sum * sum / count
  const mean = sum / count
  // What a split has to have beyond: Σ of its sides' sum² / count.
  let bound = own
  let [column, threshold, left, gain] = [-1, 0, 0, 0]
  for (let c = 0; c < orders.length; c++) {
    // The next column's sums are taken along, as there may be one.
    if (c % 2 === 0) sumBlocks(residual, orders[c]!, orders[c + 1] ?? orders[c]!, start, count, blocks)
    const [order, values, { sums, sizes }] = [orders[c]!, byColumn[c]!, blocks[c % 2]!]
    for (let from = 0, block = 0; from < count; from += BLOCK, block++) {
      const to = from + BLOCK < count ? from + BLOCK : count
      // Splits before each of these rows: so many rows are left of the first and of the last of them.
      const [fewest, most] = [from === 0 ? 1 : from, to - 1]
      // From here on sums rise by no more than the positive residuals, and fall by no more than the negative.
      const [before, size] = [sums[block]!, sizes[block]!]
      const change = sums[block + 1]! - before
      const slack = ROUNDING * (size + Math.abs(before))
      const highest = before + (size + change) / 2 + slack
      const lowest = before - (size - change) / 2 - slack
      // How far sums are from those of rows that are all alike.
      const [alikeFirst, alikeLast] = [mean * fewest, mean * most]
      const above = highest - (mean > 0 ? alikeFirst : alikeLast)
      const below = (mean > 0 ? alikeLast : alikeFirst) - lowest
      const apart = above > below ? above : below
      const first = inverses[fewest]! + inverses[count - fewest]!
      const last = inverses[most]! + inverses[count - most]!
      if (own + apart * apart * (first > last ? first : last) <= bound) continue
      let partSum = before
      let previous = from === 0 ? Infinity : values[order[start + from - 1]!]!
      for (let i = from; i < to; i++) {
        const row = order[start + i]!
        const value = values[row]!
        if (value > previous) {
          const rightSum = sum - partSum
          const parts = partSum * partSum * inverses[i]! + rightSum * rightSum * inverses[count - i]!
          // Rounding can make a split of equal values look like a gain.
          if (parts * (1 - 1e-12) > bound) {
            bound = parts
            column = c
            threshold = (previous + value) / 2
            left = i
            gain = parts - own
          }
        }
        partSum += residual[row]!
        previous = value
      }
    }
  }
  return column < 0 ? undefined : { column, threshold, left, gain }
}

/**
 * Sums residuals in two orders at once: each sum has to wait for the one before it, so that one order alone would keep
 * a core waiting half of the time.
 */
function sumBlocks (
  residual: Float64Array,
  firstOrder: Int32Array,
  secondOrder: Int32Array,
  start: number,
  count: number,
  [first, second]: readonly [Blocks, Blocks]
): void {
  const [firstSums, firstSizes, secondSums, secondSizes] = [first.sums, first.sizes, second.sums, second.sizes]
  let [firstSum, secondSum, block] = [0, 0, 0]
  for (let from = start; from < start + count; from += BLOCK, block++) {
    const to = from + BLOCK < start + count ? from + BLOCK : start + count
    let [firstSize, secondSize] = [0, 0]
    firstSums[block] = firstSum
    secondSums[block] = secondSum
    for (let i = from; i < to; i++) {
      const inFirst = residual[firstOrder[i]!]!
      const inSecond = residual[secondOrder[i]!]!
      firstSum += inFirst
      secondSum += inSecond
      firstSize += Math.abs(inFirst)
      secondSize += Math.abs(inSecond)
    }
    firstSizes[block] = firstSize
    secondSizes[block] = secondSize
  }
  firstSums[block] = firstSum
  secondSums[block] = secondSum
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
