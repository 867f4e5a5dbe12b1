/** Factors as columns that probes predict, each kind in its way. */
import { phasesOf, symmetriesOf, type MeasuredAngle } from './kinds.js'
import { columnOf, type Factors, type Table } from './representation.js'

/** The columns that stand for each factor. */
export interface Targets {
  /** [N, T] */
  readonly table: Table
  /** 1 where a row of a column counts, [N, T]; undefined where all do. */
  readonly mask: Uint8Array | undefined
  /** Factor → its columns, [K]. */
  readonly columnsOf: ReadonlyArray<readonly number[]>
}

interface Column { readonly values: Float64Array, readonly mask?: Uint8Array }

/**
 * Lays factors out for regression. Real: as it is; ordinal: the rank of its value among those that occur; categorical:
 * a column for each value, 1 where it is taken (R² is then 1 − Brier score ÷ that of the values' frequencies);
 * circular: cosine and sine, and for things with symmetries, of n times the angle, in columns of their own for each
 * symmetry n, in which only images of such things count. So nothing is lost at the seam of a circle, and nobody has to
 * know the symmetry of a thing to tell its angle as far as that shows.
 */
export function targetsOf (factors: Factors): Targets {
  const rows = factors.values.length / factors.names.length
  const table = { values: factors.values, rows, columns: factors.names.length }
  const byFactor = factors.names.map((_, k) => columnsFor(table, k, factors))
  const columns = byFactor.flat()
  const values = new Float32Array(rows * columns.length)
  const mask = columns.some(column => column.mask !== undefined)
    ? new Uint8Array(values.length).fill(1)
    : undefined
  columns.forEach((column, c) => {
    for (let row = 0; row < rows; row++) {
      values[row * columns.length + c] = column.values[row]!
      if (column.mask !== undefined) mask![row * columns.length + c] = column.mask[row]!
    }
  })
  let start = 0
  const columnsOf = byFactor.map(({ length }) => {
    start += length
    return Array.from({ length }, (_, i) => start - length + i)
  })
  return { table: { values, rows, columns: columns.length }, mask, columnsOf }
}

function columnsFor (table: Table, k: number, { kinds }: Factors): Column[] {
  const kind = kinds?.[k]
  const values = columnOf(table, k)
  switch (kind?.kind) {
    case 'categorical':
      return differentIn(values).map(one => ({ values: values.map(value => Number(value === one)) }))
    case 'ordinal': {
      const rankOf = new Map(differentIn(values).map((value, rank) => [value, rank]))
      return [{ values: values.map(value => rankOf.get(value)!) }]
    }
    case 'circular':
      return angleColumns(kind)
    default:
      return [{ values }]
  }
}

function angleColumns (angle: MeasuredAngle): Column[] {
  const phases = phasesOf(angle)
  const symmetries = symmetriesOf(angle)
  return symmetries.flatMap(fold => {
    const counts = Uint8Array.from(angle.folds, own => Number(own === fold))
    const isForAll = counts.every(count => count === 1)
    return [Math.cos, Math.sin].map(of => ({
      values: phases.map(phase => of(2 * Math.PI * phase)),
      ...(isForAll ? {} : { mask: counts }),
    }))
  })
}

const differentIn = (values: Float64Array): number[] => [...new Set(values)].sort((a, b) => a - b)
