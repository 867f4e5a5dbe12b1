import { latentSizeOf, pixelCount, type Partition } from '@partition-vae/models'
import { TrainerError } from '../foundation/errors.js'
import type { InferenceGraphs } from '../engine/engine.js'
import {
  batchesOf,
  decodeChecked,
  encodeChecked,
  readImages,
  sampleIndices,
  type EvaluationProgress,
  type ImageSource,
  type Posteriors,
} from './batches.js'
import { findDeadPartitions } from './disentanglement/index.js'
import { statisticsOf } from './latent-statistics.js'
import {
  bernoulliNegativeLogLikelihood,
  gaussianNegativeLogLikelihood,
  squaredError,
  type Likelihood,
} from './likelihood.js'
import { ACTIVE_UNIT_VARIANCE, type Metrics } from './metrics-schema.js'
import { RunningMoments } from './moments.js'
import type { NotMeasured } from './not-measured.js'
import { measureSwapEffect } from './swap-effect.js'
import { correlationOf, totalCorrelation } from './total-correlation.js'

export interface EvaluationOptions {
  readonly inference: InferenceGraphs
  readonly dataset: ImageSource
  readonly partitions: readonly Partition[]
  /**
   * A calibrated or learned variance is the maximum likelihood one on the images measured: their mean squared error.
   */
  readonly likelihood: Likelihood
  /** Of images of the data set that were encoded before. */
  readonly posteriors?: Posteriors | undefined
  /** Images a call of the graphs; default 256. */
  readonly batchSize?: number | undefined
  /** At most this many images, spread over the data set; default all. */
  readonly limit?: number | undefined
  /** At most this many images for the swap effect, which decodes each once a partition; default 2048. */
  readonly swapLimit?: number | undefined
  /** Pairs the images of the swap effect; default 0. */
  readonly seed?: number | undefined
  readonly progress?: EvaluationProgress | undefined
  /** Given the posterior means of each batch, [N, D]. */
  readonly onMeans?: ((means: Float32Array) => void) | undefined
}

/**
 * Measures a model on one split: the posterior mean, decoded at full resolution, against the images. What so few images
 * do not say is null, with the reason in `notMeasured`: swap effects of 1 image, total correlations of no more images
 * than units.
 * @throws TrainerError PVAE_DATA_EMPTY without an image, PVAE_INVALID_PARAMETER where graphs and partitions disagree,
 * PVAE_DIVERGED for NaN
 */
