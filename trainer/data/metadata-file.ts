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
  /** Whether a table without a column of names is undefined, or refused. Default: refused. */
  readonly skipNameless?: boolean
}

/**
 * Reads what is known of images: a CSV file with a header, JSON lines (`.jsonl`, `.ndjson`) with an object a line, or
 * Parquet (`.parquet`). The column `file`, `filename` or `file_name` names the image.
 * @returns undefined, with `skipNameless`, where no row has such a column
 * @throws TrainerError PVAE_DATA_NOT_FOUND, PVAE_DATA_CORRUPT
 */
export async function readMetadata (
  path: string, options: MetadataOptions & { readonly skipNameless: true }
): Promise<ImageMetadata[] | undefined>
export async function readMetadata (path: string, options?: MetadataOptions): Promise<ImageMetadata[]>
export async function readMetadata (
  path: string, options: MetadataOptions = {}
): Promise<ImageMetadata[] | undefined> {
  if (/\.(jsonl|ndjson)$/i.test(path)) return await readJsonLines(path, options)
  return /\.parquet$/i.test(path) ? await readParquet(path, options) : await readTable(path, options)
}

async function readTable (path: string, { skipNameless }: MetadataOptions): Promise<ImageMetadata[] | undefined> {
  const table = await readCsv(path)
  if (table === undefined) throw notFound(path, 'no such file')
  const { header, rows } = table
  const name = header.findIndex(column => isName(column))
  if (name < 0 && skipNameless === true) return undefined
  if (name < 0) throw corrupt(path, 'a column file, filename or file_name', header.join(', '))
  return rows.map(({ cells }) => ({
    file: cells[name]!,
    values: Object.fromEntries(header.map((column, i) => [column, cells[i]!] as const).filter((_, i) => i !== name)),
  }))
}

async function readJsonLines (path: string, options: MetadataOptions): Promise<ImageMetadata[] | undefined> {
  const objects: Array<readonly [string, object]> = []
  let line = 0
  try {
    for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
      line++
      if (text.trim() !== '') objects.push(parseLine(text, `${path} line ${line}`))
    }
  } catch (error) {
    if (error instanceof TrainerError) throw error
    throw notFound(path, (error as Error).message)
  }
  return rowsOf(objects, options)
}

async function readParquet (path: string, options: MetadataOptions): Promise<ImageMetadata[] | undefined> {
  const file = await asyncBufferFromFile(path)
    .catch((error: unknown) => { throw notFound(path, (error as Error).message) })
  const rows = await parquetReadObjects({ file }).catch((error: unknown) => {
    throw corrupt(path, 'a whole Parquet file that is not compressed or by Snappy', (error as Error).message)
  })
  return rowsOf(rows.map((row, i) => [`${path} row ${i}`, row] as const), options)
}

/** @param objects each with where it stands, for errors */
function rowsOf (
  objects: ReadonlyArray<readonly [string, object]>, options: MetadataOptions
): ImageMetadata[] | undefined {
  const isNameless = objects.length > 0 && !objects.some(([, object]) => Object.keys(object).some(isName))
  if (isNameless && options.skipNameless === true) return undefined
  return objects.map(([where, object]) => rowOfObject(object, where, options))
}

function parseLine (text: string, where: string): readonly [string, object] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw corrupt(where, 'JSON', (error as Error).message)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw corrupt(where, 'an object', text)
  return [where, value]
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
