import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet'
import { TrainerError } from '../foundation/errors.js'
import { readCsv } from './csv.js'

/** What a file of metadata says of one image. */
export interface ImageMetadata {
  /** Its name, as the file has it. */
  readonly file: string
  readonly values: Readonly<Record<string, string | number | boolean | null>>
}

/** The columns that may have the names of images. */
const NAME_COLUMNS = ['file', 'filename', 'file_name'] as const

export interface MetadataOptions {
  /** Whether lists and objects are passed over, as others keep boxes there, or refused. Default: refused. */
  readonly skipNested?: boolean
}

/**
 * Reads what is known of images: a CSV file with a header, JSON lines (`.jsonl`, `.ndjson`) with an object a line, or
 * Parquet (`.parquet`). The column `file`, `filename` or `file_name` names the image.
 * @throws TrainerError PVAE_DATA_NOT_FOUND, PVAE_DATA_CORRUPT
 */
export async function readMetadata (path: string, options: MetadataOptions = {}): Promise<ImageMetadata[]> {
  if (/\.(jsonl|ndjson)$/i.test(path)) return await readJsonLines(path, options)
  return /\.parquet$/i.test(path) ? await readParquet(path, options) : await readTable(path)
}

async function readTable (path: string): Promise<ImageMetadata[]> {
  const table = await readCsv(path)
  if (table === undefined) throw notFound(path, 'no such file')
  const { header, rows } = table
  const name = header.findIndex(column => isName(column))
  if (name < 0) throw corrupt(path, 'a column file, filename or file_name', header.join(', '))
  return rows.map(({ cells }) => ({
    file: cells[name]!,
    values: Object.fromEntries(header.map((column, i) => [column, cells[i]!] as const).filter((_, i) => i !== name)),
  }))
}

async function readJsonLines (path: string, options: MetadataOptions): Promise<ImageMetadata[]> {
  const rows: ImageMetadata[] = []
  let line = 0
  try {
    for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
      line++
      if (text.trim() !== '') rows.push(rowOf(text, `${path} line ${line}`, options))
    }
  } catch (error) {
    if (error instanceof TrainerError) throw error
    throw notFound(path, (error as Error).message)
  }
  return rows
}

async function readParquet (path: string, options: MetadataOptions): Promise<ImageMetadata[]> {
  const file = await asyncBufferFromFile(path)
    .catch((error: unknown) => { throw notFound(path, (error as Error).message) })
  const rows = await parquetReadObjects({ file }).catch((error: unknown) => {
    throw corrupt(path, 'a whole Parquet file that is not compressed or by Snappy', (error as Error).message)
  })
  return rows.map((row, i) => rowOfObject(row, `${path} row ${i}`, options))
}

function rowOf (text: string, where: string, options: MetadataOptions): ImageMetadata {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw corrupt(where, 'JSON', (error as Error).message)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw corrupt(where, 'an object', text)
  return rowOfObject(value, where, options)
}

function rowOfObject (value: object, where: string, { skipNested = false }: MetadataOptions): ImageMetadata {
  const entries = Object.entries(value)
  const name = entries.find(([column]) => isName(column))
  if (typeof name?.[1] !== 'string') throw corrupt(where, 'a text for file, filename or file_name', jsonOf(value))
  const isNested = (value: unknown) => typeof value === 'object' && value !== null
  const values = entries.filter(([column, value]) => column !== name[0] && !(skipNested && isNested(value)))
  const nested = values.find(([, value]) => isNested(value))
  if (nested !== undefined) throw corrupt(where, `a text, number or boolean for ${nested[0]}`, jsonOf(nested[1]))
  // Parquet's 64 bit integers.
  const plain = values.map(([column, value]) => [column, typeof value === 'bigint' ? Number(value) : value])
  return { file: name[1], values: Object.fromEntries(plain) as ImageMetadata['values'] }
}

function jsonOf (value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => typeof inner === 'bigint' ? Number(inner) : inner)
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