export async function evaluateModel (options: EvaluationOptions): Promise<Metrics> {
  const {
    inference,
    dataset,
    partitions,
    likelihood,
    posteriors,
    batchSize = 256,
    limit,
    swapLimit = 2048,
    seed = 0,
    progress,
    onMeans,
  } = options
  const { shape } = dataset
  const chosen = sampleIndices(dataset.count, limit)
  const count = chosen.length
  if (count < 1) throw new TrainerError('PVAE_DATA_EMPTY', 'expected at least 1 image to evaluate but found none')
  const latentSize = latentSizeOf(partitions)
  const pixels = pixelCount(shape)
  const forSwap = sampleIndices(count, Math.max(2, swapLimit))
  const notMeasured: NotMeasured = {}

  const klByUnit = new Float64Array(latentSize)
  const posteriorVariance = new Float64Array(latentSize)
  const moments = new RunningMoments(latentSize)
  const pixelMoments = new RunningMoments(pixels, { covariance: false })
  const swapMeans = new Float32Array(forSwap.length * latentSize)
  let kept = 0
  let error = 0
  let bernoulli = 0
  for (const { start, indices } of batchesOf(chosen, batchSize)) {
    const image = await readImages(dataset, indices)
    const { mean, logVariance } =
      posteriors?.of(indices) ?? await encodeChecked(inference, image, indices.length, latentSize)
    const decoded = await decodeChecked(inference, mean, indices.length, shape)
    for (let i = 0; i < mean.length; i++) {
      const variance = Math.exp(logVariance[i]!)
      posteriorVariance[i % latentSize]! += variance / count
      klByUnit[i % latentSize]! += (mean[i]! ** 2 + variance - 1 - logVariance[i]!) / 2 / count
    }
    moments.add(mean)
    onMeans?.(mean)
    pixelMoments.add(image)
    error += squaredError(image, decoded)
    if (likelihood.kind === 'bernoulli') bernoulli += bernoulliNegativeLogLikelihood(image, decoded)
    for (; kept < forSwap.length && forSwap[kept]! < start + indices.length; kept++) {
      const row = forSwap[kept]! - start
      swapMeans.set(mean.subarray(row * latentSize, (row + 1) * latentSize), kept * latentSize)
    }
    progress?.('reconstruction and KL', start + indices.length, count, 'images')
  }

  const changes =
    count >= 2 &&
    (await measureSwapEffect({
      inference,
      means: swapMeans,
      partitions,
      latentSize,
      shape,
      batchSize,
      seed,
      onBatch: done => progress?.('swapped partitions', done, forSwap.length, 'images'),
    }))
  if (changes === false) {
    notMeasured['swapEffect'] = `expected at least 2 images to swap partitions between but found ${count}`
  }
  const imageVariance = pixelMoments.variance().reduce((sum, variance) => sum + variance, 0)
  const mse = error / (count * pixels)
  const byPartition = (value: (partition: Partition, index: number) => number) =>
    Object.fromEntries(partitions.map((p, i) => [p.name, value(p, i)]))
  const klByPartition = byPartition(({ offset, size }) =>
    klByUnit.subarray(offset, offset + size).reduce((sum, kl) => sum + kl, 0)
  )
  // Images that are all alike have no variance to explain: nothing that changes them is a share of it.
  const swapEffect =
    changes === false ? null : byPartition((_, i) => (imageVariance > 0 ? changes[i]! / imageVariance : 0))
  const latent = statisticsOf(moments, partitions)
  const covariance = moments.covariance()
  if (count < 2) notMeasured['activeUnits'] = 'expected at least 2 images to vary between but found 1'
  // A covariance of no more images than units is singular whatever the model: it would find all units dependent on each
  // other.
  const isKnown = count > latentSize
  if (!isKnown) {
    notMeasured['totalCorrelation'] =
      `expected more images than units, at least ${latentSize + 1}, but found ${count}`
  }
  return {
    ...(Object.keys(notMeasured).length === 0 ? {} : { notMeasured }),
    images: count,
    mse,
    imageVariance: imageVariance / pixels,
    ...likelihoodTerm(likelihood, { count, pixels, error, bernoulli }),
    kl: klByUnit.reduce((sum, kl) => sum + kl, 0),
    klByPartition,
    klByUnit: [...klByUnit],
    activeUnits:
      count < 2 ? null : latent.standardDeviation.filter(deviation => deviation ** 2 > ACTIVE_UNIT_VARIANCE).length,
    swapEffect,
    swapImages: changes === false ? 0 : forSwap.length,
    deadPartitions: findDeadPartitions(
      partitions.map(({ name }) => name),
      klByPartition,
      swapEffect ?? {}
    ),
    totalCorrelation: isKnown
      ? {
          // Means of units that hardly vary share nothing that matters, whatever their correlation.
          means: totalCorrelation(covariance, partitions, ACTIVE_UNIT_VARIANCE),
          // z = mean + deviation · noise: the noise is independent, so it adds its average variance to the diagonal and
          // nothing else.
          samples: totalCorrelation(addToDiagonal(covariance, posteriorVariance), partitions),
        }
      : null,
    latent: {
      mean: latent.mean,
      standardDeviation: latent.standardDeviation,
      correlation: toRows(correlationOf(covariance), latentSize),
    },
  }
}

function likelihoodTerm (
  likelihood: Likelihood,
  { count, pixels, error, bernoulli }: { count: number; pixels: number; error: number; bernoulli: number }
) {
  if (likelihood.kind === 'bernoulli') {
    return { reconstruction: bernoulli / count, likelihood: { kind: 'bernoulli' as const } }
  }
  // A perfect reconstruction would have an infinite density: keep the variance above what 8 bit images can tell apart,
  // (1/255)²/12.
  const variance =
    typeof likelihood.variance === 'string'
      ? Math.max(error / (count * pixels), 1 / (255 ** 2 * 12))
      : likelihood.variance
  return {
    reconstruction: gaussianNegativeLogLikelihood(error, count * pixels, variance) / count,
    likelihood: { kind: 'gaussian' as const, variance },
  }
}

function addToDiagonal (matrix: Float64Array, diagonal: Float64Array): Float64Array {
  const sum = matrix.slice()
  diagonal.forEach((value, i) => { sum[i * diagonal.length + i]! += value })
  return sum
}

function toRows (matrix: Float64Array, size: number): number[][] {
  return Array.from({ length: size }, (_, i) => [...matrix.subarray(i * size, (i + 1) * size)])
}
