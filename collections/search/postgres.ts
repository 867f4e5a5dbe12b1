/** Indexes in PostgreSQL with its extension pgvector: a table with a column a partition, beside a team's other data. */
import { describe } from '@partition-vae/models'
import { CollectionError } from '../foundation/errors.js'
import { parseHeader, type IndexHeader } from './header.js'
import { compareCandidates } from './nearest.js'
import { describeRow, prepareQuery, type SearchIndex } from './open-index.js'
import { connect, quote, type Database } from './postgres-database.js'
import { parseVector, selectNearest, writeVector } from './postgres-sql.js'
import { squaredDistance, weightedDistance } from './query.js'
import { readRows } from './read-rows.js'

/** Rows of one statement. */
const BATCH = 1000
/** More rows are asked for than are wanted: PostgreSQL orders by float32, and the order here is that of float64. */
const MARGIN = 16
const RESERVED = ['row', 'file']

export interface CopyOptions {
  /** Replaces a table that is there. */
  readonly force?: boolean
  readonly signal?: AbortSignal
  /** Told after each batch. */
  readonly onProgress?: (rows: number, total: number) => void
}

/** The table of a model's index where none is named. */
export function tableOf (model: string): string {
  return `pvae_${model.replaceAll('-', '_')}`
}

/**
 * Copies an index from its folder into a table, in one transaction. The table has `row`, `file`, a `vector(n)` for each
 * partition and a column for each one of metadata, under their names; the header is its comment.
 * @throws CollectionError PVAE_INDEX_NOT_FOUND, PVAE_INDEX_INVALID, PVAE_INDEX_EXISTS, PVAE_INDEX_INPUT_INVALID,
 * PVAE_DATABASE_FAILED; the reason of the signal
 */
export async function copyToPostgres (
  folder: string, url: string, table: string, { force = false, signal, onProgress }: CopyOptions = {}
): Promise<IndexHeader> {
  const { header, batches } = await readRows(folder, BATCH)
  const { partitions, metadata, count } = header
  const names = [...RESERVED, ...partitions.map(({ name }) => name), ...metadata.map(({ name }) => name)]
  const twice = names.find((name, i) => names.indexOf(name) < i)
  if (twice !== undefined) {
    throw new CollectionError('PVAE_INDEX_INPUT_INVALID',
      `expected different names for the columns of a table but found two called ${describe(twice)}`)
  }
  const types = [
    'bigint', 'text', ...partitions.map(({ size }) => `vector(${size})`),
    ...metadata.map(({ type }) => type === 'number' ? 'double precision' : 'text'),
  ]
  const database = await connect(url)
  try {
    await database.query('BEGIN')
    await database.query('CREATE EXTENSION IF NOT EXISTS vector')
    if (force) await database.query(`DROP TABLE IF EXISTS ${quote(table)}`)
    else if (await exists(database, table)) {
      throw new CollectionError('PVAE_INDEX_EXISTS', `expected no table yet for ${table} but found one`)
    }
    const columns = names.map((name, i) => `${quote(name)} ${types[i]}${i === 0 ? ' PRIMARY KEY' : ' '}`)
    await database.query(`CREATE TABLE ${quote(table)} (${columns.join(', ')})`)
    // Vectors come as texts, which PostgreSQL reads.
    const arrays = types.map((type, i) => `$${i + 1}::${type.startsWith('vector') ? 'text' : type}[]`)
    const fields = types.map((type, i) => `c${i}::${type}`)
    const insert = `INSERT INTO ${quote(table)} SELECT ${fields.join(', ')} FROM unnest(${arrays.join(', ')}) ` +
      `AS rows (${types.map((_, i) => `c${i}`).join(', ')})`
    for await (const { first, files, means, values } of batches()) {
      signal?.throwIfAborted()
      const vectors = partitions.map(({ size }, i) => files.map((_, row) =>
        writeVector(means[i]!.subarray(row * size, (row + 1) * size))))
      await database.query(insert, [files.map((_, i) => first + i), files, ...vectors, ...values])
      onProgress?.(first + files.length, count)
    }
    await database.query(`COMMENT ON TABLE ${quote(table)} IS ${database.literal(JSON.stringify(header))}`)
    await database.query('COMMIT')
    return header
  } finally {
    await database.close() // what is not committed is rolled back
  }
}

async function exists (database: Database, table: string): Promise<boolean> {
  const [row] = await database.query('SELECT to_regclass($1) IS NOT NULL AS found', [quote(table)])
  return row!['found'] === true
}

/**
 * Opens an index that is a table. The search is PostgreSQL's, exact unless the table has been given an approximate
 * index; distances are computed anew in float64.
 * @throws CollectionError PVAE_INDEX_NOT_FOUND, PVAE_INDEX_INVALID, PVAE_DATABASE_FAILED
 */
export async function openPostgres (url: string, table: string): Promise<SearchIndex> {
  const database = await connect(url)
  try {
    const header = await readComment(database, table)
    return {
      header,
      close: database.close,
      async search (query) {
        const ranged = prepareQuery(header, query)
        const { k } = ranged
        const { text, values } = selectNearest(header, ranged, table, 2 * k + MARGIN)
        const rows = await database.query(text, values)
        const metric = { ...ranged, partitions: header.partitions }
        const found = rows.map(row => {
          const latent = header.partitions.flatMap((_, i) => parseVector(row[`p${i}`] as string))
          const columns = latent.map(value => [value])
          return {
            row: Number(row['row']),
            file: row['file'] as string,
            latent,
            distance: weightedDistance(metric, columns, 0),
            distances: header.partitions.map((_, i) => squaredDistance(metric, columns, 0, i)),
          }
        })
        return found.sort(compareCandidates).slice(0, k).map(row => describeRow(header, row))
      },
    }
  } catch (error) {
    await database.close()
    throw error
  }
}

async function readComment (database: Database, table: string): Promise<IndexHeader> {
  const text = "SELECT obj_description(to_regclass($1), 'pg_class') AS comment"
  const [row] = await database.query(text, [quote(table)])
  const comment = row?.['comment']
  if (typeof comment === 'string') return parseHeader(comment, `the comment of table ${table}`)
  throw new CollectionError('PVAE_INDEX_NOT_FOUND',
    `expected an index (a table that pvae index --to has written) for ${table} but found none`)
}
