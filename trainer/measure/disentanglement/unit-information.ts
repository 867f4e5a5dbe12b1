import { BINS, discretiseColumns, entropyOf, mutualInformation } from './histogram.js'
import type { Information } from './information.js'
import type { NumberedValues } from './numbered-values.js'
import type { Table } from './representation.js'

/**
 * Estimates the information of every unit on every factor by counting: units cut into bins of equal width, factors by
 * the numbers of their values. → [D][K]
 */
export function unitInformation (means: Table, factors: readonly NumberedValues[], bins = BINS): Information {
  const units = discretiseColumns(means, bins)
  return {
    information: units.map(unit => factors.map(({ codes, count }) => mutualInformation(unit, codes, bins, count))),
    entropy: factors.map(({ codes, count }) => entropyOf(codes, count)),
  }
}
