import { latentSizeOf, type ImageShape } from '@partition-vae/models'
import type { RunConfig } from '../config/schema.js'
import { createInference } from '../engine/inference.js'
import type { InferenceGraphs } from '../engine/engine.js'
import type { TrainingState } from '../foundation/training-state.js'
import { exportGraphs, type ExportedGraphs } from './graphs.js'
import { atFullResolution } from '../model/phases.js'
import { packageVersions } from './versions.js'

/** A trained model as it will be served: exported graphs, running on ONNX Runtime. */
export interface ServedModel {
  readonly graphs: ExportedGraphs
  readonly inference: InferenceGraphs
}

/** Exports a trained state, at full resolution whatever its phase, and opens the graphs. The caller disposes the inference. */
export async function serveState (
  config: Pick<RunConfig, 'model'>, image: ImageShape, state: Pick<TrainingState, 'weights' | 'statistics'>, threads?: number
): Promise<ServedModel> {
  const { weights, statistics } = atFullResolution(config.model, image, state)
  const producerVersion = packageVersions()['partition-vae']!
  const graphs = exportGraphs({ model: config.model, image, weights, statistics, producerVersion })
  const latentSize = latentSizeOf(config.model.partitions)
  return { graphs, inference: await createInference({ ...graphs, image, latentSize, ...threads === undefined ? {} : { threads } }) }
}
