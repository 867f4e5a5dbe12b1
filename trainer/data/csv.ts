import { readFile } from 'node:fs/promises'
import { TrainerError } from '../foundation/errors.js'
import { decodeText } from './decode-text.js'

export interface CsvRow {
  /** Where it begins in the file, from 1. */
  readonly line: number
  /** As many as the header has. */
  readonly cells: readonly string[]
}

export interface CsvTable {
  readonly header: readonly string[]
  readonly rows: readonly CsvRow[]
  readonly separator: Separator
}

export type Separator = ',' | ';' | '\t'

const NAMES: Readonly<Record<Separator, string>> = { ',': 'commas', ';': 'semicolons', '\t': 'tabs' }

/**
 * Reads a CSV file with a header line (RFC 4180). Also understood: semicolons and tabs in the place of commas, told by the header; UTF-16 with a byte
 * order mark; any line ends; lines of which all cells are blank, which are passed over.
 * @returns undefined when there is no such file
 * @throws TrainerError PVAE_DATA_NOT_FOUND when it can't be read, PVAE_DATA_CORRUPT as parseCsv and decodeText
 */
export async function readCsv (path: string): Promise<CsvTable | undefined> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new TrainerError('PVAE_DATA_NOT_FOUND', `expected a readable file for ${path} but found ${(error as Error).message}`, { cause: error })
  }
  return parseCsv(decodeText(bytes, path), path)
}

/** @param where the file's name, for errors. @throws TrainerError PVAE_DATA_CORRUPT naming file and line */
export function parseCsv (text: string, where: string): CsvTable {
  const plain = text.replace(/^\uFEFF/, '')
  // Excel's own first line, which says what separates cells.
  const declared = /^sep=([,;\t])(?:\r\n|\n|\r)/i.exec(plain)
  const separator = (declared?.[1] as Separator | undefined) ?? separatorOf(plain)
  const [header, ...rows] = splitRows(plain.slice(declared?.[0].length ?? 0), separator, declared === null ? 1 : 2, where)
  if (header === undefined) throw new TrainerError('PVAE_DATA_CORRUPT', `${where}: expected a header line but found an empty file`)
  const names = header.cells.map(name => name.trim())
  const duplicate = names.find((name, i) => names.indexOf(name) < i)
  if (duplicate !== undefined) throw new TrainerError('PVAE_DATA_CORRUPT', `${where}: expected different columns but found two named ${JSON.stringify(duplicate)}`)
  for (const { line, cells } of rows) {
    if (cells.length !== names.length) {
      const decimals = separator === ',' && cells.length > names.length ? ' (numbers have a decimal point, not a comma)' : ''
      throw new TrainerError('PVAE_DATA_CORRUPT', `${where} line ${line}: expected ${names.length} cells, as in the header, but found ${cells.length}${decimals}`)
    }
  }
  return { header: names, rows, separator }
}

/** The first in the header that is not in quotes. */
function separatorOf (text: string): Separator {
  const first = /^\s*(?:"(?:[^"]|"")*"|[^,;\t\r\n"])*([,;\t])/.exec(text)
  return (first?.[1] ?? ',') as Separator
}

function splitRows (text: string, separator: Separator, firstLine: number, where: string): CsvRow[] {
  const rows: CsvRow[] = []
  let cells: string[] = []
  let line = firstLine
  let begun = line
  // A cell in quotes, where "" is a quote, or one without; then what ends it.
  const cell = new RegExp(`(?:"((?:[^"]|"")*)"|([^"${separator}\\r\\n][^${separator}\\r\\n]*)?)(${separator}|\\r\\n|\\n|\\r|$)`, 'y')
  while (cell.lastIndex < text.length || cells.length > 0) {
    const match = cell.exec(text)
    if (match === null) throw new TrainerError('PVAE_DATA_CORRUPT', `${where} line ${line}: expected cells separated by ${NAMES[separator]} but found a quote out of place`)
    const [whole, quoted, plain = '', end] = match
    cells.push(quoted?.replaceAll('""', '"') ?? plain)
    line += whole.match(/\r\n|\n|\r/g)?.length ?? 0
    if (end === separator) continue
    if (cells.some(cell => cell.trim() !== '')) rows.push({ line: begun, cells })
    cells = []
    begun = line
  }
  return rows
}
