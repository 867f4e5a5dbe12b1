import { latentSizeOf, type ImageShape } from '@partition-vae/models'
import type { RunConfig } from '../config/schema.js'
import { createInference } from '../engine/inference.js'
import type { InferenceGraphs, NamedArrays } from '../engine/engine.js'
import { exportGraphs, type ExportedGraphs } from './graphs.js'
import { packageVersions } from './versions.js'

/** A trained model as it will be served: exported graphs, running on ONNX Runtime. */
export interface ServedModel {
  readonly graphs: ExportedGraphs
  readonly inference: InferenceGraphs
}

/** Exports weights and opens the graphs. The caller disposes the inference. */
export async function serveWeights (config: Pick<RunConfig, 'model'>, image: ImageShape, weights: NamedArrays, threads?: number): Promise<ServedModel> {
  const producerVersion = packageVersions()['partition-vae']!
  const graphs = exportGraphs({ model: config.model, image, weights, producerVersion })
  const latentSize = latentSizeOf(config.model.partitions)
  return { graphs, inference: await createInference({ ...graphs, image, latentSize, ...threads === undefined ? {} : { threads } }) }
}
