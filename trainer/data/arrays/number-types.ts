/** Types of numbers in files, and how they become doubles. */

const BYTES = {
  bool: 1,
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
  float16: 2,
  float32: 4,
  float64: 8,
} as const

export type NumberType = keyof typeof BYTES

export function isNumberType (name: string): name is NumberType {
  return name in BYTES
}

/** Bytes that one number has. */
export function bytesOf (type: NumberType): number {
  return BYTES[type]
}

/** Tells whether numbers have a fraction. */
export function isFloat (type: NumberType): boolean {
  return type.startsWith('float')
}

/** Reads little-endian numbers. Integers beyond 2⁵³ are rounded. */
export function toDoubles (bytes: Uint8Array, type: NumberType): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const size = BYTES[type]
  const out = new Float64Array(Math.floor(bytes.length / size))
  const read = readers[type]
  for (let i = 0; i < out.length; i++) out[i] = read(view, i * size)
  return out
}

const readers: Readonly<Record<NumberType, (view: DataView, at: number) => number>> = {
  bool: (view, at) => view.getUint8(at) === 0 ? 0 : 1,
  int8: (view, at) => view.getInt8(at),
  uint8: (view, at) => view.getUint8(at),
  int16: (view, at) => view.getInt16(at, true),
  uint16: (view, at) => view.getUint16(at, true),
  int32: (view, at) => view.getInt32(at, true),
  uint32: (view, at) => view.getUint32(at, true),
  int64: (view, at) => Number(view.getBigInt64(at, true)),
  uint64: (view, at) => Number(view.getBigUint64(at, true)),
  float16: (view, at) => halfToDouble(view.getUint16(at, true)),
  float32: (view, at) => view.getFloat32(at, true),
  float64: (view, at) => view.getFloat64(at, true),
}

/** Reads a half (IEEE 754 binary16). */
function halfToDouble (bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = bits >> 10 & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

/** Turns numbers of so many bytes around, in place: from big-endian to little-endian. */
export function swapBytes (bytes: Uint8Array, size: number): void {
  for (let at = 0; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse()
}
