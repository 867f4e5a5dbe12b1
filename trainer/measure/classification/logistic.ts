import type { Table } from '../disentanglement/representation.js'
import { UNPACED, type Pace } from '../pace.js'
import { minimise } from './minimise.js'

/** Looked at between two chances to see a signal. */
const ROWS = 256

/**
 * Multinomial logistic regression, the linear classifier of a representation: minimises Σ −log softmax(xW + b)_label +
 * ½‖W‖², the intercept not penalised (scikit-learn's LogisticRegression with C = 1), on columns scaled to mean 0 and
 * deviation 1 over `train`.
 * @param labels class of each row of `train`, 0 … classes − 1
 * @returns the most probable class of each query, [queries.rows]
 */
export async function classifyLinearly (
  train: Table,
  labels: Uint8Array,
  queries: Table,
  classes: number,
  pace: Pace = UNPACED
): Promise<Uint8Array> {
  const { columns, rows } = train
  const scale = scaling(train)
  const x = scaled(train, scale)
  const width = columns + 1
  const weights = await minimise(
    async (point, gradient) => {
      gradient.fill(0)
      let loss = 0
      const scores = new Float64Array(classes)
      for (let row = 0; row < rows; row++) {
        if (row % ROWS === 0) await pace()
        const label = labels[row]!
        const normaliser = softmax(point, x, row, width, scores)
        loss += normaliser - scoreOf(point, x, row, width, label)
        for (let c = 0; c < classes; c++) {
          const error = scores[c]! - (c === label ? 1 : 0)
          for (let i = 0; i < width; i++) gradient[c * width + i]! += error * x[row * width + i]!
        }
      }
      for (let c = 0; c < classes; c++) {
        for (let i = 0; i < columns; i++) {
          const weight = point[c * width + i]!
          loss += weight ** 2 / 2
          gradient[c * width + i]! += weight
        }
      }
      // Per row, so that the tolerance means the same for any number of rows.
      for (let i = 0; i < gradient.length; i++) gradient[i]! /= rows
      return loss / rows
    },
    new Float64Array(classes * width)
  )
  const unseen = scaled(queries, scale)
  const scores = new Float64Array(classes)
  return Uint8Array.from({ length: queries.rows }, (_, row) => {
    softmax(weights, unseen, row, width, scores)
    return scores.indexOf(Math.max(...scores))
  })
}

/** Class probabilities of one row into `scores`; returns the log of the normaliser. */
function softmax (weights: Float64Array, x: Float64Array, row: number, width: number, scores: Float64Array): number {
  let largest = -Infinity
  for (let c = 0; c < scores.length; c++) {
    scores[c] = scoreOf(weights, x, row, width, c)
    largest = Math.max(largest, scores[c]!)
  }
  let sum = 0
  for (let c = 0; c < scores.length; c++) sum += scores[c] = Math.exp(scores[c]! - largest)
  for (let c = 0; c < scores.length; c++) scores[c]! /= sum
  return largest + Math.log(sum)
}

function scoreOf (weights: Float64Array, x: Float64Array, row: number, width: number, c: number): number {
  let score = 0
  for (let i = 0; i < width; i++) score += weights[c * width + i]! * x[row * width + i]!
  return score
}

function scaling ({ values, rows, columns }: Table): Array<{ mean: number, factor: number }> {
  return Array.from({ length: columns }, (_, column) => {
    let mean = 0
    for (let row = 0; row < rows; row++) mean += values[row * columns + column]! / rows
    let variance = 0
    for (let row = 0; row < rows; row++) variance += (values[row * columns + column]! - mean) ** 2 / rows
    return { mean, factor: variance > 0 ? 1 / Math.sqrt(variance) : 1 }
  })
}

/** With a column of ones for the intercept: [rows, columns + 1]. */
function scaled ({ values, rows, columns }: Table, scale: ReturnType<typeof scaling>): Float64Array {
  const result = new Float64Array(rows * (columns + 1)).fill(1)
  for (let row = 0; row < rows; row++) {
    scale.forEach(({ mean, factor }, i) => {
      result[row * (columns + 1) + i] = (values[row * columns + i]! - mean) * factor
    })
  }
  return result
}
