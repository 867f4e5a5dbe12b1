import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { TrainerError } from '../foundation/errors.js'
import { readCsv } from './csv.js'

/** What a file of metadata says of one image. */
export interface ImageMetadata {
  /** Its name, as the file has it. */
  readonly file: string
  readonly values: Readonly<Record<string, string | number | boolean | null>>
}

/** The columns that may have the names of images. */
const NAME_COLUMNS = ['file', 'filename'] as const

/**
 * Reads what is known of images: a CSV file with a header, or JSON lines (`.jsonl`, `.ndjson`) with an object a line.
 * The column `file` or `filename` names the image.
 * @throws TrainerError PVAE_DATA_NOT_FOUND, PVAE_DATA_CORRUPT
 */
export async function readMetadata (path: string): Promise<ImageMetadata[]> {
  return /\.(jsonl|ndjson)$/i.test(path) ? await readJsonLines(path) : await readTable(path)
}

async function readTable (path: string): Promise<ImageMetadata[]> {
  const table = await readCsv(path)
  if (table === undefined) throw notFound(path, 'no such file')
  const { header, rows } = table
  const name = header.findIndex(column => isName(column))
  if (name < 0) throw corrupt(path, 'a column file or filename', header.join(', '))
  return rows.map(({ cells }) => ({
    file: cells[name]!,
    values: Object.fromEntries(header.map((column, i) => [column, cells[i]!] as const).filter((_, i) => i !== name)),
  }))
}

async function readJsonLines (path: string): Promise<ImageMetadata[]> {
  const rows: ImageMetadata[] = []
  let line = 0
  try {
    for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
      line++
      if (text.trim() !== '') rows.push(rowOf(text, `${path} line ${line}`))
    }
  } catch (error) {
    if (error instanceof TrainerError) throw error
    throw notFound(path, (error as Error).message)
  }
  return rows
}

function rowOf (text: string, where: string): ImageMetadata {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw corrupt(where, 'JSON', (error as Error).message)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw corrupt(where, 'an object', text)
  const entries = Object.entries(value)
  const name = entries.find(([column]) => isName(column))
  if (typeof name?.[1] !== 'string') throw corrupt(where, 'a text for file or filename', text)
  const values = entries.filter(([column]) => column !== name[0])
  const nested = values.find(([, value]) => typeof value === 'object' && value !== null)
  if (nested !== undefined) throw corrupt(where, `a text, number or boolean for ${nested[0]}`, JSON.stringify(nested[1]))
  return { file: name[1], values: Object.fromEntries(values) }
}

function isName (column: string): boolean {
  return (NAME_COLUMNS as readonly string[]).includes(column)
}

function notFound (path: string, reason: string): TrainerError {
  return new TrainerError('PVAE_DATA_NOT_FOUND', `expected a readable file for ${path} but found ${reason}`)
}

function corrupt (where: string, expected: string, found: string): TrainerError {
  return new TrainerError('PVAE_DATA_CORRUPT', `${where}: expected ${expected} but found ${found}`)
}
