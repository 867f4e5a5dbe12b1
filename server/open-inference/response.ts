import { InferenceError } from '../foundation/errors.js'
import type { Tensors } from '@partition-vae/collections/runtime'
import type { InferResponse } from '../schemas/open-inference.js'
import type { ServedGraph } from './graphs.js'
import type { Inference } from './request.js'
import { bytesFromTensor } from './tensors.js'

export interface InferenceAnswer {
  readonly body: Buffer
  /** Bytes of JSON before the binary tensors; undefined where there are none. */
  readonly jsonLength: number | undefined
}

/**
 * Presents the graph's outputs in the form that the request asks for.
 * @throws PVAE_INFERENCE_FAILED if a number is not finite: JSON would silently make it null
 */
export function presentInference (
  { name, model }: ServedGraph,
  { id, outputs }: Inference,
  tensors: Tensors
): InferenceAnswer {
  const binary: Buffer[] = []
  const described = outputs.map(({ name, shape, binary: isBinary }) => {
    const tensor = tensors[name]!
    if (!tensor.every(Number.isFinite)) {
      throw new InferenceError(`The graph gave numbers that are not finite in ${name}`)
    }
    const output = { name, datatype: 'FP32' as const, shape: [...shape] }
    if (!isBinary) return { ...output, data: Array.from(tensor) }
    binary.push(bytesFromTensor(tensor))
    return { ...output, parameters: { binary_data_size: tensor.byteLength } }
  })
  const response: InferResponse = {
    model_name: name,
    model_version: String(model.card.version),
    ...(id !== undefined && { id }),
    outputs: described,
  }
  // A Buffer, so that no serializer has a look at it.
  const head = Buffer.from(JSON.stringify(response))
  if (binary.length === 0) return { body: head, jsonLength: undefined }
  return { body: Buffer.concat([head, ...binary]), jsonLength: head.length }
}
