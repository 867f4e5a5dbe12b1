import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DECIMAL, describe } from '@partition-vae/models'
import { FILE_COLUMN, type ColumnShape } from './condition.js'
import { CollectionError } from '../foundation/errors.js'
import { codesFile, numbersFile, textsFile } from './header.js'

export type MetadataValue = string | number | boolean | null

/** What is known of one image. */
export interface MetadataRow {
  /** Its name, as it was encoded. */
  readonly file: string
  readonly values: Readonly<Record<string, MetadataValue>>
}

/** Metadata on its way to the rows of an index. */
export interface JoinedMetadata {
  /** Tells that a file is a row of the index. */
  add (file: string, row: number): void
  /** Values by row: what is missing has none. */
  readonly rows: ReadonlyMap<number, MetadataRow['values']>
  /** The names of the columns, as they came first. */
  readonly columns: readonly string[]
}

/** Written where a row has no text. */
export const NO_TEXT = 0xffffffff

/**
 * Makes metadata ready to be found by the names of files.
 * @throws CollectionError PVAE_INDEX_INPUT_INVALID for a file that is named twice, a column that is called `file`
 */
export function joinMetadata (metadata: Iterable<MetadataRow>): JoinedMetadata {
  const known = new Map<string, MetadataRow['values']>()
  const columns = new Set<string>()
  for (const { file, values } of metadata) {
    if (known.has(file)) throw unfit('each file once', describe(file))
    known.set(file, values)
    for (const column of Object.keys(values)) columns.add(column)
  }
  if (columns.has(FILE_COLUMN)) throw unfit('one column of file names', 'another column called file')
  const rows = new Map<number, MetadataRow['values']>()
  return {
    rows,
    columns: [...columns],
    add (file, row) {
      const values = known.get(file)
      if (values !== undefined) rows.set(row, values)
    },
  }
}

function unfit (expected: string, found: string): CollectionError {
  return new CollectionError('PVAE_INDEX_INPUT_INVALID', `expected ${expected} for the metadata but found ${found}`)
}

/**
 * Writes metadata as columns, of numbers where all that is there reads as one.
 * @throws CollectionError PVAE_INDEX_INPUT_INVALID where no row has any
 */
export async function writeColumns (
  folder: string, { rows, columns }: JoinedMetadata, count: number
): Promise<ColumnShape[]> {
  if (rows.size === 0 && columns.length > 0) {
    throw unfit('names of files that were encoded', `none of the ${count}`)
  }
  const shapes: ColumnShape[] = []
  for (const [i, name] of columns.entries()) {
    const values = new Map<number, string | number>()
    for (const [row, { [name]: value }] of rows) {
      if (value === undefined || value === null || value === '') continue
      values.set(row, typeof value === 'boolean' ? String(value) : value)
    }
    const isNumber = [...values.values()].every(value => typeof value === 'number' || DECIMAL.test(value))
    if (isNumber) await writeNumbers(join(folder, numbersFile(i)), values, count)
    else await writeTexts(folder, i, values, count)
    shapes.push({ name, type: isNumber ? 'number' : 'text' })
  }
  return shapes
}

async function writeNumbers (
  path: string, values: ReadonlyMap<number, string | number>, count: number
): Promise<void> {
  const numbers = new Float64Array(count).fill(NaN)
  for (const [row, value] of values) numbers[row] = Number(value)
  await writeFile(path, numbers)
}

async function writeTexts (
  folder: string, column: number, values: ReadonlyMap<number, string | number>, count: number
): Promise<void> {
  const codes = new Uint32Array(count).fill(NO_TEXT)
  const texts = new Map<string, number>()
  for (const [row, value] of values) {
    const text = String(value)
    const code = texts.get(text) ?? texts.size
    texts.set(text, code)
    codes[row] = code
  }
  await writeFile(join(folder, codesFile(column)), codes)
  await writeFile(join(folder, textsFile(column)), JSON.stringify([...texts.keys()]))
}
