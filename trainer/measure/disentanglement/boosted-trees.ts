/**
 * Gradient boosted trees (Friedman 2001, "Greedy function approximation"), with the settings of scikit-learn's
 * GradientBoosting that disentanglement_lib's DCI uses: 100 rounds, trees of depth 3, learning rate 0.1.
 */
import { UNPACED, type Pace } from '../pace.js'
import { addLeaves, flatten, growTree, type FlatTree, type Node, type SortedTable } from './grow-tree.js'
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
  const forest: FlatTree[] = []
  for (let t = 0; t < trees; t++) {
    await pace()
    const { nodes, leafOf } = growTree(sorted, residual, depth, importance)
    const tree = flatten(nodes)
    for (let row = 0; row < rows; row++) residual[row]! -= learningRate * tree.value[leafOf[row]!]!
    forest.push(tree)
  }
  return {
    importance: sharesOf(importance),
    predict (table) {
      const predicted = new Float64Array(table.rows).fill(base)
      for (const tree of forest) addLeaves(tree, table, learningRate, predicted)
      return predicted
    },
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
  const residuals = scores.map(() => new Float64Array(rows)) // [scored][rows]
  const forest: FlatTree[][] = []
  const newton = classes === 2 ? 1 : (classes - 1) / classes
  for (let t = 0; t < trees; t++) {
    setResiduals(residuals, scores, scored, labels)
    const round: FlatTree[] = []
    for (const [s, residual] of residuals.entries()) {
      await pace()
      const { nodes, leafOf } = growTree(sorted, residual, depth, importance)
      setLeaves(nodes as Node[], leafOf, residual, newton)
      const tree = flatten(nodes)
      const own = scores[s]!
      for (let row = 0; row < rows; row++) own[row]! += learningRate * tree.value[leafOf[row]!]!
      round.push(tree)
    }
    forest.push(round)
  }
  return {
    importance: sharesOf(importance),
    predict (table) {
      const totals = base.map(value => new Float64Array(table.rows).fill(value)) // [scored][rows]
      for (const round of forest) round.forEach((tree, s) => addLeaves(tree, table, learningRate, totals[s]!))
      return Uint16Array.from({ length: table.rows }, (_, row) => {
        if (classes === 2) return Number(totals[0]![row]! > 0)
        let best = 0
        for (let s = 1; s < totals.length; s++) if (totals[s]![row]! > totals[best]![row]!) best = s
        return best
      })
    },
  }
}

/** Sets each residual, indicator minus probability, of each class that has a score: [scored][rows]. */
function setResiduals (
  residuals: readonly Float64Array[],
  scores: readonly Float64Array[],
  scored: readonly number[],
  labels: ArrayLike<number>
): void {
  const rows = scores[0]!.length
  if (scores.length === 1) {
    const [[residual], [values]] = [residuals, scores] as [[Float64Array], [Float64Array]]
    for (let row = 0; row < rows; row++) residual[row] = labels[row]! - 1 / (1 + Math.exp(-values[row]!))
    return
  }
  // Class after class, so that memory is read in order.
  const largest = new Float64Array(rows).fill(-Infinity)
  const sums = new Float64Array(rows)
  for (const values of scores) {
    for (let row = 0; row < rows; row++) if (values[row]! > largest[row]!) largest[row] = values[row]!
  }
  scores.forEach((values, s) => {
    const residual = residuals[s]!
    for (let row = 0; row < rows; row++) sums[row]! += residual[row] = Math.exp(values[row]! - largest[row]!)
  })
  residuals.forEach((residual, s) => {
    const own = scored[s]!
    for (let row = 0; row < rows; row++) residual[row] = (labels[row] === own ? 1 : 0) - residual[row]! / sums[row]!
  })
}

/** A Newton step in each leaf: Σ r / Σ |r| (1 − |r|), times (K − 1)/K for K classes. */
function setLeaves (nodes: Node[], leafOf: Uint16Array, residual: Float64Array, factor: number): void {
  const steps = new Float64Array(nodes.length)
  const curvatures = new Float64Array(nodes.length)
  for (let row = 0; row < leafOf.length; row++) {
    const size = Math.abs(residual[row]!)
    steps[leafOf[row]!]! += residual[row]!
    curvatures[leafOf[row]!]! += size * (1 - size)
  }
  nodes.forEach((node, leaf) => {
    // As scikit-learn: a leaf that is right about all its rows stays as it is.
    if (node.column < 0) node.value = curvatures[leaf]! < 1e-150 ? 0 : factor * steps[leaf]! / curvatures[leaf]!
  })
}

function sharesOf (importance: Float64Array): number[] {
  const total = importance.reduce((sum, value) => sum + value, 0)
  return [...importance].map(value => total > 0 ? value / total : 0)
}
