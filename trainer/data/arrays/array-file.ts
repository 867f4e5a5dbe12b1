/** Files of named arrays, whatever their format, and how arrays are read: in pieces, never whole. */
import { TrainerError } from '../../foundation/errors.js'
import { toDoubles, type NumberType } from './number-types.js'

/** An array of a file. */
export interface ArrayMember {
  readonly name: string
  /** The slowest dimension first, as if in C order. */
  readonly shape: readonly number[]
  /** `text` for strings. */
  readonly type: NumberType | 'text'
  /** Fortran order: the first dimension is the fastest in the file. */
  readonly isFortran: boolean
  /**
   * Reads items, each the last `rank` dimensions, from one on: pieces of whole items, little-endian, whose memory may
   * be reused for the next.
   * @throws TrainerError PVAE_DATA_CORRUPT for damaged data; the signal's reason
   */
  items (rank: number, from: number, signal?: AbortSignal): AsyncIterable<Uint8Array>
  /** Reads all strings of a member of texts. */
  texts? (): Promise<string[]>
}

/** A file, or a folder of files, that is open. */
export interface ArrayFile {
  /** By name, in the order of the file. */
  readonly members: ReadonlyMap<string, ArrayMember>
  /** Members that are not read, and why. */
  readonly refused: ReadonlyMap<string, string>
  close (): Promise<void>
}

/** Larger tables of labels or factors are refused: 256 MB in double precision. */
const MOST_VALUES = 2 ** 25

/** Computes how many numbers dimensions hold. */
export function sizeOf (shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1)
}

/** Reads all numbers of a small array, in C order. @throws TrainerError PVAE_DATA_CORRUPT */
export async function readNumbers (where: string, member: ArrayMember, signal?: AbortSignal): Promise<Float64Array> {
  const { name, shape, type, isFortran } = member
  if (type === 'text') throw corrupt(where, `numbers for ${name}`, 'text')
  const size = sizeOf(shape)
  if (size > MOST_VALUES) throw corrupt(where, `at most ${MOST_VALUES} numbers for ${name}`, describeShape(shape))
  const values = new Float64Array(size)
  let at = 0
  for await (const piece of member.items(0, 0, signal)) {
    const some = toDoubles(piece, type)
    values.set(some, at)
    at += some.length
  }
  return isFortran && shape.length > 1 ? toCOrder(values, shape) : values
}

function toCOrder (values: Float64Array, shape: readonly number[]): Float64Array {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(0, axis)))
  return values.map((_, index) => {
    let [rest, from] = [index, 0]
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += rest % shape[axis]! * strides[axis]!
      rest = Math.floor(rest / shape[axis]!)
    }
    return values[from]!
  })
}

/** Pieces have at least so many bytes, where the stream has. */
const LEAST_PIECE = 2 ** 18

/** Gathers a stream's bytes into pieces of whole items; what is left over at its end is dropped. */
export async function * wholeItems (stream: AsyncIterable<Uint8Array>, itemBytes: number): AsyncGenerator<Uint8Array> {
  const enough = Math.max(itemBytes, LEAST_PIECE)
  let chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of stream) {
    chunks.push(chunk)
    length += chunk.length
    if (length < enough) continue
    const all = Buffer.concat(chunks)
    const end = all.length - all.length % itemBytes
    yield all.subarray(0, end)
    chunks = [all.subarray(end)]
    length = all.length - end
  }
  if (length >= itemBytes) yield Buffer.concat(chunks).subarray(0, length - length % itemBytes)
}

export function describeShape (shape: readonly number[]): string {
  return `(${shape.join(', ')})`
}

/** Makes the error for a file of which something is not as it should be. */
export function corrupt (where: string, expected: string, found: string, cause?: unknown): TrainerError {
  return new TrainerError('PVAE_DATA_CORRUPT', `${where}: expected ${expected} but found ${found}`, cause === undefined ? {} : { cause })
}
