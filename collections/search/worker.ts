import { parentPort, workerData } from 'node:worker_threads'
import type { IndexHeader } from './header.js'
import { loadRows, type FoundRow, type RangeQuery, type RowRange } from './row-range.js'

/** The rows of a thread, given as it starts. */
export interface ThreadRows {
  readonly folder: string
  readonly header: IndexHeader
  /** Rows [first, last). */
  readonly first: number
  readonly last: number
}

/** A query, or the question whether the rows are read. */
export interface ThreadRequest {
  readonly id: number
  readonly query?: RangeQuery
}

export type ThreadReply =
  | { readonly id: number, readonly found: readonly FoundRow[] }
  | { readonly id: number, readonly error: { readonly code?: string, readonly message: string } }

const port = parentPort
if (port === null) throw new Error('worker.ts runs in a worker thread')
const { folder, header, first, last } = workerData as ThreadRows
let rows: RowRange | undefined

port.on('message', ({ id, query }: ThreadRequest) => port.postMessage(answer(id, query)))

function answer (id: number, query: RangeQuery | undefined): ThreadReply {
  try {
    rows ??= loadRows(folder, header, first, last)
    return { id, found: query === undefined ? [] : rows.search(query) }
  } catch (error) {
    // structured clone keeps an error's message, but not its code
    const { code, message } = error as NodeJS.ErrnoException
    return { id, error: { message, ...typeof code === 'string' && { code } } }
  }
}
