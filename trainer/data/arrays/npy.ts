/** The format of NumPy's `.npy` files, versions 1 to 3 (NEP 1). */
import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import { notFound } from '../../foundation/not-found.js'
import { corrupt, sizeOf, wholeItems, type ArrayFile, type ArrayMember } from './array-file.js'
import { bytesOf, swapBytes, type NumberType } from './number-types.js'

/** More than any header of plain arrays has. */
export const MOST_HEADER_BYTES = 2 ** 16

export interface NpyHeader {
  readonly type: NumberType | 'text'
  /** Bytes of one element. */
  readonly elementBytes: number
  readonly isBigEndian: boolean
  /** Of texts: 4 bytes a character, or one. */
  readonly isWide: boolean
  readonly isFortran: boolean
  readonly shape: readonly number[]
  /** Where the elements begin. */
  readonly offset: number
}

const TYPES: Readonly<Record<string, NumberType>> = {
  b1: 'bool',
  i1: 'int8',
  u1: 'uint8',
  i2: 'int16',
  u2: 'uint16',
  i4: 'int32',
  u4: 'uint32',
  i8: 'int64',
  u8: 'uint64',
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
}

/**
 * Parses the head of a `.npy` file.
 * @param where the file or member, for errors
 * @returns a reason, as text, for an array that is not read: of objects, whose pickles could run any code, or of a type
 * that is no number and no text
 * @throws TrainerError PVAE_DATA_CORRUPT for what is no `.npy` file
 */
export function parseNpyHeader (head: Uint8Array, where: string): NpyHeader | string {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.length)
  if (bytes.toString('latin1', 0, 6) !== '\x93NUMPY') {
    const found = JSON.stringify(bytes.toString('latin1', 0, 6))
    throw corrupt(where, 'a .npy array (\\x93NUMPY) for the first bytes', found)
  }
  const version = bytes[6]!
  if (version < 1 || version > 3) throw corrupt(where, 'a .npy array of version 1, 2 or 3', `version ${version}`)
  const start = version === 1 ? 10 : 12
  const length = bytes.length < start ? Infinity : version === 1 ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8)
  if (bytes.length < start + length) throw corrupt(where, 'a whole header', `${bytes.length} bytes: it is cut off`)
  const text = bytes.toString(version === 3 ? 'utf8' : 'latin1', start, start + length)
  const order = /'fortran_order':\s*(True|False)/.exec(text)?.[1]
  const dims = /'shape':\s*\(([\d\s,L]*)\)/.exec(text)?.[1]
  const described = /'descr':\s*(?:'([^']*)'|(\[[^\]]*\]))/.exec(text)
  if (order === undefined || dims === undefined || described === null) {
    throw corrupt(where, "a header with 'descr', 'fortran_order' and 'shape'", JSON.stringify(text.trim()))
  }
  const element = parseType(described[1] ?? '')
  if (element === undefined) {
    if (/O/.test(described[1] ?? '')) return 'an array of objects: they are pickled, and pickles are never loaded'
    return `of type ${described[1] ?? described[2]}, which is no plain number or text`
  }
  const shape = dims.split(',').map(side => side.trim().replace('L', '')).filter(side => side !== '').map(Number)
  return { ...element, isFortran: order === 'True', shape, offset: start + length }
}

function parseType (text: string): Pick<NpyHeader, 'type' | 'elementBytes' | 'isBigEndian' | 'isWide'> | undefined {
  const found = /^([<>|=]?)([a-zA-Z])(\d+)$/.exec(text)
  if (found === null) return undefined
  const [, order, kind, digits] = found as unknown as [string, string, string, string]
  const isBigEndian = order === '>'
  if (kind === 'U') return { type: 'text', elementBytes: 4 * Number(digits), isBigEndian, isWide: true }
  if (kind === 'S') return { type: 'text', elementBytes: Number(digits), isBigEndian, isWide: false }
  const type = TYPES[kind + digits]
  return type && { type, elementBytes: bytesOf(type), isBigEndian, isWide: false }
}

/** Reads the elements of an array from one byte of them on; chunks may be changed by whoever reads. */
export type ReadElements = (from: number, signal: AbortSignal | undefined) => AsyncIterable<Uint8Array>

/** Makes a member of an array whose elements can be read from anywhere. */
export function npyMember (where: string, name: string, header: NpyHeader, read: ReadElements): ArrayMember {
  const { type, elementBytes, isBigEndian, isWide, isFortran, shape } = header
  return {
    name,
    shape,
    type,
    isFortran,
    async * items (rank, from, signal) {
      const itemBytes = sizeOf(shape.slice(shape.length - rank)) * elementBytes
      let left = sizeOf(shape) * elementBytes - from * itemBytes
      for await (const piece of wholeItems(read(from * itemBytes, signal), itemBytes)) {
        signal?.throwIfAborted()
        if (isBigEndian && elementBytes > 1) swapBytes(piece, elementBytes)
        left -= piece.length
        yield piece
      }
      if (left > 0) throw corrupt(where, `${sizeOf(shape)} elements for ${name}`, `${left} bytes too few: it is cut off`)
    },
    ...type === 'text' && {
      async texts () {
        const found: string[] = []
        for await (const piece of wholeItems(read(0, undefined), Math.max(1, elementBytes))) {
          for (let at = 0; at < piece.length; at += elementBytes) {
            found.push(decodeText(piece.subarray(at, at + elementBytes), isWide, isBigEndian))
          }
        }
        return found
      },
    },
  }
}

function decodeText (bytes: Uint8Array, isWide: boolean, isBigEndian: boolean): string {
  if (!isWide) return Buffer.from(bytes).toString('utf8').replace(/\0+$/, '')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const points = Array.from({ length: bytes.length / 4 }, (_, i) => view.getUint32(4 * i, !isBigEndian))
  return String.fromCodePoint(...points).replace(/\0+$/, '')
}

/**
 * Opens a `.npy` file: one array, which has the file's name.
 * @throws TrainerError PVAE_DATA_NOT_FOUND, PVAE_DATA_CORRUPT
 */
export async function openNpy (path: string): Promise<ArrayFile> {
  const handle = await open(path, 'r').catch((error: unknown) => { throw notFound(path, 'data.file', error) })
  try {
    const name = basename(path).replace(/\.npy$/i, '')
    const head = Buffer.alloc(MOST_HEADER_BYTES)
    const { bytesRead } = await handle.read(head, 0, head.length, 0)
    const header = parseNpyHeader(head.subarray(0, bytesRead), path)
    const close = async () => { await handle.close() }
    if (typeof header === 'string') return { members: new Map(), refused: new Map([[name, header]]), close }
    const { offset, shape, elementBytes } = header
    const [expected, { size }] = [offset + sizeOf(shape) * elementBytes, await handle.stat()]
    if (size < expected) throw corrupt(path, `${expected} bytes, as its header says,`, `${size}: it is cut off`)
    const read: ReadElements = async function * (from, signal) {
      const start = offset + from
      if (start >= expected) return
      yield * handle.createReadStream({ start, end: expected - 1, autoClose: false, highWaterMark: 2 ** 20, signal })
    }
    const member = npyMember(path, name, header, read)
    return { members: new Map([[name, member]]), refused: new Map(), close }
  } catch (error) {
    await handle.close()
    throw error
  }
}
