import { readFile, stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { TrainerError, isSystemError } from '../foundation/errors.js'

/** An IDX file of unsigned bytes. */
export interface IdxArray {
  /** Sizes of the dimensions, the slowest first, e.g. [60000, 28, 28]. */
  readonly dims: readonly number[]
  /** Row-major values: as many as the product of `dims`. */
  readonly values: Uint8Array
}

/**
 * IDX data sets are held in memory: a file may have 1 GiB, after decompression. Larger sets belong in an image folder.
 */
const MAX_IDX_BYTES = 2 ** 30

const dtypes: Readonly<Record<number, string>> = {
  0x08: 'unsigned byte', 0x09: 'signed byte', 0x0b: 'short', 0x0c: 'int', 0x0d: 'float', 0x0e: 'double',
}

/**
 * Reads an IDX file, gzipped (told by its content) or not.
 * @throws TrainerError PVAE_DATA_NOT_FOUND when it can't be read, PVAE_DATA_CORRUPT when it is not a whole IDX file of
 * bytes
 */
export async function readIdxFile (path: string, maxBytes = MAX_IDX_BYTES): Promise<IdxArray> {
  return parseIdx(await readBytes(path, maxBytes), path)
}

/**
 * Parses the IDX format (LeCun, "The MNIST database of handwritten digits"): two zero bytes, the type, the number of
 * dimensions, each dimension as a big-endian uint32, then the values. `values` shares memory with `bytes`.
 * @param where the file's name, for errors
 * @throws TrainerError PVAE_DATA_CORRUPT naming file, field, what was expected and what was found
 */
export function parseIdx (bytes: Uint8Array, where: string): IdxArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  expect(where, 'the length', bytes.length >= 4, 'at least 4 bytes', `${bytes.length}`)
  const dtype = bytes[2]!
  const rank = bytes[3]!
  expect(
    where,
    'the magic number',
    view.getUint16(0) === 0 && dtype in dtypes,
    'an IDX file (0x000008..)',
    hex(view.getUint32(0), 8)
  )
  expect(where, 'the data type', dtype === 0x08, '0x08 (unsigned byte)', `${hex(dtype, 2)} (${dtypes[dtype]})`)
  expect(where, 'the number of dimensions', rank >= 1 && rank <= 4, '1 to 4', `${rank}`)
  const header = 4 + 4 * rank
  expect(where, 'the length', bytes.length >= header, `at least ${header} bytes of header`, `${bytes.length}`)
  const dims = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i))
  const size = dims.reduce((product, dim) => product * dim, 1)
  expect(
    where,
    'the length',
    bytes.length === header + size,
    `${header + size} bytes (${header} + ${dims.join(' × ')})`,
    `${bytes.length}`
  )
  return { dims, values: bytes.subarray(header) }
}

/** Throws unless `ok`. */
export function expect (where: string, field: string, ok: boolean, expected: string, found: string): void {
  if (!ok) throw new TrainerError('PVAE_DATA_CORRUPT', `${where}: expected ${expected} for ${field} but found ${found}`)
}

async function readBytes (path: string, maxBytes: number): Promise<Uint8Array> {
  try {
    const { size } = await stat(path)
    expect(path, 'the size', size <= maxBytes, `at most ${maxBytes} bytes (larger sets: source "folder")`, `${size}`)
    const bytes = await readFile(path)
    const gzipped = bytes[0] === 0x1f && bytes[1] === 0x8b
    return gzipped ? await promisify(gunzip)(bytes, { maxOutputLength: maxBytes }) : bytes
  } catch (error) {
    if (error instanceof TrainerError) throw error
    const { message } = error as Error
    if (isSystemError(error)) {
      throw new TrainerError('PVAE_DATA_NOT_FOUND', `expected a readable file for ${path} but found ${message}`, {
        cause: error,
      })
    }
    throw new TrainerError(
      'PVAE_DATA_CORRUPT',
      `${path}: expected gzip data of at most ${maxBytes} bytes for the content but found: ${message}`,
      { cause: error }
    )
  }
}

function hex (value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, '0')}`
}
