/** Tables beside images that say what they show, as Hugging Face's `imagefolder` has them. */
import { basename, dirname, join } from 'node:path'
import { TrainerError } from '../../foundation/errors.js'
import type { CsvRow, CsvTable } from '../csv.js'
import { parseFactorName } from '../factor-kinds.js'
import { readMetadata, type ImageMetadata } from '../metadata-file.js'
import { readFactorTable, type FactorTable, type TableImages } from './factors-file.js'
import { createNameMatcher } from './match-names.js'

const METADATA = /^metadata\.(csv|jsonl|parquet)$/i
const LABELS = ['label', 'labels', 'class']
const MOST_CLASSES = 256

/** Tells whether a file is a table of metadata, in whichever folder. */
export function isMetadataFile (path: string): boolean {
  return METADATA.test(basename(path))
}

export interface FolderMetadata {
  readonly labels: { readonly labelOf: (path: string) => number, readonly labelNames: readonly string[] } | undefined
  readonly factors: FactorTable | undefined
  /** Whole sentences for the user. */
  readonly notes: readonly string[]
}

/**
 * Reads the tables `metadata.csv`, `.jsonl` and `.parquet` of a folder and the folders in it; `file_name` is relative
 * to the table's folder. Columns of numbers are factors, as in factors.csv; `label` is the class; words and lists are
 * passed over, but for words in a column of categories (`shape:categorical`), and so are columns with empty cells.
 * @param tables their paths, relative to the folder
 * @returns undefined where there are none; a table without a column of names is passed over, with a note
 * @throws TrainerError PVAE_DATA_NOT_FOUND, PVAE_DATA_CORRUPT, PVAE_DATA_MIXED
 */
export async function readFolderMetadata (
  tables: readonly string[], images: TableImages
): Promise<FolderMetadata | undefined> {
  if (tables.length === 0) return undefined
  const rows: ImageMetadata[] = []
  const [read, notes]: [string[], string[]] = [[], []]
  for (const table of tables) {
    const folder = dirname(table) === '.' ? '' : `${dirname(table)}/`
    const found = await readMetadata(join(images.directory, table), { skipNested: true, skipNameless: true })
    if (found === undefined) {
      notes.push(`${table} is not read: it has no column file, filename or file_name.`)
      continue
    }
    read.push(table)
    for (const { file, values } of found) rows.push({ file: `${folder}${file}`, values })
  }
  if (read.length === 0) return { labels: undefined, factors: undefined, notes }
  const known = describeRows(rows, read.join(' and '), images)
  return { ...known, notes: [...notes, ...known.notes] }
}

/** Tells whether words of a column are of use: as classes, or as categories. */
export function mayHaveWords (column: string): boolean {
  return isLabel(column) || kindIn(column).kind.kind === 'categorical'
}

const isLabel = (column: string) => LABELS.includes(column.toLowerCase())

/**
 * Tells from rows what is known of images (see readFolderMetadata).
 * @param where they come from, for errors and notes
 * @param words columns that have words of no use (see mayHaveWords), which the rows may be without
 * @throws TrainerError PVAE_DATA_CORRUPT, PVAE_DATA_MIXED
 */
export function describeRows (
  rows: readonly ImageMetadata[], where: string, images: TableImages, words: readonly string[] = []
): FolderMetadata {
  const columns = [...new Set([...words, ...rows.flatMap(({ values }) => Object.keys(values))])]
  const label = columns.find(isLabel)
  const notes: string[] = []
  const pass = (column: string, why: string) => { notes.push(`Column ${column} of ${where} is not read: ${why}.`) }
  const left: string[] = []
  const able = columns.filter(column => {
    if (column === label) return false
    const why = words.includes(column) ? 'it has words' : reasonAgainst(column, rows)
    if (why === undefined) return true
    left.push(column)
    pass(column, why)
    return false
  })
  const headers = new Map<string, string>()
  for (const column of able) {
    const missing = missingSymmetry(column, left)
    const header = missing === undefined
      ? column
      : withoutSymmetry(column, rows.map(row => cellOf(row, missing).trim()))
    if (header !== undefined) headers.set(column, header)
    else pass(column, `its symmetry depends on ${missing}, which is not read`)
  }
  const labels = label === undefined ? undefined : labelsOf(where, label, rows, images)
  if (typeof labels === 'number') pass(label!, `it has ${labels} classes, more than ${MOST_CLASSES}`)
  return {
    labels: typeof labels === 'number' ? undefined : labels,
    factors: headers.size === 0 ? undefined : readFactorTable(tableOf(rows, headers), where, images),
    notes,
  }
}

