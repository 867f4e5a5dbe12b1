import { bytesOf, type ColumnFiles } from './column-files.js'
import { compareNumber, matcherOf, type Condition } from './condition.js'
import {
  codesFile, NAME_OFFSETS_FILE, NAMES_FILE, numbersFile, textsFile, type IndexHeader,
} from './header.js'
import { NO_TEXT } from './metadata.js'

/** Filters that are kept, since one who searches again often does so among the same rows. */
const KEPT = 8

/** Rows [first, first + count) of an index, seen by conditions. */
export interface RowFilter {
  /** [count] 1 for each row that fulfils all conditions. Undefined: all do. */
  select (conditions: readonly Condition[]): Uint8Array | undefined
  /** The name of the file of a row of the index. */
  nameOf (row: number): string
}

export function createRowFilter (
  files: ColumnFiles, { metadata }: IndexHeader, first: number, count: number
): RowFilter {
  const kept = new Map<string, Uint8Array>()

  function readNames (row: number, rows: number): string[] {
    // where each begins in the file of names, and where the last ends
    const offsets = new BigUint64Array(rows + 1)
    files.read(NAME_OFFSETS_FILE, bytesOf(offsets), row * 8)
    const start = Number(offsets[0])
    const bytes = Buffer.alloc(Number(offsets[rows]) - start)
    files.read(NAMES_FILE, bytes, start)
    return Array.from({ length: rows }, (_, i) =>
      bytes.toString('utf8', Number(offsets[i]) - start, Number(offsets[i + 1]) - start))
  }

  /** All names in order, some at a time in memory. */
  function * names (): Generator<string> {
    const some = 65536
    for (let at = 0; at < count; at += some) yield * readNames(first + at, Math.min(some, count - at))
  }

  /** The place of a text among those of a column; -1: no row has it. */
  function codeOf (column: number, text: string): number {
    return (JSON.parse(files.readAll(textsFile(column))) as string[]).indexOf(text)
  }

  /** Makes a test of a row, counted from `first`. */
  function testOf (condition: Condition): (row: number) => boolean {
    const column = metadata.findIndex(({ name }) => name === condition.column)
    if ('number' in condition) {
      const numbers = new Float64Array(count)
      files.read(numbersFile(column), bytesOf(numbers), first * 8)
      return row => compareNumber(numbers[row]!, condition.operator, condition.number)
    }
    if ('text' in condition) {
      const codes = new Uint32Array(count)
      files.read(codesFile(column), bytesOf(codes), first * 4)
      const code = codeOf(column, condition.text)
      if (condition.operator === '=') return row => codes[row] === code
      return row => codes[row] !== code && codes[row] !== NO_TEXT
    }
    const matches = matcherOf(condition.glob)
    const found = Uint8Array.from(names(), name => matches(name) === (condition.operator === '=') ? 1 : 0)
    return row => found[row] === 1
  }

  return {
    nameOf: row => readNames(row, 1)[0]!,
    select (conditions) {
      if (conditions.length === 0) return undefined
      const key = JSON.stringify(conditions)
      const known = kept.get(key)
      if (known !== undefined) return known
      const tests = conditions.map(testOf)
      const selected = new Uint8Array(count)
      for (let row = 0; row < count; row++) if (tests.every(test => test(row))) selected[row] = 1
      kept.set(key, selected)
      if (kept.size > KEPT) kept.delete(kept.keys().next().value!)
      return selected
    },
  }
}
