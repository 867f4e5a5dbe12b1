/** The input of every measure: representations cut into partitions, and the true factors of the same images. */
import { latentSizeOf, type Partition } from '@partition-vae/models'
import { TrainerError } from '../../foundation/errors.js'
import { createRandom } from '../../random/index.js'
import type { MeasuredKind } from './kinds.js'

/** Rows of equal length, row-major: [rows, columns]. */
export interface Table {
  readonly values: Float32Array
  readonly rows: number
  readonly columns: number
}

/** True factors of variation of N images. */
export interface Factors {
  /** [N, K], in any unit. */
  readonly values: Float32Array
  /** K names. */
  readonly names: readonly string[]
  /**
   * Group name → the factors that belong together, as indices into `names`. Groups may overlap; each has at least one.
   */
  readonly groups: Readonly<Record<string, readonly number[]>>
  /** The kind of each, [K]. Default: all real. */
  readonly kinds?: readonly MeasuredKind[] | undefined
}

/** A partition's part of the representations. `units`: the columns it owns. */
export interface Block {
  readonly name: string
  readonly units: readonly number[]
}

export const blocksOf = (partitions: readonly Partition[]): Block[] =>
  partitions.map(({ name, offset, size }) => ({ name, units: Array.from({ length: size }, (_, i) => offset + i) }))

/** Each unit as a block of its own: the level of the literature's measures. */
export const unitsAsBlocks = (partitions: readonly Partition[]): Block[] =>
  partitions.flatMap(({ name, offset, size }) =>
    Array.from({ length: size }, (_, i) => ({ name: `${name}[${i}]`, units: [offset + i] }))
  )

/**
 * Checks representations against factors and gives them a shape. `means`: [N, D]; N ≥ 2.
 * @throws TrainerError PVAE_INVALID_PARAMETER naming what does not fit: lengths, a value that is not finite, a factor
 * that does not vary, an empty group
 */
export function tablesOf (
  means: Float32Array,
  partitions: readonly Partition[],
  factors: Factors
): Table {
  const count = requireFactors(factors)
  const latentSize = latentSizeOf(partitions)
  if (means.length !== count * latentSize) {
    throw invalid(`${count} × ${latentSize} values for means`, String(means.length))
  }
  requireFinite('means', means, latentSize)
  return { values: means, rows: count, columns: latentSize }
}

/** The number of images N. */
function requireFactors ({ values, names, groups }: Factors): number {
  const columns = names.length
  if (columns === 0) throw invalid('at least 1 factor', 'none')
  const count = values.length / columns
  if (!Number.isInteger(count) || count < 2) {
    throw invalid(`values for at least 2 images of ${columns} factors`, String(values.length))
  }
  requireFinite('factors', values, columns)
  for (const [k, name] of names.entries()) {
    let varies = false
    for (let row = 1; row < count && !varies; row++) varies = values[row * columns + k] !== values[k]
    if (!varies) throw invalid(`factor ${name} to vary over the images`, `${values[k]} for all of them`)
  }
  if (Object.keys(groups).length === 0) throw invalid('at least 1 group of factors', 'none')
  for (const [name, members] of Object.entries(groups)) {
    if (members.length === 0) throw invalid(`at least 1 factor in group ${name}`, 'none')
    const wrong = members.find(k => !Number.isInteger(k) || k < 0 || k >= columns)
    if (wrong !== undefined) {
      throw invalid(`indices of factors from 0 to ${columns - 1} in group ${name}`, String(wrong))
    }
  }
  return count
}

export function requireFinite (name: string, values: Float32Array, columns: number): void {
  const wrong = values.findIndex(value => !Number.isFinite(value))
  if (wrong >= 0) throw invalid(`finite values for ${name}`, `${values[wrong]} in column ${wrong % columns}`)
}

/** @param expected "1 or more X for NAME" */
export function invalid (expected: string, received: string): TrainerError {
  return new TrainerError('PVAE_INVALID_PARAMETER', `expected ${expected} but received ${received}`)
}

/** A column as doubles: [rows]. */
export function columnOf ({ values, rows, columns }: Table, column: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => values[row * columns + column]!)
}

export function selectRows ({ values, columns }: Table, rows: Uint32Array): Table {
  const selected = new Float32Array(rows.length * columns)
  rows.forEach((row, i) => selected.set(values.subarray(row * columns, (row + 1) * columns), i * columns))
  return { values: selected, rows: rows.length, columns }
}

/** [rows, units.length] */
export function selectColumns ({ values, rows, columns }: Table, units: readonly number[]): Table {
  const selected = new Float32Array(rows * units.length)
  for (let row = 0; row < rows; row++) {
    units.forEach((unit, i) => {
      selected[row * units.length + i] = values[row * columns + unit]!
    })
  }
  return { values: selected, rows, columns: units.length }
}

export interface Split {
  readonly train: Uint32Array
  readonly test: Uint32Array
}

/**
 * A seeded random split of `count` images.
 * @param testShare share of held-out images, default a quarter
 * @throws TrainerError PVAE_INVALID_PARAMETER where a part would have fewer than 2 images
 */
export function splitAtRandom (count: number, seed: number, testShare = 0.25): Split {
  const held = Math.round(count * testShare)
  if (!(held >= 2 && count - held >= 2)) {
    throw invalid(
      'at least 2 images to learn from and 2 held out',
      `${count} images and a held-out share of ${testShare}`
    )
  }
  const order = createRandom(seed, 'split').shuffle(Uint32Array.from({ length: count }, (_, i) => i))
  return { train: order.slice(held), test: order.slice(0, held) }
}

export const meanOf = (values: ArrayLike<number>): number => {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  return sum / values.length
}

/** Sample standard deviation (n − 1); 0 for a single value. */
export function deviationOf (values: ArrayLike<number>): number {
  if (values.length < 2) return 0
  const mean = meanOf(values)
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += (values[i]! - mean) ** 2
  return Math.sqrt(sum / (values.length - 1))
}
