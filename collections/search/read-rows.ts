import { bytesOf, openColumnFiles } from './column-files.js'
import {
  codesFile, filesOf, NAME_OFFSETS_FILE, NAMES_FILE, numbersFile, partitionFile, readHeader, textsFile,
  type IndexHeader,
} from './header.js'
import { NO_TEXT } from './metadata.js'

/** Some rows of an index, as they lie in its files. */
export interface RowBatch {
  readonly first: number
  readonly files: readonly string[]
  /** For each partition [n, size]. */
  readonly means: readonly Float32Array[]
  /** For each column of metadata [n]. */
  readonly values: ReadonlyArray<ReadonlyArray<string | number | null>>
}

/**
 * Opens an index to read all of it, some rows at a time. @throws CollectionError PVAE_INDEX_NOT_FOUND,
 * PVAE_INDEX_INVALID
 */
export async function readRows (
  folder: string, rows: number
): Promise<{ readonly header: IndexHeader, batches (): AsyncGenerator<RowBatch> }> {
  const header = await readHeader(folder)
  const { partitions, metadata, count } = header
  async function * batches (): AsyncGenerator<RowBatch> {
    const files = openColumnFiles(folder, filesOf(header).map(({ path }) => path))
    const fill = <Numbers extends NodeJS.TypedArray>(path: string, numbers: Numbers, position: number) => {
      files.read(path, bytesOf(numbers), position)
      return numbers
    }
    try {
      const texts = metadata.map(({ type }, i) =>
        type === 'text' ? JSON.parse(files.readAll(textsFile(i))) as string[] : [])
      for (let first = 0; first < count; first += rows) {
        const n = Math.min(rows, count - first)
        const offsets = fill(NAME_OFFSETS_FILE, new BigUint64Array(n + 1), first * 8)
        const start = Number(offsets[0])
        const names = fill(NAMES_FILE, Buffer.alloc(Number(offsets[n]) - start), start)
        yield {
          first,
          files: Array.from({ length: n }, (_, i) =>
            names.toString('utf8', Number(offsets[i]) - start, Number(offsets[i + 1]) - start)),
          means: partitions.map(({ name, size }) =>
            fill(partitionFile(name), new Float32Array(n * size), first * size * 4)),
          values: metadata.map(({ type }, i) => type === 'number'
            ? Array.from(fill(numbersFile(i), new Float64Array(n), first * 8), value =>
              Number.isNaN(value) ? null : value)
            : Array.from(fill(codesFile(i), new Uint32Array(n), first * 4), code =>
              code === NO_TEXT ? null : texts[i]![code]!)),
        }
      }
    } finally {
      files.close()
    }
  }
  return { header, batches }
}
