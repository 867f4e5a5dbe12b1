import pg from 'pg'
import { CollectionError } from '../foundation/errors.js'

export interface Database {
  /** @throws CollectionError PVAE_DATABASE_FAILED */
  query (text: string, values?: readonly unknown[]): Promise<ReadonlyArray<Readonly<Record<string, unknown>>>>
  /** A text as SQL writes it, where a statement takes no parameters. */
  literal (text: string): string
  close (): Promise<void>
}

/** Milliseconds. */
const CONNECT_WITHIN = 10_000

/** A name as SQL writes it. */
export const quote = pg.escapeIdentifier

/** @throws CollectionError PVAE_DATABASE_FAILED, without the address' password */
export async function connect (url: string): Promise<Database> {
  const where = describeAddress(url)
  const failed = (cause: Error & { code?: string }) => {
    const reason = [cause.message, cause.code].filter(Boolean).join(', ')
    return new CollectionError('PVAE_DATABASE_FAILED', `the database at ${where} failed: ${reason}`, { cause })
  }
  let client: pg.Client
  try {
    client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_WITHIN })
    await client.connect()
  } catch (error) {
    throw failed(error as Error)
  }
  // A connection that is lost between statements is told of by the next.
  client.on('error', () => {})
  return {
    literal: pg.escapeLiteral,
    close: () => client.end(),
    async query (text, values = []) {
      try {
        return (await client.query(text, [...values])).rows as Array<Record<string, unknown>>
      } catch (error) {
        throw failed(error as Error)
      }
    },
  }
}

function describeAddress (url: string): string {
  if (!URL.canParse(url) || !/^postgres(ql)?:$/.test(new URL(url).protocol)) {
    throw new CollectionError('PVAE_INVALID_PARAMETER',
      'expected postgres://USER@HOST/DATABASE for the address of a database but found something else')
  }
  const { hostname, port, pathname } = new URL(url)
  return `${hostname}${port === '' ? '' : `:${port}`}${pathname}`
}
