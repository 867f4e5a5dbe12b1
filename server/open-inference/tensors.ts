import { expected, InvalidBodyError } from '../foundation/errors.js'

const BYTES = Float32Array.BYTES_PER_ELEMENT

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, length) => size * length, 1)

function describeItem (value: unknown): string {
  return Array.isArray(value) ? `an array of ${value.length}` : JSON.stringify(value)?.slice(0, 40) ?? 'nothing'
}

/**
 * A JSON tensor, flat or nested as its shape says.
 * @param field what to call it in an error, e.g. `inputs[0].data`
 * @throws PVAE_INVALID_BODY naming the element
 */
export function tensorFromJson (data: unknown, shape: readonly number[], field: string): Float32Array {
  const tensor = new Float32Array(sizeOf(shape))
  let at = 0

  function read (value: unknown, [length, ...inner]: readonly number[], name: string): void {
    if (!Array.isArray(value) || value.length !== length) {
      throw new InvalidBodyError(expected(`an array of ${length}`, name, describeItem(value)))
    }
    if (inner.length > 0) {
      for (let i = 0; i < value.length; i++) read(value[i], inner, `${name}[${i}]`)
      return
    }
    for (let i = 0; i < value.length; i++) {
      const number: unknown = value[i]
      if (typeof number !== 'number') {
        throw new InvalidBodyError(expected('a number', `${name}[${i}]`, describeItem(number)))
      }
      tensor[at] = number
      // Beyond float32 is as bad as not a number: 1e39 would reach the graph as Infinity.
      if (!Number.isFinite(tensor[at])) {
        throw new InvalidBodyError(expected('a finite float32', `${name}[${i}]`, String(number)))
      }
      at++
    }
  }

  const flat = Array.isArray(data) && !Array.isArray(data[0])
  read(data, flat ? [tensor.length] : shape, field)
  return tensor
}

/**
 * A binary tensor: float32, little-endian, row by row. (So is the memory of every machine that ONNX Runtime's binaries
 * are built for.)
 * @throws PVAE_INVALID_BODY naming the element
 */
export function tensorFromBytes (bytes: Uint8Array, shape: readonly number[], field: string): Float32Array {
  const size = sizeOf(shape) * BYTES
  if (bytes.length !== size) {
    throw new InvalidBodyError(
      expected(`${size} bytes ([${shape.join(', ')}] of float32)`, field, `${bytes.length} bytes`)
    )
  }
  const tensor = new Float32Array(sizeOf(shape))
  // A copy: inside of the body it may lie at any address, and float32 at multiples of 4 only.
  new Uint8Array(tensor.buffer).set(bytes)
  const wrong = tensor.findIndex(value => !Number.isFinite(value))
  if (wrong >= 0) throw new InvalidBodyError(expected('a finite float32', `${field}[${wrong}]`, String(tensor[wrong])))
  return tensor
}

/** As `tensorFromBytes` reads it. Not a copy. */
export function bytesFromTensor ({ buffer, byteOffset, byteLength }: Float32Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}
