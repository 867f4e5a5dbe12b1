/** Multinomial logistic regression. */
import type { Table } from '../disentanglement/representation.js'
import { UNPACED, type Pace } from '../pace.js'
import { minimise } from './minimise.js'

export interface SoftmaxOptions {
  /** Of ½‖W‖², the intercepts not penalised: 1 / C of scikit-learn's LogisticRegression. */
  readonly penalty: number
  /** Whether each class weighs alike, n / (classes · n_c) an image; default false. */
  readonly balanced?: boolean
  /** Steps of L-BFGS at most, default 200. */
  readonly iterations?: number
  readonly pace?: Pace
}

/** Looked at between two chances to see a signal. */
const ROWS = 256

/**
 * Minimises Σ wᵢ · −log softmax(xW + b)_label + penalty · ½‖W‖².
 * @param labels class of each row, 0 … classes − 1
 * @returns weights and, last, the intercept of each class: [classes, columns + 1]
 */
export async function fitSoftmax (
  { values, rows, columns }: Table,
  labels: ArrayLike<number>,
  classes: number,
  { penalty, balanced = false, iterations = 200, pace = UNPACED }: SoftmaxOptions
): Promise<Float64Array> {
  const width = columns + 1
  const weightOf = new Float64Array(classes).fill(1)
  if (balanced) {
    const counts = new Float64Array(classes)
    for (let row = 0; row < rows; row++) counts[labels[row]!]!++
    counts.forEach((count, c) => { weightOf[c] = rows / (classes * count) })
  }
  const data = { values, columns, labels, weightOf }
  const scores = new Float64Array(classes)
  return await minimise(
    async (point, gradient) => {
      gradient.fill(0)
      let loss = 0
      for (let row = 0; row < rows; row += ROWS) {
        await pace()
        loss = addRows(point, gradient, data, row, Math.min(row + ROWS, rows), scores, loss)
      }
      for (let c = 0; c < classes; c++) {
        for (let i = 0; i < columns; i++) {
          const weight = point[c * width + i]!
          loss += penalty * weight ** 2 / 2
          gradient[c * width + i]! += penalty * weight
        }
      }
      // Per row, so that the tolerance means the same for any number of rows.
      for (let i = 0; i < gradient.length; i++) gradient[i]! /= rows
      return loss / rows
    },
    new Float64Array(classes * width),
    { iterations }
  )
}

/** Rows, and what is known of them. */
interface Labelled extends Rows {
  /** [rows] */
  readonly labels: ArrayLike<number>
  /** [classes] */
  readonly weightOf: Float64Array
}

/**
 * Adds the gradient of the rows from `start` to `end`.
 * @param scores working memory, [classes]
 * @param before the loss of the rows before
 * @returns the loss with theirs
 */
function addRows (
  weights: Float64Array,
  gradient: Float64Array,
  data: Labelled,
  start: number,
  end: number,
  scores: Float64Array,
  before: number
): number {
  const { values, columns, labels, weightOf } = data
  const classes = scores.length
  let loss = before
  for (let row = start; row < end; row++) {
    const label = labels[row]!
    const weight = weightOf[label]!
    const normaliser = softmax(weights, data, row, scores)
    loss += weight * (normaliser - scoreOf(weights, data, row, label))
    const first = row * columns
    for (let c = 0, at = 0; c < classes; c++) {
      const error = weight * (scores[c]! - (c === label ? 1 : 0))
      for (let i = 0; i < columns; i++) gradient[at++]! += error * values[first + i]!
      gradient[at++]! += error
    }
  }
  return loss
}

/** Gives the most probable class of each row, [rows]. */
export function mostProbable (weights: Float64Array, table: Table, classes: number): Uint16Array {
  const scores = new Float64Array(classes)
  return Uint16Array.from({ length: table.rows }, (_, row) => {
    softmax(weights, table, row, scores)
    return scores.indexOf(Math.max(...scores))
  })
}

/** Computes the mean of −log of the probability of each row's class, in nats. */
export function logLossOf (
  weights: Float64Array,
  table: Table,
  labels: ArrayLike<number>,
  classes: number
): number {
  const scores = new Float64Array(classes)
  let loss = 0
  for (let row = 0; row < table.rows; row++) {
    const normaliser = softmax(weights, table, row, scores)
    loss += normaliser - scoreOf(weights, table, row, labels[row]!)
  }
  return loss / table.rows
}

type Rows = Pick<Table, 'values' | 'columns'>

/** Class probabilities of one row into `scores`; returns the log of the normaliser. */
function softmax (weights: Float64Array, x: Rows, row: number, scores: Float64Array): number {
  const classes = scores.length
  let largest = -Infinity
  for (let c = 0; c < classes; c++) {
    const score = scoreOf(weights, x, row, c)
    scores[c] = score
    if (score > largest) largest = score
  }
  let sum = 0
  for (let c = 0; c < classes; c++) sum += scores[c] = Math.exp(scores[c]! - largest)
  for (let c = 0; c < classes; c++) scores[c]! /= sum
  return largest + Math.log(sum)
}

function scoreOf (weights: Float64Array, { values, columns }: Rows, row: number, c: number): number {
  const [first, own] = [row * columns, c * (columns + 1)]
  let score = weights[own + columns]!
  for (let i = 0; i < columns; i++) score += weights[own + i]! * values[first + i]!
  return score
}
