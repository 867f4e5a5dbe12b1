/** The values of factors as counting measures need them: numbered where they are discrete, in bins where not. */
import { BINS, discretise } from './histogram.js'
import { phasesOf, type MeasuredKind } from './kinds.js'
import { columnOf, type Factors } from './representation.js'

/** The values of one factor, numbered. */
export interface NumberedValues {
  /** The number of each image's value, [N], 0 … count − 1. */
  readonly codes: Uint16Array
  /** Different values, or bins. */
  readonly count: number
  /** The factor's own values, ascending, [count], where they are numbered themselves; undefined for bins of them. */
  readonly values: readonly number[] | undefined
}

/** A factor with more different values is continuous, unless it is said to be discrete. */
const MOST_VALUES = 64
/** So is one whose values come back less often on average. */
const FEWEST_OF_A_VALUE = 10

/**
 * Numbers the values of each factor. A discrete factor is taken as it is, never binned anew, as disentanglement_lib
 * does: one that is categorical or ordinal, or any other whose values come back, 10 times and more on average, such as
 * the 40 orientations and 32 positions of dSprites. Any other is cut into 20 bins of equal width between its smallest
 * and its largest value; an angle on its circle, up to the symmetry of what is turned.
 */
export function numberValues ({ values, names, kinds }: Pick<Factors, 'values' | 'names' | 'kinds'>): NumberedValues[] {
  const table = { values, rows: values.length / names.length, columns: names.length }
  return names.map((_, k) => numberFactor(columnOf(table, k), kinds?.[k]))
}

function numberFactor (column: Float64Array, kind: MeasuredKind | undefined): NumberedValues {
  const different = [...new Set(column)].sort((a, b) => a - b)
  const isNamed = kind?.kind === 'categorical' || kind?.kind === 'ordinal'
  if (
    isNamed || (different.length <= MOST_VALUES && different.length * FEWEST_OF_A_VALUE <= column.length)
  ) {
    const numberOf = new Map(different.map((value, number) => [value, number]))
    return {
      codes: Uint16Array.from(column, value => numberOf.get(value)!),
      count: different.length,
      values: different,
    }
  }
  const bins = kind?.kind === 'circular'
    ? phasesOf(kind).map(phase => Math.min(BINS - 1, Math.floor(phase * BINS)))
    : discretise(column)
  return { codes: Uint16Array.from(bins), count: BINS, values: undefined }
}

/** The numbers of some images. */
export function selectNumbers (factors: readonly NumberedValues[], rows: Uint32Array): NumberedValues[] {
  return factors.map(factor => ({ ...factor, codes: Uint16Array.from(rows, row => factor.codes[row]!) }))
}
