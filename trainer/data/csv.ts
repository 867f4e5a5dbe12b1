import { readFile } from 'node:fs/promises'
import { TrainerError } from '../errors.js'

export interface CsvRow {
  /** Where it begins in the file, from 1. */
  readonly line: number
  /** As many as the header has. */
  readonly cells: readonly string[]
}

export interface CsvTable {
  readonly header: readonly string[]
  readonly rows: readonly CsvRow[]
}

/**
 * Reads a CSV file with a header line (RFC 4180; a byte order mark, any line ends and empty lines are understood).
 * @returns undefined when there is no such file
 * @throws TrainerError PVAE_DATA_NOT_FOUND when it can't be read, PVAE_DATA_CORRUPT as parseCsv
 */
export async function readCsv (path: string): Promise<CsvTable | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new TrainerError('PVAE_DATA_NOT_FOUND', `expected a readable file for ${path} but found ${(error as Error).message}`, { cause: error })
  }
  return parseCsv(text, path)
}

/** @param where the file's name, for errors. @throws TrainerError PVAE_DATA_CORRUPT naming file and line */
export function parseCsv (text: string, where: string): CsvTable {
  const [header, ...rows] = splitRows(text.replace(/^\uFEFF/, ''), where)
  if (header === undefined) throw new TrainerError('PVAE_DATA_CORRUPT', `${where}: expected a header line but found an empty file`)
  const names = header.cells.map(name => name.trim())
  const duplicate = names.find((name, i) => names.indexOf(name) < i)
  if (duplicate !== undefined) throw new TrainerError('PVAE_DATA_CORRUPT', `${where}: expected different columns but found two named ${JSON.stringify(duplicate)}`)
  for (const { line, cells } of rows) {
    if (cells.length !== names.length) {
      throw new TrainerError('PVAE_DATA_CORRUPT', `${where} line ${line}: expected ${names.length} cells, as in the header, but found ${cells.length}`)
    }
  }
  return { header: names, rows }
}

function splitRows (text: string, where: string): CsvRow[] {
  const rows: CsvRow[] = []
  let cells: string[] = []
  let line = 1
  let begun = 1
  // A cell in quotes, where "" is a quote, or one without; then what ends it.
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n][^,\r\n]*)?)(,|\r\n|\n|\r|$)/y
  while (cell.lastIndex < text.length || cells.length > 0) {
    const match = cell.exec(text)
    if (match === null) throw new TrainerError('PVAE_DATA_CORRUPT', `${where} line ${line}: expected cells separated by commas but found a quote out of place`)
    const [whole, quoted, plain = '', end] = match
    cells.push(quoted?.replaceAll('""', '"') ?? plain)
    line += whole.match(/\r\n|\n|\r/g)?.length ?? 0
    if (end === ',') continue
    if (cells.length > 1 || cells[0] !== '') rows.push({ line: begun, cells })
    cells = []
    begun = line
  }
  return rows
}
