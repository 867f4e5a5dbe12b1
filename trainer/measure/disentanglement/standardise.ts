/** Tables scaled for probes: over the rows that they learn from. */
import type { Table } from './representation.js'
import type { Targets } from './targets.js'

/** What was taken from a column, and what it was divided by. */
export interface Scaling {
  readonly mean: number
  readonly deviation: number
}

/**
 * Scales columns to mean 0 and deviation 1 over the `train` rows.
 * @param smallest a column of smaller deviation is divided by this
 */
export function standardised ({ values, rows, columns }: Table, train: Uint32Array, smallest: number): Table {
  const scaled = new Float32Array(values.length)
  for (let column = 0; column < columns; column++) {
    let mean = 0
    for (const row of train) mean += values[row * columns + column]! / train.length
    let variance = 0
    for (const row of train) variance += (values[row * columns + column]! - mean) ** 2 / train.length
    const scale = 1 / (Math.max(Math.sqrt(variance), smallest) || 1)
    for (let row = 0; row < rows; row++) {
      scaled[row * columns + column] = (values[row * columns + column]! - mean) * scale
    }
  }
  return { values: scaled, rows, columns }
}

/**
 * Takes the mean of each column over the `train` rows that count in it, and scales the columns of a factor alike, so
 * that their variances add up to 1.
 */
export function standardisedTargets (
  { table: { values, rows, columns }, mask, columnsOf }: Targets,
  train: Uint32Array
): { table: Table; scaling: Scaling[] } {
  const scaling: Scaling[] = []
  const scaled = new Float32Array(values.length)
  for (const own of columnsOf) {
    const means: number[] = []
    let variance = 0
    for (const column of own) {
      const counted = mask === undefined ? train : train.filter(row => mask[row * columns + column] === 1)
      let mean = 0
      for (const row of counted) mean += values[row * columns + column]! / counted.length
      for (const row of counted) variance += (values[row * columns + column]! - mean) ** 2 / train.length
      means.push(mean)
    }
    const deviation = Math.sqrt(variance) || 1
    own.forEach((column, i) => {
      const mean = means[i]!
      scaling[column] = { mean, deviation }
      for (let row = 0; row < rows; row++) {
        scaled[row * columns + column] = (values[row * columns + column]! - mean) * (1 / deviation)
      }
    })
  }
  return { table: { values: scaled, rows, columns }, scaling }
}
