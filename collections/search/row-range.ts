import { bytesOf, openColumnFiles, type ColumnFiles } from './column-files.js'
import type { Condition } from './condition.js'
import { invalidIndex } from './errors.js'
import { filesOf, partitionFile, type IndexHeader } from './header.js'
import { BLOCK, createColumns, GROUP, mostRows, type Columns } from './kernel.js'
import { Nearest, type Candidate } from './nearest.js'
import { boundBelow, squaredDistance, weightedDistance, type Metric } from './query.js'
import { createRowFilter } from './row-filter.js'

/** A search as threads are told of it: everything is checked. */
export interface RangeQuery extends Omit<Metric, 'partitions'> {
  readonly k: number
  readonly conditions: readonly Condition[]
}

/** A row that was found. */
export interface FoundRow extends Candidate {
  /** The name of its file. */
  readonly file: string
  /** By partition: its squared distance, not weighted. */
  readonly distances: readonly number[]
  /** [D] its posterior mean. */
  readonly latent: readonly number[]
}

/** Some of the rows of an index, in memory. */
export interface RowRange {
  /** Finds the k nearest of these rows, nearest first; of equals the lower row first. */
  search (query: RangeQuery): FoundRow[]
  close (): void
}

/** Rows of the first block: few, so that there is a limit soon. It doubles up to the kernel's. */
const FIRST_BLOCK = 256
/** Bytes that are read at a time. */
const CHUNK = 2 ** 20

/**
 * Reads the rows [first, last) of an index into memory: 4 bytes a unit. They lie there unit by unit, as the kernel
 * takes them. Files can't be mapped into memory without native code; and since each thread has rows of its own, none
 * of it needs to be shared.
 * @throws CollectionError PVAE_INDEX_INVALID for files that are too short, or more rows than a thread can hold
 */
export function loadRows (folder: string, header: IndexHeader, first: number, last: number): RowRange {
  const { partitions, latentSize } = header
  const count = last - first
  if (count > mostRows(latentSize)) {
    const most = `at most ${mostRows(latentSize)} rows of ${latentSize} units in one thread (use more threads)`
    throw invalidIndex(folder, most, 'the index', String(count))
  }
  const files = openColumnFiles(folder, filesOf(header).map(({ path }) => path))
  try {
    const columns = createColumns(count, latentSize)
    for (const partition of partitions) fillColumns(files, columns, partition, first)
    const filter = createRowFilter(files, header, first, count)
    return {
      close: files.close,
      search (query) {
        const metric = { ...query, partitions }
        const nearest = findNearest(columns, metric, query.k, count, filter.select(query.conditions))
        return nearest.map(({ row, distance }) => ({
          row: first + row,
          distance,
          file: filter.nameOf(first + row),
          distances: partitions.map((_, i) => squaredDistance(metric, columns.values, row, i)),
          latent: columns.values.map(values => values[row]!),
        }))
      },
    }
  } catch (error) {
    files.close()
    throw error
  }
}

/** Reads a partition, [n, size] in its file, into one column a unit. */
function fillColumns (
  files: ColumnFiles, { values }: Columns, { name, offset, size }: IndexHeader['partitions'][number], first: number
): void {
  const count = values[0]!.length
  const some = Math.max(1, Math.floor(CHUNK / (4 * size)))
  const chunk = new Float32Array(some * size)
  for (let at = 0; at < count; at += some) {
    const rows = Math.min(some, count - at)
    files.read(partitionFile(name), bytesOf(chunk.subarray(0, rows * size)), (first + at) * size * 4)
    for (let unit = 0; unit < size; unit++) {
      const column = values[offset + unit]!
      for (let row = 0, from = unit; row < rows; row++, from += size) column[at + row] = chunk[from]!
    }
  }
}

/**
 * Scans all rows: the kernel passes over those that are too far for certain, whatever its rounding; the distances of
 * the others are computed in float64. So the result is that of float64 throughout.
 */
function findNearest (
  columns: Columns, metric: Metric, k: number, count: number, selected: Uint8Array | undefined
): Candidate[] {
  const nearest = new Nearest(k)
  const bound = boundBelow(metric)
  columns.prepare(bound.units)
  let block = FIRST_BLOCK
  for (let at = 0; at < count;) {
    const start = selected === undefined ? at : Math.floor(firstSelected(selected, at) / GROUP) * GROUP
    if (start >= count) break
    const end = Math.min(start + block, count)
    for (const row of columns.scan(start, end, bound.limitFor(nearest.limit))) {
      if (row >= count || selected?.[row] === 0) continue
      const distance = weightedDistance(metric, columns.values, row)
      if (distance <= nearest.limit) nearest.add({ row, distance })
    }
    at = end
    block = Math.min(2 * block, BLOCK)
  }
  return nearest.sorted()
}

/** The first row from `at` on that is selected; the count of rows where none is. */
function firstSelected (selected: Uint8Array, at: number): number {
  const found = selected.indexOf(1, at)
  return found < 0 ? selected.length : found
}
