import type { TensorSpec } from '@partition-vae/models'
import { BodyTooLargeError, expected, InvalidBodyError } from '../foundation/errors.js'
import type { Limits } from '../settings/limits.js'
import type { InferRequest } from '../schemas/open-inference.js'
import { parseJson } from './body.js'
import type { ServedGraph } from './graphs.js'
import { checkOutputs, chooseOutputs, describeOutput, type RequestedOutput } from './outputs.js'
import { checkShape, rowBytes, shapeOf } from './shape.js'
import { tensorFromBytes, tensorFromJson } from './tensors.js'

/** A request as the graph needs it. */
export interface Inference {
  readonly id: string | undefined
  readonly rows: number
  /** [rows, …] */
  readonly input: Float32Array
  /** In the order asked for. */
  readonly outputs: readonly RequestedOutput[]
}

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
