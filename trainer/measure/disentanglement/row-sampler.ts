/** Images that share factors, drawn from those that there are. */
import { createRandom } from '../../random/index.js'
import { NotMeasurable } from '../not-measured.js'
import type { NumberedValues } from './numbered-values.js'
import type { SampleRepresentations } from './factor-vae-score.js'
import type { Table } from './representation.js'

/** With fewer images that share a factor, on average, their variance says little. */
const FEWEST = 16

/** Groups images by the values of some factors. */
export interface SharedRows {
  /** The rows that share the values of each row's, by the number of its class. */
  readonly classes: ReadonlyArray<readonly number[]>
  /** The class of each row, [N]. */
  readonly classOf: Uint32Array
}

/**
 * Groups images that have the same values of all these factors.
 * @throws NotMeasurable for factors that are not discrete, or that too few images share
 */
export function shareFactors (
  numbers: readonly NumberedValues[],
  fixed: readonly number[],
  names: readonly string[]
): SharedRows {
  const what = fixed.map(k => names[k]!).join(' and ')
  const continuous = fixed.find(k => numbers[k]!.values === undefined)
  if (continuous !== undefined) {
    throw new NotMeasurable(`expected a discrete factor to hold fixed but found ${names[continuous]}, which is not`)
  }
  const rows = numbers[0]!.codes.length
  const numberOf = new Map<string, number>()
  const classes: number[][] = []
  const classOf = Uint32Array.from({ length: rows }, (_, row) => {
    const key = fixed.map(k => numbers[k]!.codes[row]!).join()
    const number = numberOf.get(key) ?? numberOf.size
    if (number === numberOf.size) {
      numberOf.set(key, number)
      classes.push([])
    }
    classes[number]!.push(row)
    return number
  })
  const shared = classes.reduce((sum, { length }) => sum + length * length, 0) / rows
  if (shared < FEWEST) {
    throw new NotMeasurable(
      `expected at least ${FEWEST} images that share ${what}, on average, but found ${shared.toFixed(1)}`
    )
  }
  return { classes, classOf }
}

/**
 * Makes a sampler of representations by resampling rows: a random image's values of the fixed factors are kept, and
 * images that share them are drawn with replacement. So all else is as it is among the images, which for factors that
 * are independent is as if drawn anew (disentanglement_lib draws from the full grid of factors).
 * @param shared the images by the values of each set of factors that is to be held fixed
 */
export function resampleRows (
  means: Table,
  shared: ReadonlyArray<{ readonly fixed: readonly number[]; readonly rows: SharedRows }>,
  seed: number
): SampleRepresentations {
  const random = createRandom(seed, 'resampled-rows')
  const { columns, rows: count } = means
  return (fixed, wanted) => {
    const { classes, classOf } = shared.find(set => set.fixed.join() === fixed.join())!.rows
    const members = classes[classOf[random.integer(count)]!]!
    const drawn = new Float32Array(wanted * columns)
    for (let i = 0; i < wanted; i++) {
      const row = members[random.integer(members.length)]!
      drawn.set(means.values.subarray(row * columns, (row + 1) * columns), i * columns)
    }
    return drawn
  }
}
