import { join } from 'node:path'
import { TrainerError } from '../../foundation/errors.js'
import { readCsv, type CsvTable } from '../csv.js'
import type { Factors, SkippedFile } from '../dataset.js'
import { createDigitCheck, scaleColumns, type FactorRow } from './factor-columns.js'
import { readKinds } from './factor-header.js'
import { createNameMatcher } from './match-names.js'

/** Beside the images: what they show, in numbers. Upper and lower case do not matter. */
const FACTORS_FILE = 'factors.csv'

/** Factors by path, in the order of no data set yet. */
export interface FactorTable extends Pick<Factors, 'names' | 'groups' | 'kinds' | 'scaling'> {
  /** [K] */
  readonly rowOf: (path: string) => Float64Array
  /** Rows of files that are not there. */
  readonly skipped: readonly SkippedFile[]
}

/** What a table's names may stand for. */
export interface TableImages {
  /** Absolute, without links. */
  readonly directory: string
  /** The folder as the config names it: paths in the table may begin with it too. */
  readonly given: string
  /** Paths of the images. */
  readonly images: readonly string[]
  /** Paths of the folder's other files. */
  readonly others: readonly string[]
}

export interface FactorsFile extends TableImages {
  /** The table's own name in the folder; undefined for none. */
  readonly name: string | undefined
}

/** Tells whether a file is the table of factors: in the folder itself, under this name in whatever case. */
export function isFactorsFile (path: string): boolean {
  return path.toLowerCase() === FACTORS_FILE
}

/**
 * The table among a folder's files.
 * @throws TrainerError PVAE_DATA_MIXED for several, whose names differ in case only
 */
export function findFactorsFile (paths: readonly string[]): string | undefined {
  const found = paths.filter(isFactorsFile)
  if (found.length <= 1) return found[0]
  const expected = `expected one ${FACTORS_FILE} in data.directory`
  throw new TrainerError('PVAE_DATA_MIXED', `${expected} but found ${found.join(' and ')}`)
}

/**
 * Reads `factors.csv` of a folder: a column `filename` (relative to the folder; see createNameMatcher for what is
 * understood) and columns of numbers, named `group/name`, or plainly, which makes a group of one. A name may end with
 * the factor's kind, e.g. `:categorical` or `:circular(360)` (see parseFactorName). Every image needs a row; rows of
 * files that are no images are not used.
 * @returns undefined where there is no such file
 * @throws TrainerError PVAE_DATA_CORRUPT for wrong columns, what is not a finite number, two rows of one image, and
 * columns whose numbers are the same in all images or not told apart in single precision; PVAE_DATA_MIXED for an image
 * without a row; PVAE_DATA_NOT_FOUND when the file can't be read
 */
export async function readFactorsFile (
  { name = FACTORS_FILE, ...images }: FactorsFile
): Promise<FactorTable | undefined> {
  const table = await readCsv(join(images.directory, name))
  return table && readFactorTable(table, name, images)
}

/**
 * Reads factors from the cells of a table (see readFactorsFile). @param name of its file, for errors
 * @throws TrainerError PVAE_DATA_CORRUPT, PVAE_DATA_MIXED
 */
export function readFactorTable (
  table: CsvTable, name: string, { directory, given, images, others }: TableImages
): FactorTable {
  const corrupt = (message: string) => new TrainerError('PVAE_DATA_CORRUPT', `${name}: ${message}`)
  const { header } = table
  const key = header.findIndex(column => column.toLowerCase() === 'filename')
  if (key < 0 || header.length < 2 || header.includes('')) {
    const found = JSON.stringify(header.join(', '))
    throw corrupt(`expected a column filename and named columns of numbers but found ${found}`)
  }
  const { kinds, ...cells } = readKinds(table, key, corrupt)
  const names = cells.header.filter((_, column) => column !== key)
  const groups = groupNames(names, corrupt)
  const matcher = createNameMatcher([...images, ...others], [directory, given])
  const rows = new Map<string, FactorRow & { readonly text: string }>()
  const skipped: SkippedFile[] = []
  for (const { text, ...row } of readRows(cells, key, corrupt)) {
    const path = matcher.find(text)
    const before = rows.get(path ?? text)
    if (before !== undefined) {
      const isTwin = before.text !== text && before.text.normalize('NFC') === text.normalize('NFC')
      const forms = isTwin ? ': the two names differ in their Unicode form' : ''
      const found = `a second for ${path ?? text} in line ${row.line}${forms}`
      throw corrupt(`expected one row for each image but found ${found}`)
    }
    rows.set(path ?? text, { ...row, text })
    if (path === undefined) {
      skipped.push({ path: text, reason: `in ${name}, but not in the folder${matcher.explain(text)}` })
    }
  }
  const missing = images.filter(path => !rows.has(path))
  if (missing.length > 0) {
    const first = missing[0]!
    const twin = images.find(path => path !== first && path.normalize('NFC') === first.normalize('NFC'))
    const near = createNameMatcher(skipped.map(({ path }) => path), []).explain(first)
    const why = twin !== undefined
      ? ' (it has a row for the file whose name differs in its Unicode form alone: rename one of them)'
      : near.replace(/^ \(there is/, ' (it has a row for')
    const found = `none for ${missing.length}, e.g. ${first}${why}`
    throw new TrainerError(
      'PVAE_DATA_MIXED', `${name}: expected a row for each of ${images.length} images but found ${found}`
    )
  }
  const scaling = scaleColumns(names, images.map(path => rows.get(path)!), corrupt)
  const optional = { ...kinds && { kinds }, ...scaling && { scaling } }
  return { names, groups, ...optional, rowOf: path => rows.get(path)!.values, skipped }
}

type Corrupt = (message: string) => TrainerError

function readRows (
  { header, rows, separator }: CsvTable, key: number, corrupt: Corrupt
): Array<FactorRow & { readonly text: string }> {
  const checks = header.map(createDigitCheck)
  const found = rows.map(({ line, cells }) => {
    const text = cells[key]!.trim()
    const values: number[] = []
    cells.forEach((cell, column) => {
      if (column === key) return
      const value = cell.trim() === '' ? NaN : Number(cell)
      if (!Number.isFinite(value)) {
        const hint = separator !== ',' && /^\s*[+-]?\d+,\d+\s*$/.test(cell) ? ': write a decimal point' : ''
        const found = `${JSON.stringify(cell)}${hint}`
        throw corrupt(`expected a finite number for ${header[column]} in line ${line} (${text}) but found ${found}`)
      }
      checks[column]!.see(cell, value, line)
      values.push(value)
    })
    return { text, line, values: Float64Array.from(values) }
  })
  for (const check of checks) check.finish(corrupt)
  return found
}

/** Groups factors by what comes before the slash in their names. */
export function groupNames (names: readonly string[], corrupt: (message: string) => Error): Record<string, string[]> {
  const groups: Record<string, string[]> = {}
  for (const name of names) {
    const slash = name.indexOf('/')
    const group = slash < 0 ? name : name.slice(0, slash)
    if (group === '' || slash === name.length - 1) {
      throw corrupt(`expected group/name or a plain name for a column but found ${JSON.stringify(name)}`)
    }
    ;(groups[group] ??= []).push(name)
  }
  return groups
}
