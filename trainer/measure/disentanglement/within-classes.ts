import type { Static } from '@partition-vae/models/typebox'
import { record } from './group-scores.js'
import { isCounted, type ProbePredictions } from './probe-predictions.js'
import { invalid, type Split } from './representation.js'
import type { WithinClassesSchema } from './schema.js'
import type { Targets } from './targets.js'

export type WithinClasses = Static<typeof WithinClassesSchema>

/**
 * Measures how well partitions predict factors within classes, beside what the class alone predicts. Where the classes
 * of images differ in a factor (ones are narrow, sevens lean), a partition that knows the class and nothing else
 * predicts the factor too: R² from the class alone is the least that such a partition scores, however well it is kept
 * from the factor. What it knows beyond the class shows within classes: there both the factor and what a probe says of
 * it are taken from their means in each class.
 * @param predictions of the held-out images, by probes whose first P inputs are the partitions
 * @param classes of all images, [N]
 */
export function measureWithinClasses (
  predictions: ProbePredictions,
  classes: Uint8Array,
  { names, targets }: { readonly names: readonly string[]; readonly targets: Targets },
  { train, test }: Split,
  partitions: number
): WithinClasses {
  const { table, mask, columnsOf } = targets
  if (classes.length !== table.rows) throw invalid(`${table.rows} classes, one an image,`, String(classes.length))
  const { rows, predicted, actual } = predictions
  const labelsOf = (from: Uint32Array) => Uint8Array.from(from, row => classes[row]!)
  const counted = (from: Uint32Array, column: number) =>
    mask === undefined ? from : from.filter(row => mask[row * table.columns + column] === 1)

  const fromClass = columnsOf.map(columns => {
    let [residual, total] = [0, 0]
    for (const column of columns) {
      const values = (from: Uint32Array) => Float64Array.from(from, row => table.values[row * table.columns + column]!)
      const [learnt, judged] = [counted(train, column), counted(test, column)]
      const seen = values(learnt)
      const means = meansByClass(seen, labelsOf(learnt))
      const overall = meanOf(seen)
      const truth = values(judged)
      const labels = labelsOf(judged)
      const mean = meanOf(truth)
      total += sumOfSquares(truth.map(value => value - mean))
      // A class that is only among the held-out images is given the mean of all.
      residual += sumOfSquares(truth.map((value, i) => value - (means.get(labels[i]!) ?? overall)))
    }
    return total > 0 ? 1 - residual / total : 0
  })
  const heldOut = labelsOf(test)
  const explained = columnsOf.map(columns => Array.from({ length: partitions }, (_, p) => {
    let [residual, total] = [0, 0]
    for (const column of columns) {
      const judged = Array.from({ length: rows }, (_, row) => row).filter(row => isCounted(predictions, row, column))
      const labels = Uint8Array.from(judged, row => heldOut[row]!)
      const truth = Float64Array.from(judged, row => actual.values[row * actual.columns + column]!)
      const errors = truth.map((value, i) => value - predicted[(p * rows + judged[i]!) * actual.columns + column]!)
      total += sumOfSquares(withoutClassMeans(truth, labels))
      residual += sumOfSquares(withoutClassMeans(errors, labels))
    }
    // A factor that the class decides leaves nothing to explain.
    return total > 0 ? 1 - residual / total : 0
  }))
  return {
    fromClass: record(names, fromClass),
    explained: Object.fromEntries(names.map((name, k) => [name, explained[k]!])),
  }
}

function meansByClass (values: Float64Array, classes: Uint8Array): Map<number, number> {
  const sums = new Map<number, { sum: number, count: number }>()
  values.forEach((value, i) => {
    const { sum, count } = sums.get(classes[i]!) ?? { sum: 0, count: 0 }
    sums.set(classes[i]!, { sum: sum + value, count: count + 1 })
  })
  return new Map([...sums].map(([label, { sum, count }]) => [label, sum / count]))
}

function withoutClassMeans (values: Float64Array, classes: Uint8Array): Float64Array {
  const means = meansByClass(values, classes)
  return values.map((value, i) => value - means.get(classes[i]!)!)
}

const sumOfSquares = (values: Float64Array) => values.reduce((sum, value) => sum + value ** 2, 0)
const meanOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length
