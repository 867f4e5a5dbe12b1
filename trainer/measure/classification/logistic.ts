import type { Table } from '../disentanglement/representation.js'
import { UNPACED, type Pace } from '../pace.js'
import { defineJob } from '../work/job.js'
import type { Classifying } from './classifying.js'
import { fitSoftmax, mostProbable } from './softmax.js'

/**
 * Classifies linearly: multinomial logistic regression with C = 1 (scikit-learn's LogisticRegression) on columns scaled
 * to mean 0 and deviation 1 over `train`.
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
  const scale = scaling(train)
  const weights = await fitSoftmax(scaled(train, scale), labels, classes, { penalty: 1, pace })
  return Uint8Array.from(mostProbable(weights, scaled(queries, scale), classes))
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

function scaled ({ values, rows, columns }: Table, scale: ReturnType<typeof scaling>): Table {
  const result = new Float32Array(rows * columns)
  for (let row = 0; row < rows; row++) {
    scale.forEach(({ mean, factor }, i) => {
      result[row * columns + i] = (values[row * columns + i]! - mean) * factor
    })
  }
  return { values: result, rows, columns }
}

export const lineSays = defineJob(
  import.meta.url,
  'lineSays',
  ({ train, labels, queries, classes }: Classifying, pace) =>
    classifyLinearly(train, labels, queries, classes, pace)
)
