/** What probes predict of held-out images, and how much of each factor that explains. */
import type { Table } from './representation.js'
import type { Scaling } from './standardise.js'

/**
 * Predictions of the held-out images by P probes, each factor in units of its standard deviation over the images learnt
 * from: the root of the sum of its columns' variances.
 */
export interface ProbePredictions {
  /** Held-out images M. */
  readonly rows: number
  /** [P, M, T], standardised. */
  readonly predicted: Float32Array
  /** [M, T], standardised. */
  readonly actual: Table
  /** 1 where a value counts, [M, T]; undefined where all do. */
  readonly mask: Uint8Array | undefined
  /** Factor → its columns, [K]. */
  readonly columnsOf: ReadonlyArray<readonly number[]>
  /** [T] */
  readonly scaling: readonly Scaling[]
}

export const allRows = (rows: number): Uint32Array => Uint32Array.from({ length: rows }, (_, i) => i)

/** Tells whether a held-out image counts in a column. */
export function isCounted ({ mask, actual: { columns } }: ProbePredictions, row: number, column: number): boolean {
  return mask === undefined || mask[row * columns + column] === 1
}

/**
 * Computes the share of each factor's held-out variance that each probe explains, 1 − Σ‖y − ŷ‖²/Σ‖y − ȳ‖², unclamped:
 * negative where the mean predicts better. The columns of a factor are taken together: the cosine and sine of an angle,
 * the indicators of a category's values.
 * @param chosen rows of the held-out images to take it over; default all
 * @returns [P][K]
 */
export function explainedVariance (predictions: ProbePredictions, chosen = allRows(predictions.rows)): number[][] {
  const { rows, predicted, actual: { columns: width }, columnsOf } = predictions
  const totals = columnsOf.map(columns => sumOver(columns, column => spreadOf(predictions, column, chosen)))
  return Array.from({ length: predicted.length / (rows * width) }, (_, p) =>
    columnsOf.map((columns, k) => {
      const residual = sumOver(columns, column => errorOf(predictions, p, column, chosen))
      // A factor that is constant over the images held out can't be judged there: nothing was explained.
      return totals[k]! > 0 ? 1 - residual / totals[k]! : 0
    })
  )
}

/** Σ (y − ȳ)² of a column. */
function spreadOf (predictions: ProbePredictions, column: number, chosen: Uint32Array): number {
  const { actual: { values, columns } } = predictions
  let [sum, count] = [0, 0]
  for (const row of chosen) {
    if (!isCounted(predictions, row, column)) continue
    sum += values[row * columns + column]!
    count++
  }
  let total = 0
  for (const row of chosen) {
    if (isCounted(predictions, row, column)) total += (values[row * columns + column]! - sum / count) ** 2
  }
  return total
}

/** Σ (y − ŷ)² of a column by probe p. */
function errorOf (predictions: ProbePredictions, p: number, column: number, chosen: Uint32Array): number {
  const { rows, predicted, actual: { values, columns } } = predictions
  let error = 0
  for (const row of chosen) {
    if (!isCounted(predictions, row, column)) continue
    error += (values[row * columns + column]! - predicted[(p * rows + row) * columns + column]!) ** 2
  }
  return error
}

const sumOver = (columns: readonly number[], of: (column: number) => number) =>
  columns.reduce((sum, column) => sum + of(column), 0)
