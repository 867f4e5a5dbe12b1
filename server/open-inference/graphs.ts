import {
  decoderContract,
  encoderContract,
  layersContract,
  type Card,
  type GraphContract,
  type TensorSpec,
} from '@partition-vae/models'
import { expected, ModelNotFoundError } from '../foundation/errors.js'
import type { ModelRegistry } from '../inference/registry.js'
import type { ServedModel } from '../inference/served-model.js'
import type { Graph } from '../inference/tasks.js'
import type { ModelMetadata } from '../schemas/open-inference.js'

/** A graph as the protocol sees it: a model of its own. */
export interface ServedGraph {
  /** `<model name>-encoder`, `<model name>-decoder`, or of models that draw their partitions apart also `-layers` */
  readonly name: string
  readonly graph: Graph
  readonly contract: GraphContract
  readonly model: ServedModel
}

const CONTRACTS: Readonly<Record<Graph, (card: Card) => GraphContract>> = {
  encoder: encoderContract,
  decoder: decoderContract,
  layers: layersContract,
}

function graphsOf ({ files }: Card): Graph[] {
  return ['encoder', 'decoder', ...files.layers === undefined ? [] : ['layers' as const]]
}

/** @throws PVAE_MODEL_NOT_FOUND, PVAE_VERSION_NOT_FOUND */
export function findGraph (
  models: ModelRegistry,
  { model: name, version }: { readonly model: string; readonly version?: number }
): ServedGraph {
  const [, modelName, graph] = (/^(.+)-(encoder|decoder|layers)$/s.exec(name) ?? []) as [string?, string?, Graph?]
  const model = modelName === undefined ? undefined : models.get(modelName, version)
  if (model === undefined || graph === undefined || !graphsOf(model.card).includes(graph)) {
    const names = models.list().flatMap(({ name, versions }) =>
      graphsOf(versions.at(-1)!.card).map(graph => `${name}-${graph}`))
    throw new ModelNotFoundError(expected(`one of ${names.join(', ') || 'no models'}`, 'model', JSON.stringify(name)))
  }
  return { name, model, graph, contract: CONTRACTS[graph](model.card) }
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
