/** The outputs that a request asks for. */
import type { TensorSpec } from '@partition-vae/models'
import { expected, InvalidBodyError, OutputTooLargeError } from '../foundation/errors.js'
import type { Limits } from '../settings/limits.js'
import type { InferRequest } from '../schemas/open-inference.js'
import { shapeOf } from './shape.js'

export interface RequestedOutput {
  readonly name: string
  /** [N, …] */
  readonly shape: readonly number[]
  readonly binary: boolean
}

/** Bytes that a float32 takes in JSON, at most: sign, 17 digits, point and exponent, and the comma. */
const JSON_NUMBER_BYTES = 24

export function describeOutput (spec: TensorSpec, rows: number, binary: boolean): RequestedOutput {
  return { name: spec.name, shape: shapeOf(spec, rows), binary }
}

export function chooseOutputs (
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
export function checkOutputs (outputs: readonly RequestedOutput[], { jsonBytes, requestBytes }: Limits): void {
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
