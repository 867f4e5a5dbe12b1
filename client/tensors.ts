import { invalidAnswer } from './errors.js'
import type { Answer } from './transport.js'

/** The typed arrays of datatypes, which are called as in the Open Inference Protocol. */
export interface Datatypes {
  UINT8: Uint8Array
  FP32: Float32Array
}

/** Numbers in the order of their places, the last index fastest. */
export interface Tensor<D extends keyof Datatypes = keyof Datatypes> {
  readonly datatype: D
  /** Lengths, outermost first. */
  readonly shape: readonly number[]
  readonly data: Datatypes[D]
}

/** A picture file (`png`, `webp`), or `raw` numbers. */
export type Format = 'png' | 'webp' | 'raw'
/** An answer in the format that was asked for: a picture as a file, or a tensor. */
export type Picture<F extends Format, D extends keyof Datatypes = 'UINT8'> = F extends 'raw' ? Tensor<D> : Blob

/** Tells how the body of an answer is read. */
export function bodyOf (format: Format): 'arrayBuffer' | 'blob' {
  return format === 'raw' ? 'arrayBuffer' : 'blob'
}

const ARRAYS = {
  UINT8: (bytes: ArrayBuffer) => new Uint8Array(bytes),
  FP32: (bytes: ArrayBuffer) => new Float32Array(bytes),
}
const SIZES = { UINT8: 1, FP32: 4 }

/** Lays a typed array over a binary answer. @throws ServiceError if its headers do not fit its body */
function readTensor ({ data, response }: Answer<ArrayBuffer>): Tensor {
  const datatype = response.headers.get('tensor-datatype')
  const text = response.headers.get('tensor-shape') ?? ''
  const shape = text.split(',').map(Number)
  if (datatype !== 'UINT8' && datatype !== 'FP32') {
    throw invalidAnswer('UINT8 or FP32 for the header tensor-datatype', JSON.stringify(datatype), response)
  }
  const size = shape.reduce((product, length) => product * length, SIZES[datatype])
  if (size !== data.byteLength) {
    throw invalidAnswer(`a body of shape [${text}] and ${datatype}`, `${data.byteLength} bytes`, response)
  }
  return { datatype, shape, data: ARRAYS[datatype](data) }
}

/** Reads an answer in the format that was asked for. */
export function readPicture<F extends Format, D extends keyof Datatypes = 'UINT8'> (
  format: F,
  { data, response }: Answer<ArrayBuffer | Blob>
): Picture<F, D> {
  return (format === 'raw' ? readTensor({ data: data as ArrayBuffer, response }) : data) as Picture<F, D>
}
