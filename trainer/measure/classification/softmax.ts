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
  const x = { values, columns }
  return await minimise(
    async (point, gradient) => {
      gradient.fill(0)
      let loss = 0
      const scores = new Float64Array(classes)
      for (let row = 0; row < rows; row++) {
        if (row % ROWS === 0) await pace()
        const label = labels[row]!
        const weight = weightOf[label]!
        const normaliser = softmax(point, x, row, scores)
        loss += weight * (normaliser - scoreOf(point, x, row, label))
        for (let c = 0; c < classes; c++) {
          const error = weight * (scores[c]! - (c === label ? 1 : 0))
          for (let i = 0; i < columns; i++) gradient[c * width + i]! += error * values[row * columns + i]!
          gradient[c * width + columns]! += error
        }
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
  let largest = -Infinity
  for (let c = 0; c < scores.length; c++) {
    scores[c] = scoreOf(weights, x, row, c)
    largest = Math.max(largest, scores[c]!)
  }
  let sum = 0
  for (let c = 0; c < scores.length; c++) sum += scores[c] = Math.exp(scores[c]! - largest)
  for (let c = 0; c < scores.length; c++) scores[c]! /= sum
  return largest + Math.log(sum)
}

function scoreOf (weights: Float64Array, { values, columns }: Rows, row: number, c: number): number {
  let score = weights[c * (columns + 1) + columns]!
  for (let i = 0; i < columns; i++) score += weights[c * (columns + 1) + i]! * values[row * columns + i]!
  return score
}
