import { decoderContract, encoderContract, type GraphContract, type TensorSpec } from '@partition-vae/models'
import { expected, ModelNotFoundError } from '../foundation/errors.js'
import type { ModelRegistry } from '../inference/registry.js'
import type { ServedModel } from '../inference/served-model.js'
import type { Graph } from '../inference/tasks.js'
import type { ModelMetadata } from '../schemas/open-inference.js'

/** A graph as the protocol sees it: a model of its own. */
export interface ServedGraph {
  /** `<model name>-encoder` or `<model name>-decoder` */
  readonly name: string
  readonly graph: Graph
  readonly contract: GraphContract
  readonly model: ServedModel
}

/** @throws PVAE_MODEL_NOT_FOUND, PVAE_VERSION_NOT_FOUND */
export function findGraph (
  models: ModelRegistry,
  { model: name, version }: { readonly model: string; readonly version?: number }
): ServedGraph {
  const [, modelName, graph] = /^(.+)-(encoder|decoder)$/s.exec(name) ?? []
  if (modelName === undefined) {
    const names = models.list().flatMap(({ name }) => [`${name}-encoder`, `${name}-decoder`])
    throw new ModelNotFoundError(expected(`one of ${names.join(', ') || 'no models'}`, 'model', JSON.stringify(name)))
  }
  const model = models.get(modelName, version)
  return graph === 'encoder'
    ? { name, model, graph, contract: encoderContract(model.card) }
    : { name, model, graph: 'decoder', contract: decoderContract(model.card) }
}

const describeTensor = ({ name, dims }: TensorSpec) => ({
  name,
  datatype: 'FP32' as const,
  shape: dims.map(dim => (dim === 'N' ? -1 : dim)),
})

/** `versions`: all of the model that are served. */
export function describeGraph ({ name, contract }: ServedGraph, versions: readonly number[]): ModelMetadata {
  return {
    name,
    versions: versions.map(String),
    platform: 'onnxruntime_onnx',
    inputs: contract.inputs.map(describeTensor),
    outputs: contract.outputs.map(describeTensor),
  }
}
