/** Representations whose scores are known: made from independent uniform factors. */
import { layOutPartitions, type Partition } from '@partition-vae/models'
import { createRandom } from '../../../../trainer/random/index.js'
import { numberValues, type NumberedValues } from '../../../../trainer/measure/disentanglement/numbered-values.js'
import type { Factors, Table } from '../../../../trainer/measure/disentanglement/representation.js'
import { targetsOf, type Targets } from '../../../../trainer/measure/disentanglement/targets.js'

export interface Example {
  readonly means: Float32Array
  readonly partitions: readonly Partition[]
  readonly factors: Factors
}

/** `columns` independent columns: uniform on [0, 1], or standard normal. */
export function randomTable (
  rows: number,
  columns: number,
  seed: number,
  kind: 'uniform' | 'normal' = 'uniform'
): Table {
  const random = createRandom(seed, 'example', kind)
  return {
    values: Float32Array.from({ length: rows * columns }, () =>
      kind === 'uniform' ? random.uniform() : random.normal()
    ),
    rows,
    columns,
  }
}

/** Rows mapped to new columns. */
export function mapRows (
  { values, rows, columns }: Table,
  map: (row: Float32Array, index: number) => readonly number[]
): Table {
  const mapped = Array.from({ length: rows }, (_, row) =>
    map(values.subarray(row * columns, (row + 1) * columns), row)
  )
  return { values: Float32Array.from(mapped.flat()), rows, columns: mapped[0]!.length }
}

/** Four factors in groups g (0, 1), h (2) and i (3); partitions of sizes 2, 1, 1. `encode`: factors → 4 units. */
export function example (
  rows: number,
  encode: (factors: Float32Array, noise: () => number) => readonly number[],
  seed = 1
): Example {
  const table = randomTable(rows, 4, seed)
  const random = createRandom(seed, 'noise')
  return {
    means: mapRows(table, row => encode(row, random.normal)).values,
    partitions: layOutPartitions([
      { name: 'p', size: 2 },
      { name: 'q', size: 1 },
      { name: 'r', size: 1 },
    ]),
    factors: { values: table.values, names: ['a', 'b', 'c', 'd'], groups: { g: [0, 1], h: [2], i: [3] } },
  }
}

/** Columns as real factors a, b, c, … without groups. */
function realFactors ({ values, columns }: Table): Factors {
  return { values, names: Array.from({ length: columns }, (_, k) => String.fromCharCode(97 + k)), groups: {} }
}

export const targetsOfTable = (table: Table): Targets => targetsOf(realFactors(table))
export const numbersOfTable = (table: Table): NumberedValues[] => numberValues(realFactors(table))

export const near = (actual: number, expected: number, tolerance: number): boolean =>
  Math.abs(actual - expected) <= tolerance
