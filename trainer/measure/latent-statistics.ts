import { EigenvalueDecomposition, Matrix } from 'ml-matrix'
import { latentSizeOf, type Card, type Partition } from '@partition-vae/models'
import { TrainerError } from '../foundation/errors.js'
import type { InferenceGraphs } from '../engine/engine.js'
import {
  batchesOf,
  encodeChecked,
  readImages,
  sampleIndices,
  type EvaluationProgress,
  type ImageSource,
} from './batches.js'
import { RunningMoments } from './moments.js'

/** Statistics of the posterior means over training images, as the card states them. */
export type LatentStatistics = Card['latentStatistics']

export interface LatentStatisticsOptions {
  readonly inference: InferenceGraphs
  readonly dataset: ImageSource
  readonly partitions: readonly Partition[]
  /** Default 256. */
  readonly batchSize?: number | undefined
  /** At most this many images, spread over the data set. */
  readonly limit?: number | undefined
  readonly progress?: EvaluationProgress | undefined
}

/**
 * Mean, standard deviation and principal directions of the posterior means over a data set, in one pass and constant
 * memory.
 * @throws TrainerError PVAE_DATA_EMPTY, PVAE_INVALID_PARAMETER, PVAE_DIVERGED
 */
export async function measureLatentStatistics (options: LatentStatisticsOptions): Promise<LatentStatistics> {
  const { inference, dataset, partitions, batchSize = 256, limit, progress } = options
  if (dataset.count === 0) {
    throw new TrainerError('PVAE_DATA_EMPTY', 'expected at least 1 image to measure the latent on but found none')
  }
  const latentSize = latentSizeOf(partitions)
  const chosen = sampleIndices(dataset.count, limit)
  const moments = new RunningMoments(latentSize)
  for (const { start, indices } of batchesOf(chosen, batchSize)) {
    const { mean } = await encodeChecked(inference, await readImages(dataset, indices), indices.length, latentSize)
    moments.add(mean)
    progress?.('the latent on the training split', start + indices.length, chosen.length, 'images')
  }
  return statisticsOf(moments, partitions)
}

/** Population statistics: divided by the count. */
export function statisticsOf (moments: RunningMoments, partitions: readonly Partition[]): LatentStatistics {
  const covariance = moments.covariance()
  return {
    mean: [...moments.mean],
    standardDeviation: [...moments.variance()].map(Math.sqrt),
    principalDirections: partitions.map(partition => principalDirection(covariance, moments.size, partition)),
  }
}

/**
 * The direction of largest variance inside a partition, its largest element positive: eigenvectors have no sign of
 * their own.
 */
function principalDirection (covariance: Float64Array, latentSize: number, { offset, size }: Partition) {
  const block = Array.from({ length: size }, (_, i) => [
    ...covariance.subarray((offset + i) * latentSize + offset, (offset + i) * latentSize + offset + size),
  ])
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(new Matrix(block), {
    assumeSymmetric: true,
  })
  const first = realEigenvalues.indexOf(Math.max(...realEigenvalues))
  const vector = eigenvectorMatrix.getColumn(first)
  const sign = Math.sign(vector.reduce((a, b) => Math.abs(b) > Math.abs(a) ? b : a))
  return {
    vector: vector.map(element => sign * element),
    standardDeviation: Math.sqrt(Math.max(0, realEigenvalues[first]!)),
  }
}
