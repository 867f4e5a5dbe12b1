/**
 * Gradient boosted trees (Friedman 2001, "Greedy function approximation"), with the settings of scikit-learn's
 * GradientBoosting that disentanglement_lib's DCI uses: 100 rounds, trees of depth 3, learning rate 0.1.
 */
import { UNPACED, type Pace } from '../pace.js'
import { growTree, leafFor, type Node, type SortedTable } from './grow-tree.js'
import type { Table } from './representation.js'

export interface BoostingOptions {
  /** Rounds: trees, or trees of each class. */
  readonly trees?: number
  readonly depth?: number
  readonly learningRate?: number
  /** Waited for before each tree. */
  readonly pace?: Pace | undefined
}

export interface BoostedTrees<Predictions> {
  /**
   * Each column's share of the reduction of the squared error, [columns]; they add up to 1, or are all 0 where nothing
   * was learnt.
   */
  readonly importance: number[]
  /** Predictions for other rows of the same columns. */
  predict (table: Table): Predictions
}

/**
 * Learns a number by the squared error (algorithm 3).
 * @param targets [rows]
 */
export async function boostTrees (
  sorted: SortedTable,
  targets: Float64Array,
  { trees = 100, depth = 3, learningRate = 0.1, pace = UNPACED }: BoostingOptions = {}
): Promise<BoostedTrees<Float64Array>> {
  const { rows, columns } = sorted.table
  const base = targets.reduce((sum, value) => sum + value, 0) / rows
  const residual = targets.map(value => value - base)
  const importance = new Float64Array(columns)
  const forest: Array<readonly Node[]> = []
  for (let t = 0; t < trees; t++) {
    await pace()
    const { nodes, leafOf } = growTree(sorted, residual, depth, importance)
    for (let row = 0; row < rows; row++) residual[row]! -= learningRate * nodes[leafOf[row]!]!.value
    forest.push(nodes)
  }
  return {
    importance: sharesOf(importance),
    predict: ({ values, rows, columns }) =>
      Float64Array.from({ length: rows }, (_, row) => {
        let prediction = base
        for (const nodes of forest) prediction += learningRate * leafFor(nodes, values, row * columns).value
        return prediction
      }),
  }
}

/**
 * Learns classes by the multinomial deviance, a tree of each class a round, with one Newton step in each leaf
 * (algorithm 6); two classes share one tree a round (algorithm 5).
 * @param labels class of each row, [rows], 0 … classes − 1; each class occurs
 * @param classes at least 2
 */
export async function boostClassifier (
  sorted: SortedTable,
  labels: ArrayLike<number>,
  classes: number,
  { trees = 100, depth = 3, learningRate = 0.1, pace = UNPACED }: BoostingOptions = {}
): Promise<BoostedTrees<Uint16Array>> {
  const { rows, columns } = sorted.table
  // Two classes need one score, the log-odds of the second.
  const scored = classes === 2 ? [1] : Array.from({ length: classes }, (_, c) => c)
  const counts = new Float64Array(classes)
  for (let row = 0; row < rows; row++) counts[labels[row]!]!++
  const base = scored.map(c => classes === 2 ? Math.log(counts[1]! / counts[0]!) : Math.log(counts[c]! / rows))
  const scores = base.map(value => new Float64Array(rows).fill(value)) // [scored][rows]
  const importance = new Float64Array(columns)
  const forest: Array<ReadonlyArray<readonly Node[]>> = []
  const newton = classes === 2 ? 1 : (classes - 1) / classes
  for (let t = 0; t < trees; t++) {
    const residuals = residualsOf(scores, scored, labels)
    const round: Array<readonly Node[]> = []
    for (const [s, residual] of residuals.entries()) {
      await pace()
      const { nodes, leafOf } = growTree(sorted, residual, depth, importance)
      setLeaves(nodes as Node[], leafOf, residual, newton)
      for (let row = 0; row < rows; row++) scores[s]![row]! += learningRate * nodes[leafOf[row]!]!.value
      round.push(nodes)
    }
    forest.push(round)
  }
  return {
    importance: sharesOf(importance),
    predict ({ values, rows, columns }) {
      return Uint16Array.from({ length: rows }, (_, row) => {
        const totals = base.slice()
        for (const round of forest) {
          round.forEach((nodes, s) => { totals[s]! += learningRate * leafFor(nodes, values, row * columns).value })
        }
        return classes === 2 ? Number(totals[0]! > 0) : totals.indexOf(Math.max(...totals))
      })
    },
  }
}

/** Indicator minus probability, of each class that has a score: [scored][rows]. */
function residualsOf (
  scores: readonly Float64Array[],
  scored: readonly number[],
  labels: ArrayLike<number>
): Float64Array[] {
  const residuals = scores.map(values => new Float64Array(values.length))
  for (let row = 0; row < scores[0]!.length; row++) {
    if (scores.length === 1) {
      residuals[0]![row] = labels[row]! - 1 / (1 + Math.exp(-scores[0]![row]!))
      continue
    }
    let largest = -Infinity
    for (const values of scores) largest = Math.max(largest, values[row]!)
    let sum = 0
    for (const [s, values] of scores.entries()) sum += residuals[s]![row] = Math.exp(values[row]! - largest)
    for (const [s, values] of residuals.entries()) values[row] = Number(labels[row] === scored[s]) - values[row]! / sum
  }
  return residuals
}

/** A Newton step in each leaf: Σ r / Σ |r| (1 − |r|), times (K − 1)/K for K classes. */
function setLeaves (nodes: Node[], leafOf: Uint16Array, residual: Float64Array, factor: number): void {
  const steps = nodes.map(() => 0)
  const curvatures = nodes.map(() => 0)
  leafOf.forEach((leaf, row) => {
    const size = Math.abs(residual[row]!)
    steps[leaf]! += residual[row]!
    curvatures[leaf]! += size * (1 - size)
  })
  nodes.forEach((node, leaf) => {
    // As scikit-learn: a leaf that is right about all its rows stays as it is.
    if (node.column < 0) node.value = curvatures[leaf]! < 1e-150 ? 0 : factor * steps[leaf]! / curvatures[leaf]!
  })
}

function sharesOf (importance: Float64Array): number[] {
  const total = importance.reduce((sum, value) => sum + value, 0)
  return [...importance].map(value => total > 0 ? value / total : 0)
}
