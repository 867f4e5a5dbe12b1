/** The header of a table of factors, which may say their kinds, and the words of categories. */
import type { CsvTable } from '../csv.js'
import { parseFactorName, resolveSymmetries, type FactorKind } from '../factor-kinds.js'

type Corrupt = (message: string) => Error

/** A table in which all cells but those of names are numbers, or should be. */
export interface FactorCells extends CsvTable {
  /** The kind of each column of factors, in order; undefined where no column says one. */
  readonly kinds: readonly FactorKind[] | undefined
}

/**
 * Reads the kinds of columns (see parseFactorName) and takes them out of the header. In columns of categories words may
 * stand in place of numbers: they are numbered in the order of the alphabet, also where a symmetry depends on them.
 * @param key the column of names
 * @throws what `corrupt` makes of a kind that is not well written, and of two columns of one name
 */
export function readKinds (table: CsvTable, key: number, corrupt: Corrupt): FactorCells {
  const columns = table.header.map((text, column) => {
    if (column === key) return { name: text, kind: undefined, isTold: false }
    const parsed = parseFactorName(text, corrupt)
    const names = parsed.kind.kind === 'categorical' ? wordsOf(table, column) : undefined
    return names === undefined ? parsed : { ...parsed, kind: { ...parsed.kind, names } as FactorKind }
  })
  const twice = columns.find(({ name }, i) => columns.findIndex(other => other.name === name) < i)
  if (twice !== undefined) throw corrupt(`expected different columns but found two named ${JSON.stringify(twice.name)}`)
  const described = columns.flatMap(({ name, kind }) => kind === undefined ? [] : [{ name, kind }])
  const factors = resolveSymmetries(described, corrupt)
  const numbers = columns.map(({ kind }) => kind?.kind === 'categorical' && kind.names !== undefined
    ? new Map(kind.names.map((word, number) => [word, String(number)]))
    : undefined)
  return {
    ...table,
    header: columns.map(({ name }) => name),
    rows: table.rows.map(({ line, cells }) => ({
      line, cells: cells.map((cell, column) => numbers[column]?.get(cell.trim()) ?? cell),
    })),
    kinds: columns.some(({ isTold }) => isTold) ? factors.map(({ kind }) => kind) : undefined,
  }
}

/** The different words of a column, sorted; undefined where all cells are numbers. An empty cell is no word. */
function wordsOf ({ rows }: CsvTable, column: number): string[] | undefined {
  const words = new Set(rows.map(({ cells }) => cells[column]!.trim()).filter(word => word !== ''))
  return [...words].every(word => Number.isFinite(Number(word))) ? undefined : [...words].sort()
}
