/** The JSON of a request, in which optional fields may be null. */
import { Compile } from '@partition-vae/models/typebox'
import { expected, InvalidBodyError } from '../foundation/errors.js'
import { deepestMismatch } from '../foundation/schema-check.js'
import { InferRequestSchema, type InferRequest } from '../schemas/open-inference.js'

const check = Compile(InferRequestSchema)

/** @throws PVAE_INVALID_BODY for what is not JSON, or not a request */
export function parseJson (bytes: Uint8Array): InferRequest {
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

/** Changes a field of a record by `change`: each element of an array, or the one value. */
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
