/** Arrays of numbers in MATLAB's level 5 MAT-files, as Cars3D has them. */
import { promisify } from 'node:util'
import { inflate as inflateCallback } from 'node:zlib'
import { corrupt } from './array-file.js'

const inflate = promisify(inflateCallback)

const HEADER_BYTES = 128
/** Types of elements: MATLAB, "MAT-File Format", table 1-1. */
const [UINT8, MATRIX, COMPRESSED] = [2, 14, 15]

/** An array of bytes in Fortran order. */
export interface MatArray {
  readonly name: string
  readonly shape: readonly number[]
  readonly bytes: Uint8Array
}

interface Element {
  readonly type: number
  readonly data: Buffer
  /** Where the next begins. */
  readonly end: number
}

/**
 * Finds an array of 8-bit numbers in a MAT-file.
 * @throws TrainerError PVAE_DATA_CORRUPT where it is not there, or the file is damaged
 */
export async function readMatArray (file: Buffer, name: string, where: string): Promise<MatArray> {
  if (file.toString('latin1', 0, 10) !== 'MATLAB 5.0' || file.toString('latin1', 126, 128) !== 'IM') {
    throw corrupt(where, 'a MAT-file of level 5, little-endian,', 'another format')
  }
  const names: string[] = []
  try {
    for (let at = HEADER_BYTES; at < file.length;) {
      const element = readElement(file, at)
      at = element.end
      const matrix = element.type === COMPRESSED ? readElement(await inflate(element.data), 0) : element
      if (matrix.type !== MATRIX) continue
      const array = parseMatrix(matrix.data)
      if (array.name === name && array.bytes !== undefined) return { ...array, bytes: array.bytes }
      names.push(array.name)
    }
  } catch (error) {
    throw corrupt(where, 'a whole MAT-file', `${(error as Error).message}: is it cut off?`, error)
  }
  throw corrupt(where, `an array ${name} of 8-bit numbers`, names.length === 0 ? 'none' : names.join(', '))
}

/** Reads flags, dimensions, name and numbers. */
function parseMatrix (data: Buffer): { name: string, shape: number[], bytes: Uint8Array | undefined } {
  const flags = readElement(data, 0)
  const dims = readElement(data, flags.end)
  const name = readElement(data, dims.end)
  const values = readElement(data, name.end)
  const shape = Array.from({ length: dims.data.length / 4 }, (_, i) => dims.data.readInt32LE(4 * i))
  const isWhole = values.type === UINT8 && values.data.length === shape.reduce((product, side) => product * side, 1)
  return { name: name.data.toString('latin1'), shape, bytes: isWhole ? values.data : undefined }
}

/** Reads an element, be it small, with its data in its tag, or not. */
function readElement (bytes: Buffer, at: number): Element {
  const word = bytes.readUInt32LE(at)
  const small = word >>> 16
  if (small > 0) return { type: word & 0xffff, data: bytes.subarray(at + 4, at + 4 + small), end: at + 8 }
  const length = bytes.readUInt32LE(at + 4)
  const data = bytes.subarray(at + 8, at + 8 + length)
  if (data.length < length) throw new Error(`${data.length} of ${length} bytes of an element`)
  // Compressed elements are not padded to 8 bytes.
  return { type: word, data, end: at + 8 + (word === COMPRESSED ? length : Math.ceil(length / 8) * 8) }
}
