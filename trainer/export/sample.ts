import { packSample, pixelCount, unitFromBytes } from '@partition-vae/models'
import type { ImageDataset } from '../data/dataset.js'
import type { InferenceGraphs } from '../engine/engine.js'
import {
  batchesOf,
  decodeChecked,
  encodeChecked,
  sampleIndices,
  type EvaluationProgress,
} from '../measure/batches.js'
import { squaredError } from '../measure/likelihood.js'
import { Thumbnails } from './thumbnails.js'

/** Images a call of the graphs. */
const BATCH = 256

export interface SampleOptions {
  readonly inference: InferenceGraphs
  readonly dataset: ImageDataset
  /** D */
  readonly latentSize: number
  /** At most this many images, spread over the data set. */
  readonly images: number
  readonly progress?: EvaluationProgress | undefined
}

/**
 * Encodes images of a data set for people to explore: the file `sample.bin`, with posterior means, squared errors,
 * what is known of the images, and thumbnails.
 * @throws TrainerError PVAE_INVALID_PARAMETER where graphs and data set disagree, PVAE_DIVERGED for NaN
 */
export async function recordSample (options: SampleOptions): Promise<Uint8Array> {
  const { inference, dataset, latentSize, images, progress } = options
  const { shape, name, fingerprint, labels, labelNames, factors } = dataset
  const chosen = sampleIndices(dataset.count, images)
  const count = chosen.length
  const size = pixelCount(shape)
  const mean = new Float32Array(count * latentSize) // [N, D]
  const sums = new Float64Array(latentSize)
  const errors = new Float32Array(count)
  const thumbnails = new Thumbnails(shape, count)
  for (const { start, indices } of batchesOf(chosen, BATCH)) {
    const bytes = new Uint8Array(indices.length * size) // [n, H, W, C]
    await dataset.read(indices, bytes)
    const pixels = unitFromBytes(bytes)
    const encoded = await encodeChecked(inference, pixels, indices.length, latentSize)
    const decoded = await decodeChecked(inference, encoded.mean, indices.length, shape)
    mean.set(encoded.mean, start * latentSize)
    encoded.logVariance.forEach((value, i) => { sums[i % latentSize]! += value })
    for (let i = 0; i < indices.length; i++) {
      const of = (values: Float32Array) => values.subarray(i * size, (i + 1) * size)
      errors[start + i] = squaredError(of(pixels), of(decoded)) / size
    }
    thumbnails.add(start, bytes)
    progress?.('the sample', start + indices.length, count, 'images')
  }
  return packSample({
    data: { name, fingerprint, count: dataset.count },
    index: chosen,
    mean,
    logVariance: Float32Array.from(sums, sum => sum / count),
    squaredError: errors,
    ...labels && { classes: { values: Uint8Array.from(chosen, index => labels[index]!), names: labelNames } },
    ...factors && {
      factors: {
        names: factors.names,
        values: Float32Array.from({ length: count * factors.names.length }, (_, i) => {
          const [row, column] = [Math.floor(i / factors.names.length), i % factors.names.length]
          return factors.values[chosen[row]! * factors.names.length + column]!
        }),
      },
    },
    sheet: await thumbnails.finish(),
  })
}
