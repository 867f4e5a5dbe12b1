import { Compile } from '@partition-vae/models/typebox'
import type { TensorSpec } from '@partition-vae/models'
import { BodyTooLargeError, expected, InvalidBodyError, OutputTooLargeError } from '../foundation/errors.js'
import type { Limits } from '../settings/limits.js'
import { deepestMismatch } from '../foundation/schema-check.js'
import { InferRequestSchema, type InferRequest } from '../schemas/open-inference.js'
import type { ServedGraph } from './graphs.js'
import { tensorFromBytes, tensorFromJson } from './tensors.js'

export interface RequestedOutput {
  readonly name: string
  /** [N, …] */
  readonly shape: readonly number[]
  readonly binary: boolean
}

/** A request as the graph needs it. */
export interface Inference {
  readonly id: string | undefined
  readonly rows: number
  /** [rows, …] */
  readonly input: Float32Array
  /** In the order asked for. */
  readonly outputs: readonly RequestedOutput[]
}

/** Bytes that a float32 takes in JSON, at most: sign, 17 digits, point and exponent, and the comma. */
const JSON_NUMBER_BYTES = 24

const check = Compile(InferRequestSchema)

/**
 * Reads a request of the Open Inference Protocol, with its binary tensor extension.
 * @param header `Inference-Header-Content-Length`: the length of the JSON that binary tensors follow; 0: there are only
 * tensors
 * @throws PVAE_INVALID_BODY, PVAE_BODY_TOO_LARGE, PVAE_OUTPUT_TOO_LARGE
 */
export function parseInference (
  body: Uint8Array,
  header: string | undefined,
  served: ServedGraph,
  limits: Limits
): Inference {
  const length = header === undefined ? body.length : parseLength(header, body.length)
  if (length > limits.jsonBytes) {
    throw new BodyTooLargeError(
      expected(`at most ${limits.jsonBytes} bytes of JSON (send tensors as binary)`, 'the body', `${length} bytes`)
    )
  }
  const inference =
    header !== undefined && length === 0
      ? readRaw(body, served, limits)
      : readRequest(parseJson(body.subarray(0, length)), body.subarray(length), served, limits)
  checkOutputs(inference.outputs, limits)
  return inference
}

function parseLength (header: string, most: number): number {
  if (/^\d{1,15}$/.test(header) && Number(header) <= most) return Number(header)
  throw new InvalidBodyError(
    expected(
      `an integer from 0 to ${most}, the length of the body`,
      'Inference-Header-Content-Length',
      JSON.stringify(header)
    )
  )
}

function parseJson (bytes: Uint8Array): InferRequest {
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'))
  } catch (error) {
    throw new InvalidBodyError(
      bytes.length === 0
        ? expected('JSON', 'the body', 'nothing')
        : `The body can not be read: ${(error as Error).message}`
    )
  }
  value = withoutNulls(value)
  if (check.Check(value)) return value
  const { field, expected: wanted, found } = deepestMismatch(check.Errors(value), value, 'the body')
  throw new InvalidBodyError(expected(wanted, field, found))
}

type Fields = Readonly<Record<string, unknown>>

function isRecord (value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Optional fields that are null count as absent: clients that write every field of a class (KServe's among them) send
 * those they have not set as null.
 */
function omitNulls (value: unknown, ...names: readonly string[]): unknown {
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).filter(([name, field]) => field !== null || !names.includes(name)))
}

/** Of a record each element of an array, or the one value, by `change`. */
function mapField (value: unknown, name: string, change: (field: unknown) => unknown): unknown {
  if (!isRecord(value) || !Object.hasOwn(value, name)) return value
  const field = value[name]
  return { ...value, [name]: Array.isArray(field) ? field.map(change) : change(field) }
}

/**
 * A request without the optional fields that are null, wherever they are. Tensors are not looked into: there null is a
 * fault.
 */
function withoutNulls (request: unknown): unknown {
  let present = mapField(omitNulls(request, 'id', 'parameters', 'outputs'), 'parameters', field =>
    omitNulls(field, 'binary_data_output')
  )
  present = mapField(present, 'inputs', input =>
    mapField(omitNulls(input, 'parameters', 'data'), 'parameters', field => omitNulls(field, 'binary_data_size'))
  )
  return mapField(present, 'outputs', output =>
    mapField(omitNulls(output, 'parameters'), 'parameters', field => omitNulls(field, 'binary_data'))
  )
}

/** Only the bytes of the one input: rows follow from their number, and all outputs are binary. */
function readRaw (body: Uint8Array, { contract, graph }: ServedGraph, limits: Limits): Inference {
  const [spec] = contract.inputs as readonly [TensorSpec]
  const row = rowBytes(spec)
  if (body.length === 0 || body.length % row !== 0) {
    throw new InvalidBodyError(expected(`a positive multiple of ${row} bytes`, spec.name, `${body.length} bytes`))
  }
  const shape = checkShape(shapeOf(spec, body.length / row), spec, mostRows(graph, limits), 'the shape')
  return {
    id: undefined,
    rows: shape[0]!,
    input: tensorFromBytes(body, shape, spec.name),
    outputs: contract.outputs.map(output => describeOutput(output, shape[0]!, true)),
  }
}

