import { latentSizeOf, layOutPartitions } from '@partition-vae/models'
import type { RunConfig } from '../config/schema.js'
import type { ImageDataset } from '../data/dataset.js'
import type { InferenceGraphs } from '../engine/engine.js'
import type { TrainingState } from '../foundation/training-state.js'
import type { Network } from '../model/network.js'
import type { EvaluationProgress } from '../measure/batches.js'
import { evaluateModel } from '../measure/index.js'
import { drawReconstructions, drawSwapSheet } from '../report/index.js'
import { interruptible, joined } from '../measure/pace.js'
import { serveState } from '../export/served-model.js'
import type { TestAverages } from '../fit/record.js'
import type { Board } from '../tensorboard/board.js'

export interface EpochEvaluation {
  readonly config: RunConfig
  readonly network: Network
  readonly test: ImageDataset
  readonly state: TrainingState
  /** In force at the end of the epoch. */
  readonly beta: number
  /** Gets figures and posterior means. */
  readonly board?: Board | undefined
  readonly threads?: number | undefined
  readonly signal: AbortSignal
  readonly progress?: EvaluationProgress | undefined
}

/** Images at most, spread over the test set: training is not to wait for measures that are taken of all at its end. */
const MOST_IMAGES = 1000

/**
 * Images for the swap effect, which decodes each once a partition: enough to tell a dead partition, and cheap beside
 * the rest.
 */
const SWAP_IMAGES = 256

/**
 * Measures what the log says of the test images, or of 1,000 of them: losses of the decoded posterior mean, and what
 * the partitions hold.
 * @throws the signal's reason once it is aborted
 */
export async function evaluateEpoch ({
  config,
  network,
  test,
  state,
  beta,
  board,
  threads,
  signal,
  progress,
}: EpochEvaluation): Promise<TestAverages> {
  signal.throwIfAborted()
  const served = await serveState(network, state, threads)
  try {
    const partitions = layOutPartitions(config.model.partitions)
    const inference = interruptible(served.inference, test.shape, latentSizeOf(partitions), signal)
    const means: Float32Array[] = []
    const {
      reconstruction,
      kl,
      klByPartition,
      klByUnit,
      mse,
      activeUnits,
      deadPartitions,
      swapEffect,
      totalCorrelation,
    } = await evaluateModel({
      inference,
      dataset: test,
      partitions,
      likelihood: config.model.likelihood,
      limit: MOST_IMAGES,
      swapLimit: SWAP_IMAGES,
      progress,
      onMeans: batch => means.push(batch),
    })
    if (board !== undefined) {
      await board.evaluation(state.step, await drawPictures(inference, test, config), joined(means))
    }
    return {
      loss: reconstruction + beta * kl,
      reconstruction,
      kl,
      klByPartition,
      klByUnit,
      mse,
      deadPartitions: deadPartitions.map(({ name }) => name),
      ...(activeUnits === null ? {} : { activeUnits }),
      ...(swapEffect === null ? {} : { swapEffect }),
      ...(totalCorrelation === null ? {} : { totalCorrelation }),
    }
  } finally {
    await served.inference.dispose()
  }
}

async function drawPictures (
  inference: InferenceGraphs,
  dataset: ImageDataset,
  { model: { partitions: sizes } }: RunConfig
) {
  const partitions = layOutPartitions(sizes)
  const source = { inference, dataset, card: { latentSize: latentSizeOf(partitions), partitions } }
  const figures = [await drawReconstructions(source), await drawSwapSheet(source)]
  return Object.fromEntries(figures.map(({ name, png, width, height }) => [name, { png, width, height }]))
}
