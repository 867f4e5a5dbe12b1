import { readFile } from 'node:fs/promises'
import { CsvError, parse } from 'csv-parse/sync'
import { TrainerError } from '../foundation/errors.js'
import { decodeText } from './decode-text.js'

export interface CsvRow {
  /** The line of the file on which it begins, from 1. */
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
const LINE_ENDS = ['\r\n', '\n', '\r']

/**
 * Reads a CSV file with a header line (RFC 4180). Also understood: semicolons and tabs in the place of commas, told by
 * the header; UTF-16 with a byte order mark; any line ends; lines of which all cells are blank, which are passed over.
 * @returns undefined when there is no such file
 * @throws TrainerError PVAE_DATA_NOT_FOUND when it can't be read, PVAE_DATA_CORRUPT as parseCsv and decodeText
 */
export async function readCsv (path: string): Promise<CsvTable | undefined> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    const found = `expected a readable file for ${path} but found ${message}`
    throw new TrainerError('PVAE_DATA_NOT_FOUND', found, { cause: error })
  }
  return parseCsv(decodeText(bytes, path), path)
}

/**
 * Parses the text of a CSV file: see readCsv.
 * @param where the file's name, for errors
 * @throws TrainerError PVAE_DATA_CORRUPT naming file and line
 */
export function parseCsv (text: string, where: string): CsvTable {
  const corrupt = (place: string, message: string) => new TrainerError('PVAE_DATA_CORRUPT', `${place}: ${message}`)
  const plain = text.replace(/^\uFEFF/, '')
  // Excel's own first line, which says what separates cells.
  const declared = /^sep=([,;\t])(?:\r\n|\n|\r)/i.exec(plain)
  const separator = (declared?.[1] as Separator | undefined) ?? separatorOf(plain)
  const firstLine = declared === null ? 1 : 2
  const [header, ...rows] = splitRows(plain.slice(declared?.[0].length ?? 0), separator, firstLine, line => {
    const message = `expected cells separated by ${NAMES[separator]} but found a quote out of place`
    return corrupt(`${where} line ${line}`, message)
  })
  if (header === undefined) throw corrupt(where, 'expected a header line but found an empty file')
  const names = header.cells.map(name => name.trim())
  const duplicate = names.find((name, i) => names.indexOf(name) < i)
  if (duplicate !== undefined) {
    throw corrupt(where, `expected different columns but found two named ${JSON.stringify(duplicate)}`)
  }
  for (const { line, cells } of rows) {
    if (cells.length === names.length) continue
    const decimal = separator === ',' && cells.length > names.length
    const hint = decimal ? ' (numbers have a decimal point, not a comma)' : ''
    const message = `expected ${names.length} cells, as in the header, but found ${cells.length}${hint}`
    throw corrupt(`${where} line ${line}`, message)
  }
  return { header: names, rows, separator }
}

/** Finds the first separator in the header that is not in quotes. */
function separatorOf (text: string): Separator {
  const first = /^\s*(?:"(?:[^"]|"")*"|[^,;\t\r\n"])*([,;\t])/.exec(text)
  return (first?.[1] ?? ',') as Separator
}

/**
 * Splits a text into its rows, without those that are blank. csv-parse tells the cells; here they are found again in
 * the text, for two reasons: its own count of lines takes a CRLF inside of quotes for two, and since it is to let plain
 * cells have quotes inside (5"), it lets `"5"6` pass, too.
 * @param misquoted makes the error for a cell that begins in this line and whose quotes do not match
 */
function splitRows (
  text: string, separator: Separator, firstLine: number, misquoted: (line: number) => TrainerError
): CsvRow[] {
  const { records, whole } = parseRecords(text, separator)
  const rows: CsvRow[] = []
  let line = firstLine
  let at = 0
  for (const cells of records) {
    if (cells.some(cell => cell.trim() !== '')) rows.push({ line, cells })
    for (const [i, cell] of cells.entries()) {
      if (i > 0) at += separator.length
      const quoted = text[at] === '"'
      const written = quoted ? `"${cell.replaceAll('"', '""')}"` : cell
      if (!text.startsWith(written, at)) throw misquoted(line)
      at += written.length
      if (quoted) line += written.match(/\r\n|\n|\r/g)?.length ?? 0
    }
    const lineEnd = LINE_ENDS.find(lineEnd => text.startsWith(lineEnd, at))
    if (lineEnd === undefined) continue
    at += lineEnd.length
    line++
  }
  if (!whole) throw misquoted(line)
  return rows
}

/** Parses all of a text, or, where a quote in it is never closed, what comes before that cell. */
function parseRecords (text: string, delimiter: Separator): { records: string[][], whole: boolean } {
  const options = { delimiter, record_delimiter: LINE_ENDS, relax_column_count: true, relax_quotes: true } as const
  try {
    return { records: parse(text, options), whole: true }
  } catch (error) {
    if (!(error instanceof CsvError) || error.code !== 'CSV_QUOTE_NOT_CLOSED') throw error
    const before = Buffer.from(text).subarray(0, error.bytes as number)
    return { records: parse(before, options), whole: false }
  }
}
