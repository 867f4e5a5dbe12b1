import { pseudoInverse, Matrix } from 'ml-matrix'
import { meanOf, columnOf, type Block, type Table } from './representation.js'

/**
 * Separated attribute predictability (Kumar, Sattigeri & Balakrishnan 2018, "Variational inference of disentangled
 * latent concepts from unlabeled observations", section 3): the mean over factors of the best code's score minus the
 * second best's. For continuous factors the score is the R² of linear regression from the code: for a unit the squared
 * correlation Cov²/(Var Var), for a partition the multiple R² of all its units. As in disentanglement_lib's
 * `sap_score.py` with `continuous_factors = True`, which takes it over 10,000 points; a code of variance below 1e-12
 * scores 0.
 */
export function separatedAttributePredictability (
  means: Table,
  blocks: readonly Block[],
  factors: Table
): { mean: number; byFactor: number[]; scores: number[][] } {
  const scores = linearExplainedVariance(means, blocks, factors)
  const byFactor = Array.from({ length: factors.columns }, (_, k) => {
    const [first = 0, second = 0] = scores.map(row => row[k]!).sort((a, b) => b - a)
    return first - second
  })
  return { mean: meanOf(byFactor), byFactor, scores }
}

/** R² of least squares with an intercept, over the same points it was fitted to: [blocks][K]. */
function linearExplainedVariance (means: Table, blocks: readonly Block[], factors: Table): number[][] {
  const units = centred(means)
  const targets = centred(factors)
  const variance = (values: Float64Array) => product(values, values)
  return blocks.map(block => {
    const used = block.units.filter(unit => variance(units[unit]!) / means.rows > 1e-12)
    if (used.length === 0) return targets.map(() => 0)
    // Scaled to the same length, so that the tolerance of the pseudo-inverse sees directions and not units of measure.
    const lengths = used.map(unit => Math.sqrt(variance(units[unit]!)))
    const gram = new Matrix(
      used.map((a, i) => used.map((b, j) => product(units[a]!, units[b]!) / (lengths[i]! * lengths[j]!)))
    )
    const inverse = pseudoInverse(gram)
    return targets.map(target => {
      const cross = used.map((unit, i) => product(units[unit]!, target) / lengths[i]!)
      const explained = cross.reduce(
        (sum, value, i) => sum + value * cross.reduce((inner, other, j) => inner + inverse.get(i, j) * other, 0),
        0
      )
      // A factor that is constant over these points leaves nothing to explain.
      return variance(target) > 0 ? Math.min(1, Math.max(0, explained / variance(target))) : 0
    })
  })
}

function centred (table: Table): Float64Array[] {
  return Array.from({ length: table.columns }, (_, column) => {
    const values = columnOf(table, column)
    const mean = meanOf(values)
    return values.map(value => value - mean)
  })
}

function product (a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
