import type { Static } from '@partition-vae/models/typebox'
import { record } from './group-scores.js'
import type { ProbePredictions } from './probe.js'
import { invalid, type Factors, type Split } from './representation.js'
import type { WithinClassesSchema } from './schema.js'

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
  { names, values }: Factors,
  { train, test }: Split,
  partitions: number
): WithinClasses {
  const columns = names.length
  if (classes.length !== values.length / columns) {
    throw invalid(`${values.length / columns} classes, one an image,`, String(classes.length))
  }
  const { rows, predicted, actual } = predictions
  const heldOut = Uint8Array.from(test, row => classes[row]!)
  const learnt = Uint8Array.from(train, row => classes[row]!)
  const factor = (from: Uint32Array, k: number) => Float64Array.from(from, row => values[row * columns + k]!)

  const fromClass = names.map((_, k) => {
    const seen = factor(train, k)
    const means = meansByClass(seen, learnt)
    const overall = seen.reduce((sum, value) => sum + value, 0) / seen.length
    const truth = factor(test, k)
    const mean = truth.reduce((sum, value) => sum + value, 0) / truth.length
    // A class that is only among the held-out images is given the mean of all.
    const total = sumOfSquares(truth.map(value => value - mean))
    return total > 0
      ? 1 - sumOfSquares(truth.map((value, i) => value - (means.get(heldOut[i]!) ?? overall))) / total
      : 0
  })
  const explained = names.map((_, k) => {
    const truth = Float64Array.from({ length: rows }, (_, row) => actual.values[row * columns + k]!)
    const total = sumOfSquares(withoutClassMeans(truth, heldOut))
    return Array.from({ length: partitions }, (_, p) => {
      const errors = truth.map((value, row) => value - predicted[(p * rows + row) * columns + k]!)
      // A factor that the class decides leaves nothing to explain.
      return total > 0 ? 1 - sumOfSquares(withoutClassMeans(errors, heldOut)) / total : 0
    })
  })
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