function readRequest (
  request: InferRequest,
  tail: Uint8Array,
  { contract, graph }: ServedGraph,
  limits: Limits
): Inference {
  const [spec] = contract.inputs as readonly [TensorSpec]
  const [given, ...others] = request.inputs
  if (given === undefined || others.length > 0) {
    throw new InvalidBodyError(expected(`one input, ${spec.name}`, 'inputs', `${request.inputs.length} inputs`))
  }
  if (given.name !== spec.name) {
    throw new InvalidBodyError(expected(spec.name, 'inputs[0].name', JSON.stringify(given.name)))
  }
  if (given.datatype !== 'FP32') {
    throw new InvalidBodyError(expected('FP32', 'inputs[0].datatype', JSON.stringify(given.datatype)))
  }
  const shape = checkShape(given.shape, spec, mostRows(graph, limits), 'inputs[0].shape')
  return {
    id: request.id,
    rows: shape[0]!,
    input: readInput(given, shape, tail),
    outputs: chooseOutputs(request, contract.outputs, shape[0]!),
  }
}

function readInput (
  { data, parameters }: InferRequest['inputs'][number],
  shape: readonly number[],
  tail: Uint8Array
): Float32Array {
  const size = parameters?.binary_data_size
  if (size === undefined) {
    if (tail.length > 0) {
      throw new InvalidBodyError(
        expected('inputs[0].parameters.binary_data_size', `the ${tail.length} bytes after the JSON`, 'nothing')
      )
    }
    if (data === undefined) {
      throw new InvalidBodyError(
        expected('inputs[0].data or inputs[0].parameters.binary_data_size', 'the body', 'neither')
      )
    }
    return tensorFromJson(data, shape, 'inputs[0].data')
  }
  if (data !== undefined) {
    throw new InvalidBodyError(
      expected('inputs[0].data or inputs[0].parameters.binary_data_size', 'the body', 'both')
    )
  }
  if (size !== tail.length) {
    throw new InvalidBodyError(
      expected(
        `${size} bytes after the JSON, as inputs[0].parameters.binary_data_size says`,
        'the body',
        `${tail.length} bytes`
      )
    )
  }
  return tensorFromBytes(tail, shape, 'inputs[0]')
}

const mostRows = (graph: ServedGraph['graph'], { imagesPerRequest, latentsPerRequest }: Limits): number =>
  graph === 'encoder' ? imagesPerRequest : latentsPerRequest
const shapeOf = ({ dims }: TensorSpec, rows: number): number[] => dims.map(dim => dim === 'N' ? rows : dim)
const rowBytes = (spec: TensorSpec): number =>
  shapeOf(spec, 1).reduce((size, length) => size * length, Float32Array.BYTES_PER_ELEMENT)

/** [rows, …], rows in 1 … most. */
function checkShape (given: readonly number[], spec: TensorSpec, most: number, field: string): readonly number[] {
  const [rows = 0] = given
  const wanted = shapeOf(spec, rows)
  if (rows >= 1 && rows <= most && given.length === wanted.length && wanted.every((length, i) => length === given[i])) {
    return given
  }
  const [, ...rest] = wanted
  throw new InvalidBodyError(
    expected(
      `[1 to ${most}, ${rest.join(', ')}]`,
      field,
      `[${given.slice(0, 8).join(', ')}${given.length > 8 ? ', …' : ''}]`
    )
  )
}

function describeOutput (spec: TensorSpec, rows: number, binary: boolean): RequestedOutput {
  return { name: spec.name, shape: shapeOf(spec, rows), binary }
}

function chooseOutputs (
  { outputs = [], parameters }: InferRequest,
  specs: readonly TensorSpec[],
  rows: number
): RequestedOutput[] {
  const byDefault = parameters?.binary_data_output ?? false
  if (outputs.length === 0) return specs.map(spec => describeOutput(spec, rows, byDefault))
  return outputs.map(({ name, parameters }, i) => {
    const spec = specs.find(spec => spec.name === name)
    if (spec === undefined) {
      throw new InvalidBodyError(
        expected(`one of ${specs.map(({ name }) => name).join(', ')}`, `outputs[${i}].name`, JSON.stringify(name))
      )
    }
    if (outputs.findIndex(other => other.name === name) < i) {
      throw new InvalidBodyError(expected('each output once', `outputs[${i}].name`, JSON.stringify(name)))
    }
    return describeOutput(spec, rows, parameters?.binary_data ?? byDefault)
  })
}

/** Before anything is computed: JSON of millions of numbers would keep everybody else waiting while it is written. */
function checkOutputs (outputs: readonly RequestedOutput[], { jsonBytes, requestBytes }: Limits): void {
  const count = (binary: boolean) => outputs.filter(output => output.binary === binary)
    .reduce((sum, { shape }) => sum + shape.reduce((size, length) => size * length, 1), 0)
  const most = Math.floor(jsonBytes / JSON_NUMBER_BYTES)
  if (count(false) > most) {
    throw new OutputTooLargeError(
      expected(
        `at most ${most} numbers as JSON`,
        'the outputs',
        `a request for ${count(false)}; ask for binary_data, or for fewer rows`
      )
    )
  }
  const bytes = count(true) * Float32Array.BYTES_PER_ELEMENT
  if (bytes > requestBytes) {
    throw new OutputTooLargeError(
      expected(`at most ${requestBytes} bytes`, 'the outputs', `a request for ${bytes}; ask for fewer rows`)
    )
  }
}
