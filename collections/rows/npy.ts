/** NumPy's own format, version 1.0, of little-endian float32. */
const MAGIC = Buffer.from('\x93NUMPY\x01\x00', 'latin1')

/** @param shape whose product is the length of the data */
export function writeNpy (data: Float32Array, shape: readonly number[]): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': ${tuple}, }`
  // The data begin at a multiple of 64 bytes, behind a line feed.
  const length = Math.ceil((MAGIC.length + 2 + header.length + 1) / 64) * 64 - MAGIC.length - 2
  const size = Buffer.alloc(2)
  size.writeUInt16LE(length)
  return Buffer.concat([
    MAGIC, size, Buffer.from(`${header.padEnd(length - 1)}\n`), Buffer.from(data.buffer, data.byteOffset, data.byteLength),
  ])
}

/** Reads what `writeNpy` writes. @returns undefined for bytes that are something else */
export function readNpy (bytes: Buffer): Float32Array | undefined {
  if (bytes.length < MAGIC.length + 2 || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return undefined
  const start = MAGIC.length + 2 + bytes.readUInt16LE(MAGIC.length)
  const header = bytes.subarray(MAGIC.length + 2, start).toString('latin1')
  if (!header.includes("'descr': '<f4', 'fortran_order': False") || (bytes.length - start) % 4 !== 0) return undefined
  const data = new Float32Array((bytes.length - start) / 4)
  Buffer.from(data.buffer).set(bytes.subarray(start))
  return data
}
