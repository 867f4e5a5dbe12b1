import { pixelCount, unitFromBytes, type ImageShape } from '@partition-vae/models'
import type { ImageDataset } from '../data/dataset.js'
import { TrainerError } from '../foundation/errors.js'
import type { InferenceGraphs } from '../engine/engine.js'
import { createRandom } from '../random/index.js'

/** The part of a data set's interface that measuring needs. */
export type ImageSource = Pick<ImageDataset, 'shape' | 'count' | 'read'>

/**
 * Called now and then: what is being measured, and how much of it is done, in `unit`s (images, steps). May throw to
 * stop.
 */
export type EvaluationProgress = (what: string, done: number, total: number, unit: string) => void

/**
 * Indices of at most `limit` images, ascending, the same at every call: one from each of `limit` equal stretches of the
 * data set, at random inside it. Data sets that are sorted (a class a folder) or periodic (a video) stay represented.
 * All images where the limit allows.
 */
export function sampleIndices (count: number, limit = Infinity): Uint32Array {
  if (!(limit >= 1)) {
    throw new TrainerError('PVAE_INVALID_PARAMETER', `expected a limit of at least 1 image but received ${limit}`)
  }
  const size = Math.min(count, Math.floor(limit))
  const random = createRandom(0, 'sample-indices')
  return Uint32Array.from({ length: size }, (_, i) => {
    const start = Math.floor(i * count / size)
    return start + random.integer(Math.floor((i + 1) * count / size) - start)
  })
}

/** Images by index. → [N, H, W, C] in [0, 1]. */
export async function readImages (source: ImageSource, indices: Uint32Array): Promise<Float32Array> {
  const bytes = new Uint8Array(indices.length * pixelCount(source.shape))
  await source.read(indices, bytes)
  return unitFromBytes(bytes)
}

/** Consecutive pieces of `indices`, at most `batchSize` long, with the position of the first. */
export function * batchesOf (
  indices: Uint32Array,
  batchSize: number
): Generator<{ start: number; indices: Uint32Array }> {
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new TrainerError(
      'PVAE_INVALID_PARAMETER',
      `expected an integer of at least 1 for batchSize but received ${batchSize}`
    )
  }
  for (let start = 0; start < indices.length; start += batchSize) {
    yield { start, indices: indices.subarray(start, start + batchSize) }
  }
}

/** Encodes and checks what came back: [N, D] each, finite. */
export async function encodeChecked (
  inference: InferenceGraphs,
  image: Float32Array,
  count: number,
  latentSize: number
) {
  const { mean, logVariance } = await inference.encode(image)
  assertTensor('posterior mean', mean, count, latentSize)
  assertTensor('log-variance', logVariance, count, latentSize)
  return { mean, logVariance }
}

/** Posteriors of images of one data set, by index. */
export interface Posteriors {
  /** [N, D] each, as `encodeChecked` gave them; undefined where one of the images was not encoded. */
  of (indices: Uint32Array): { readonly mean: Float32Array, readonly logVariance: Float32Array } | undefined
}

/**
 * Keeps posteriors, so that what is measured of the same images needs no graph again.
 * @param encoded indices of the images
 * @param means [encoded, D]
 * @param logVariances [encoded, D]
 */
export function keepPosteriors (encoded: Uint32Array, means: Float32Array, logVariances: Float32Array): Posteriors {
  const latentSize = means.length / encoded.length
  const rowOf = new Map(Array.from(encoded, (index, row) => [index, row]))
  return {
    of (indices) {
      const rows = Array.from(indices, index => rowOf.get(index) ?? -1)
      if (rows.includes(-1)) return undefined
      const select = (values: Float32Array) => {
        const selected = new Float32Array(rows.length * latentSize)
        rows.forEach((row, i) => {
          selected.set(values.subarray(row * latentSize, (row + 1) * latentSize), i * latentSize)
        })
        return selected
      }
      return { mean: select(means), logVariance: select(logVariances) }
    },
  }
}

/** Decodes and checks what came back: [N, H, W, C], finite. */
export async function decodeChecked (
  inference: InferenceGraphs,
  latent: Float32Array,
  count: number,
  shape: ImageShape
): Promise<Float32Array> {
  const image = await inference.decode(latent)
  assertTensor('decoded image', image, count, pixelCount(shape))
  return image
}

function assertTensor (name: string, values: Float32Array, rows: number, columns: number): void {
  if (values.length !== rows * columns) {
    throw new TrainerError(
      'PVAE_INVALID_PARAMETER',
      `expected ${rows} × ${columns} values for ${name} but received ${values.length}`
    )
  }
  let wrong = 0
  while (wrong < values.length && Number.isFinite(values[wrong])) wrong++
  if (wrong < values.length) {
    throw new TrainerError(
      'PVAE_DIVERGED',
      `expected finite values for ${name} but received ${values[wrong]} at element ${wrong % columns}`
    )
  }
}
