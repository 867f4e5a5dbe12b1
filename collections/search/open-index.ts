import { describe, ModelError } from '@partition-vae/models'
import { parseConditions } from './condition.js'
import { readHeader, type IndexHeader } from './header.js'
import { compareCandidates } from './nearest.js'
import { checkCount, weightsOf, type Scale, type Weights } from './query.js'
import { loadRows, type FoundRow, type RangeQuery } from './row-range.js'
import { startThread, type SearchThread, type ThreadOptions } from './thread.js'

/** What to look for in an index. */
export interface SearchQuery {
  /** [D] the latent whose neighbours are wanted. */
  readonly latent: Float32Array
  /** Of squared distances, by partition; negative: far is near. Default: all partitions weigh 1. */
  readonly weights?: Weights | undefined
  /** How many neighbours; there are fewer where the index, or what is selected of it, has fewer. Default: 10. */
  readonly k?: number | undefined
  /** The deviations that differences are divided by. Default: those of the data. */
  readonly scale?: Scale | undefined
  /** Conditions that all neighbours fulfil: see parseConditions. */
  readonly where?: readonly string[] | undefined
}

/** A row near the query. */
export interface Neighbour {
  /** Its place in the index, from 0. */
  readonly row: number
  readonly file: string
  /** Σ weight × squared distance. Negative weights can make it negative. */
  readonly distance: number
  /** By partition, all of them: the squared distance, not weighted. */
  readonly distances: Readonly<Record<string, number>>
  /** By partition: the row's posterior mean. */
  readonly latent: Readonly<Record<string, number[]>>
}

/** An index that is searched. */
export interface SearchIndex {
  readonly header: IndexHeader
  /**
   * Finds the rows with the least weighted squared distance, exactly, nearest first; of equals that of the lower row.
   * @throws ModelError PVAE_INVALID_PARAMETER, PVAE_INVALID_LATENT, PVAE_UNKNOWN_PARTITION; CollectionError
   * PVAE_INDEX_INVALID, PVAE_INDEX_UNAVAILABLE
   */
  search (query: SearchQuery): Promise<Neighbour[]>
  close (): Promise<void>
}

export interface OpenOptions extends ThreadOptions {
  /**
   * Threads that share the rows, also by how many rows there are; 0: the caller's own, which each search then blocks.
   * Default: 0.
   */
  readonly threads?: number | ((rows: number) => number)
}

export const DEFAULT_NEIGHBOURS = 10

/** A thread is not worth its start for fewer rows. */
const LEAST_ROWS = 20_000

/** Tells how many of the threads that there may be share the rows of an index: at least one. */
export const countThreads = (rows: number, most: number): number =>
  Math.max(1, Math.min(most, Math.floor(rows / LEAST_ROWS)))

/**
 * Opens an index and reads its latents into memory, 4 bytes a unit.
 * @throws CollectionError PVAE_INDEX_NOT_FOUND, PVAE_INDEX_INVALID, PVAE_INDEX_UNAVAILABLE
 */
export async function openIndex (folder: string, options: OpenOptions = {}): Promise<SearchIndex> {
  const header = await readHeader(folder)
  const scanner = await createScanner(folder, header, options)
  return {
    header,
    close: scanner.close,
    async search (query) {
      const ranged = prepareQuery(header, query)
      const found = await scanner.search(ranged)
      return found.sort(compareCandidates).slice(0, ranged.k).map(row => describeRow(header, row))
    },
  }
}

/** Checks a query, and makes numbers of it. @throws ModelError as SearchIndex.search */
export function prepareQuery (header: IndexHeader, query: SearchQuery): RangeQuery {
  const { latent, weights, k = DEFAULT_NEIGHBOURS, where = [] } = query
  checkCount(k)
  if (latent.length !== header.latentSize || !latent.every(Number.isFinite)) {
    throw new ModelError('PVAE_INVALID_LATENT', 'a search', {
      field: 'latent',
      expected: `${header.latentSize} finite numbers`,
      found: latent.length === header.latentSize ? 'one that is not finite' : `${latent.length} numbers`,
    })
  }
  return {
    latent,
    k,
    weights: weightsOf(header.partitions, weights),
    deviations: deviationsOf(header, query.scale ?? 'data'),
    conditions: parseConditions(where, header.metadata),
  }
}

function deviationsOf ({ deviations }: IndexHeader, scale: Scale): readonly number[] {
  const found = deviations[scale]
  if (found !== undefined) return found
  throw new ModelError('PVAE_INVALID_PARAMETER', 'a search', {
    field: 'scale',
    expected: 'data (the index was made without log-variances)',
    found: describe(scale),
  })
}

/** Names what is known of a row by partition. */
export function describeRow ({ partitions }: IndexHeader, { distances, latent, ...row }: FoundRow): Neighbour {
  return {
    ...row,
    distances: Object.fromEntries(partitions.map(({ name }, i) => [name, distances[i]!])),
    latent: Object.fromEntries(partitions.map(({ name, offset, size }) => [name, latent.slice(offset, offset + size)])),
  }
}

interface Scanner {
  /** Neighbours of each part of the rows, in no order. */
  search (query: RangeQuery): Promise<FoundRow[]>
  close (): Promise<void>
}

async function createScanner (
  folder: string, header: IndexHeader, { threads: wanted = 0, ...how }: OpenOptions
): Promise<Scanner> {
  const threads = typeof wanted === 'number' ? wanted : wanted(header.count)
  if (threads === 0) {
    const rows = loadRows(folder, header, 0, header.count)
    return { search: async query => rows.search(query), close: async () => rows.close() }
  }
  const count = countThreads(header.count, threads)
  const edge = (i: number) => Math.floor(header.count * i / count)
  const start = (i: number) => startThread({ folder, header, first: edge(i), last: edge(i + 1) }, how)
  const running: SearchThread[] = Array.from({ length: count }, (_, i) => start(i))
  const close = async () => { await Promise.all(running.map(thread => thread.close())) }
  try {
    await Promise.all(running.map(thread => thread.ready()))
  } catch (error) {
    await close()
    throw error
  }
  return {
    close,
    async search (query) {
      // One that died has a new one take its rows, from the same files.
      for (const [i, thread] of running.entries()) if (!thread.alive) running[i] = start(i)
      return (await Promise.all(running.map(thread => thread.search(query)))).flat()
    },
  }
}
