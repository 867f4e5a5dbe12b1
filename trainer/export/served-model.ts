import { latentSizeOf } from '@partition-vae/models'
import { createInference } from '../engine/inference.js'
import type { InferenceGraphs } from '../engine/engine.js'
import type { TrainingState } from '../foundation/training-state.js'
import { exportGraphs, type ExportedGraphs } from './graphs.js'
import type { Network } from '../model/network.js'
import { atFullResolution } from '../model/phases.js'
import { packageVersions } from './versions.js'

/** A trained model as it will be served: exported graphs, running on ONNX Runtime. */
export interface ServedModel {
  readonly graphs: ExportedGraphs
  readonly inference: InferenceGraphs
}

/**
 * Exports a trained state, at full resolution whatever its phase, and opens the graphs. The caller disposes the
 * inference.
 * @param network at full resolution
 */
export async function serveState (
  network: Network, state: Pick<TrainingState, 'weights' | 'statistics'>, threads?: number
): Promise<ServedModel> {
  const { weights, statistics } = atFullResolution(network, state)
  const producerVersion = packageVersions()['partition-vae']!
  const graphs = exportGraphs({ network, weights, statistics, producerVersion })
  const { image, model } = network
  const latentSize = latentSizeOf(model.partitions)
  return {
    graphs,
    inference: await createInference({ ...graphs, image, latentSize, ...(threads === undefined ? {} : { threads }) }),
  }
}
