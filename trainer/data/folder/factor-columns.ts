/** Checks that columns of factors can be measured: in double precision, before anything is rounded. */
import type { FactorScaling } from '../dataset.js'

/** A row of the table that belongs to an image. */
export interface FactorRow {
  readonly line: number
  /** [K] */
  readonly values: Float64Array
}

/**
 * The largest ratio of values to the range that they cover: beyond, single precision keeps too little of their
 * differences.
 */
const LARGEST_OFFSET = 1024
/** Magnitudes that leave room for squares in single precision. */
const [SMALLEST, LARGEST] = [1e-15, 1e15]
/**
 * The least share of the numbers told apart in double precision that single precision must tell apart too: with fewer a
 * column has collapsed, while a few coincidences of many numbers are no fault.
 */
const LEAST_DISTINCT = 0.9

/**
 * Computes how each column is brought to single precision, so that its differences remain. Columns that need nothing
 * are left as they are.
 * @returns undefined where no column needs anything
 * @throws what `refuse` makes of a column that is the same in all rows, or whose numbers are no longer told apart
 */
export function scaleColumns (
  names: readonly string[],
  rows: readonly FactorRow[],
  refuse: (message: string) => Error
): FactorScaling | undefined {
  const centres = new Float64Array(names.length)
  const scales = new Float64Array(names.length).fill(1)
  names.forEach((name, column) => {
    const valueOf = ({ values }: FactorRow) => values[column]!
    let [low, high] = [Infinity, -Infinity]
    for (const row of rows) {
      low = Math.min(low, valueOf(row))
      high = Math.max(high, valueOf(row))
    }
    if (low === high) {
      throw refuse(
        `expected different numbers in column ${name} but found ${low} for all ${rows.length} images: remove it`
      )
    }
    // Halves, as the difference of the largest numbers has no place in double precision.
    const halfRange = high / 2 - low / 2
    if (Math.max(Math.abs(low), Math.abs(high)) > LARGEST_OFFSET * 2 * halfRange) centres[column] = low / 2 + high / 2
    const magnitude = Math.max(Math.abs(low - centres[column]!), Math.abs(high - centres[column]!))
    if (magnitude < SMALLEST || magnitude > LARGEST) scales[column] = halfRange
    checkDistinct(name, rows, valueOf, value => Math.fround((value - centres[column]!) / scales[column]!), refuse)
  })
  return centres.every(centre => centre === 0) && scales.every(scale => scale === 1) ? undefined : { centres, scales }
}

function checkDistinct (
  name: string,
  rows: readonly FactorRow[],
  valueOf: (row: FactorRow) => number,
  rounded: (value: number) => number,
  refuse: (message: string) => Error
): void {
  const distinct = new Set(rows.map(valueOf))
  const kept = new Map<number, FactorRow>()
  let example: readonly [FactorRow, FactorRow] | undefined
  for (const row of rows) {
    const first = kept.get(rounded(valueOf(row)))
    if (first === undefined) kept.set(rounded(valueOf(row)), row)
    else if (valueOf(first) !== valueOf(row)) example ??= [first, row]
  }
  if (kept.size >= LEAST_DISTINCT * distinct.size) return
  const [one, other] = example!
  throw refuse(
    `expected numbers that single precision tells apart in column ${name} but found ${distinct.size} different ones ` +
    `of which ${kept.size} remain, ` +
      `e.g. ${valueOf(one)} in line ${one.line} and ${valueOf(other)} in line ${other.line}: give the differences ` +
      'from a number near them, or leave out what is far off'
  )
}

/**
 * Finds numbers that are written differently and are the same once they are read: whole numbers of 17 digits and more,
 * as of clocks that count nanoseconds.
 */
export function createDigitCheck (name: string): {
  see(text: string, value: number, line: number): void
  finish(refuse: (message: string) => Error): void
} {
  const seen = new Map<number, { digits: string; line: number }>()
  let merged = 0
  let total = 0
  let example = ''
  return {
    see (text, value, line) {
      total++
      const digits = significant(text)
      // Every number of 15 digits is told apart from its neighbours.
      if (digits.length <= 15) return
      const before = seen.get(value)
      if (before === undefined) seen.set(value, { digits, line })
      else if (before.digits !== digits) {
        merged++
        example ||= `in lines ${before.line} and ${line}, ${text.trim()}`
      }
    },
    finish (refuse) {
      if (merged > (1 - LEAST_DISTINCT) * total) {
        throw refuse(
          `expected numbers that double precision tells apart in column ${name} but found ${merged} that are read ` +
            `as others are, e.g. ${example}: give the differences from a number near them`
        )
      }
    },
  }
}

/** The digits of a number without its point and the zeros around them. */
function significant (text: string): string {
  return text.trim().replace(/[eE].*$/, '').replace(/[^\d]/g, '').replace(/^0+/, '').replace(/0+$/, '')
}
