type Binary = Uint8Array | Float32Array

/** Enough for every kind of element. */
const ALIGNMENT = 8
const aligned = (size: number): number => Math.ceil(size / ALIGNMENT) * ALIGNMENT

function isBinary (value: unknown): value is Binary {
  return value instanceof Uint8Array || value instanceof Float32Array
}

/** Bytes of all typed arrays in a plain value, each in a place of its own. */
export function binarySize (value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  if (isBinary(value)) return aligned(value.byteLength)
  return Object.values(value).reduce<number>((size, member) => size + binarySize(member), 0)
}

/**
 * A copy of a plain value whose typed arrays all lie in one new ArrayBuffer, to be transferred: one message is one
 * allocation. Cloning them instead would copy the pool that a small Buffer lives in, 8 KB, for each; the arrays
 * themselves can't be transferred, as a pool is others' too and native memory is not ours. A Buffer becomes a
 * Uint8Array.
 */
export function packBinary<T> (value: T): { readonly packed: T, readonly transfer: ArrayBuffer[] } {
  const size = binarySize(value)
  if (size === 0) return { packed: value, transfer: [] }
  const buffer = new ArrayBuffer(size)
  let offset = 0

  function place (array: Binary): Binary {
    const target =
      array instanceof Float32Array
        ? new Float32Array(buffer, offset, array.length)
        : new Uint8Array(buffer, offset, array.length)
    target.set(array)
    offset += aligned(array.byteLength)
    return target
  }

  function copy (member: unknown): unknown {
    if (typeof member !== 'object' || member === null) return member
    if (isBinary(member)) return place(member)
    if (Array.isArray(member)) return member.map(copy)
    return Object.fromEntries(Object.entries(member).map(([name, inner]) => [name, copy(inner)]))
  }

  return { packed: copy(value) as T, transfer: [buffer] }
}