/** Why a column is no factor; undefined where it is one. */
function reasonAgainst (column: string, rows: readonly ImageMetadata[]): string | undefined {
  const cells = rows.map(row => cellOf(row, column))
  const distinct = new Set(cells)
  if (distinct.size === 1) return `it is ${cells[0] === '' ? 'empty' : cells[0]} in all rows`
  const isNumbers = [...distinct].every(cell => Number.isFinite(Number(cell)))
  if (!isNumbers && kindIn(column).kind.kind !== 'categorical') return 'it has words'
  const empty = cells.filter(cell => cell.trim() === '').length
  if (empty > 0) return `it is empty in ${empty} of ${cells.length} rows`
  return isNumbers && new Set(cells.map(Number)).size === 1 ? `it is ${cells[0]} in all rows` : undefined
}

function kindIn (column: string): ReturnType<typeof parseFactorName> {
  return parseFactorName(column, message => new TrainerError('PVAE_DATA_CORRUPT', message))
}

/** Gives the column that an angle's symmetry depends on, where it is left out. */
function missingSymmetry (column: string, left: readonly string[]): string | undefined {
  const { kind } = kindIn(column)
  const factor = kind.kind === 'circular' ? kind.symmetry?.factor : undefined
  return left.find(other => kindIn(other).name === factor)
}

/**
 * Writes an angle's header with the period that it has where what its symmetry depends on is one value.
 * @param cells that value, of all rows
 * @returns undefined where they are several values, or none, or every angle looks the same
 */
function withoutSymmetry (column: string, cells: readonly string[]): string | undefined {
  const { name, kind } = kindIn(column)
  const [value] = cells
  if (kind.kind !== 'circular' || value === undefined || value === '') return undefined
  if (cells.some(cell => cell !== value && Number(cell) !== Number(value))) return undefined
  // The only word of a column has the number 0.
  const number = Number.isFinite(Number(value)) ? Number(value) : 0
  const folds = Object.entries(kind.symmetry?.folds ?? {})
  const [, fold] = folds.find(([key]) => key === value) ?? folds.find(([key]) => Number(key) === number) ?? ['', 1]
  return fold === 0 ? undefined : `${name}:circular(${kind.period / fold})`
}

/** @param columns those of factors, and their headers */
function tableOf (rows: readonly ImageMetadata[], columns: ReadonlyMap<string, string>): CsvTable {
  const names = [...columns.keys()]
  const cells = rows.map((row, i): CsvRow => ({
    line: i + 1, cells: [row.file, ...names.map(column => cellOf(row, column))],
  }))
  return { header: ['filename', ...columns.values()], rows: cells, separator: ',' }
}

function cellOf ({ values }: ImageMetadata, column: string): string {
  const value = values[column] ?? ''
  return typeof value === 'boolean' ? String(Number(value)) : String(value)
}

/** @returns how many classes there are, where they are too many */
function labelsOf (
  where: string, column: string, rows: readonly ImageMetadata[], { directory, given, images, others }: TableImages
): NonNullable<FolderMetadata['labels']> | number {
  const matcher = createNameMatcher([...images, ...others], [directory, given])
  const labels = new Map(rows.map(row => [matcher.find(row.file) ?? row.file, cellOf(row, column)]))
  const missing = images.find(path => (labels.get(path) ?? '') === '')
  if (missing !== undefined) {
    throw new TrainerError('PVAE_DATA_MIXED', `${where}: expected a ${column} for each of ${images.length} images but ` +
      `found none for ${missing}`)
  }
  const used = new Set(images.map(path => labels.get(path)!))
  const isNumbers = [...used].every(text => Number.isFinite(Number(text)))
  const labelNames = [...used].sort(isNumbers ? (a, b) => Number(a) - Number(b) : undefined)
  if (labelNames.length > MOST_CLASSES) return labelNames.length
  const numbers = new Map(labelNames.map((name, number) => [name, number]))
  return { labelOf: path => numbers.get(labels.get(path)!)!, labelNames }
}
