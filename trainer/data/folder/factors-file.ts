import { join } from 'node:path'
import { TrainerError } from '../../errors.js'
import { readCsv, type CsvTable } from '../csv.js'
import type { Factors, SkippedFile } from '../dataset.js'

/** Beside the images: what they show, in numbers. */
export const FACTORS_FILE = 'factors.csv'

/** Factors by path, in the order of no data set yet. */
export interface FactorTable extends Pick<Factors, 'names' | 'groups'> {
  /** [K] */
  readonly rowOf: (path: string) => Float32Array
  /** Rows of files that are not there. */
  readonly skipped: readonly SkippedFile[]
}

/**
 * Reads `factors.csv` of a folder: a column `filename` (relative to the folder, with slashes) and columns of numbers, named `group/name`, or
 * plainly, which makes a group of one. Every image needs a row; rows of files that are no images are not used.
 * @param images paths of the images
 * @param others paths of the folder's other files
 * @returns undefined where there is no such file
 * @throws TrainerError PVAE_DATA_CORRUPT for wrong columns, what is not a number, two rows of one image, and columns that are the same in all
 * images; PVAE_DATA_MIXED for an image without a row; PVAE_DATA_NOT_FOUND when the file can't be read
 */
export async function readFactorsFile (directory: string, images: readonly string[], others: readonly string[]): Promise<FactorTable | undefined> {
  const table = await readCsv(join(directory, FACTORS_FILE))
  if (table === undefined) return undefined
  const { header } = table
  const key = header.indexOf('filename')
  if (key < 0 || header.length < 2 || header.includes('')) {
    throw corrupt(`expected a column filename and named columns of numbers but found ${JSON.stringify(header.join(', '))}`)
  }
  const names = header.filter((_, column) => column !== key)
  const rows = readRows(table, key)
  const known = new Set([...images, ...others])
  const skipped = [...rows.keys()].filter(path => !known.has(path)).map(path => ({ path, reason: `in ${FACTORS_FILE}, but not in the folder` }))
  const missing = images.filter(path => !rows.has(path))
  if (missing.length > 0) {
    throw new TrainerError('PVAE_DATA_MIXED', `${FACTORS_FILE}: expected a row for each of ${images.length} images but found none for ${missing.length}, e.g. ${missing[0]}`)
  }
  checkVaried(names, images.map(path => rows.get(path)!))
  return { names, groups: groupNames(names), rowOf: path => rows.get(path)!, skipped }
}

function readRows ({ header, rows }: CsvTable, key: number): Map<string, Float32Array> {
  const found = new Map<string, Float32Array>()
  for (const { line, cells } of rows) {
    const path = cells[key]!.trim().replace(/^\.\//, '')
    if (found.has(path)) throw corrupt(`expected one row for each image but found a second for ${path} in line ${line}`)
    const values: number[] = []
    cells.forEach((cell, column) => {
      if (column === key) return
      const value = cell.trim() === '' ? NaN : Number(cell)
      if (!Number.isFinite(value)) throw corrupt(`expected a number for ${header[column]} in line ${line} (${path}) but found ${JSON.stringify(cell)}`)
      values.push(value)
    })
    found.set(path, Float32Array.from(values))
  }
  return found
}

/** A factor that never changes can't be measured: it is more likely a mistake than a wish. */
function checkVaried (names: readonly string[], rows: readonly Float32Array[]): void {
  names.forEach((name, column) => {
    const first = rows[0]?.[column]
    if (rows.every(row => row[column] === first)) throw corrupt(`expected different numbers in column ${name} but found ${first} for all ${rows.length} images: remove it`)
  })
}

function groupNames (names: readonly string[]): Record<string, string[]> {
  const groups: Record<string, string[]> = {}
  for (const name of names) {
    const slash = name.indexOf('/')
    const group = slash < 0 ? name : name.slice(0, slash)
    if (group === '' || slash === name.length - 1) throw corrupt(`expected group/name or a plain name for a column but found ${JSON.stringify(name)}`)
    ;(groups[group] ??= []).push(name)
  }
  return groups
}

function corrupt (message: string): TrainerError {
  return new TrainerError('PVAE_DATA_CORRUPT', `${FACTORS_FILE}: ${message}`)
}
