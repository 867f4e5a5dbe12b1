/**
 * What moves before the background and is drawn by nobody. What is drawn wrongly but never moves is no part of it.
 */
import { latentSizeOf, pixelCount, type ImageShape, type Partition } from '@partition-vae/models'
import type { InferenceGraphs } from '../../engine/engine.js'
import {
  batchesOf,
  decodeChecked,
  encodeChecked,
  readImages,
  sampleIndices,
  type EvaluationProgress,
  type ImageSource,
} from '../batches.js'
import { heaviestArea } from './heaviest-area.js'
import { behindOf, coveredOf, drawLayersOf, imagesAtOnce, type Roles } from './layers.js'
import type { Unexplained } from './schema.js'

export interface UnexplainedOptions {
  readonly inference: InferenceGraphs
  readonly dataset: ImageSource
  readonly partitions: readonly Partition[]
  readonly roles: Roles
  /** Images to look at, ascending: [n] */
  readonly indices: Uint32Array
  /** Default: as these images tell. */
  readonly usual?: Usual | undefined
  readonly progress?: EvaluationProgress | undefined
}

/** How images usually differ from the background that is drawn for them. */
export interface Usual {
  /** The median difference: [H, W, C] */
  readonly difference: Float32Array
  /** Least deviation of a channel from it that is more than noise, in [0, 1]. */
  readonly threshold: number
}

export interface UnexplainedMaps {
  /** Squared deviations from what is usual that are more than noise, added up over images and channels: [H, W] */
  readonly energy: Float64Array
  /** Squared errors of the reconstruction where something moves or is drawn, the same way. */
  readonly missed: Float64Array
  /** Of these, what lies where nobody draws anything. */
  readonly outside: Float64Array
  /** The sum of the same, by image: [n] */
  readonly outsideByImage: Float64Array
  readonly usual: Usual
}

/** A deviation counts from so many standard deviations of the noise on, and within these limits (in [0, 1]). */
const NOISE_DEVIATIONS = 4
const [LEAST_THRESHOLD, LARGEST_THRESHOLD] = [0.04, 0.15]
/** Images, and elements of images, that tell what is usual. */
const USUAL_IMAGES = 64
const USUAL_ELEMENTS = 2 ** 24

/** Measures what nobody explains; null where nothing moves. */
export async function measureUnexplained (options: UnexplainedOptions): Promise<Unexplained | null> {
  const { energy, missed, outside, usual: { threshold } } = await mapUnexplained(options)
  const sum = (map: Float64Array) => map.reduce((total, value) => total + value, 0)
  const all = sum(energy)
  if (!(all > 0)) return null
  return {
    images: options.indices.length,
    missed: sum(missed) / all,
    outside: sum(outside) / all,
    area: heaviestArea(outside, options.dataset.shape.width),
    threshold,
  }
}

/** Draws the maps behind the measure. */
export async function mapUnexplained (options: UnexplainedOptions): Promise<UnexplainedMaps> {
  const { dataset: { shape }, indices, progress } = options
  const pixels = shape.height * shape.width
  const usual = options.usual ?? await measureUsual(options)
  const [energy, missed, outside] = [0, 1, 2].map(() => new Float64Array(pixels)) as [
    Float64Array, Float64Array, Float64Array
  ]
  const outsideByImage = new Float64Array(indices.length)
  let done = 0
  for await (const { image, decoded, behind, covered } of drawn(options, indices)) {
    const moves = squares(image, behind, shape, usual.threshold, usual.difference)
    const errors = squares(image, decoded, shape, usual.threshold)
    for (let pixel = 0; pixel < pixels; pixel++) {
      energy[pixel]! += moves[pixel]!
      if (covered[pixel] === 1) missed[pixel]! += errors[pixel]!
      if (covered[pixel] === 1 || moves[pixel] === 0) continue
      missed[pixel]! += errors[pixel]!
      outside[pixel]! += errors[pixel]!
      outsideByImage[done]! += errors[pixel]!
    }
    progress?.('what nobody explains', ++done, indices.length, 'images')
  }
  return { energy, missed, outside, outsideByImage, usual }
}

interface DrawnImage {
  /** [H, W, C] each */
  readonly image: Float32Array
  readonly decoded: Float32Array
  readonly behind: Float32Array
  /** [H, W] */
  readonly covered: Uint8Array
}

/** Image by image, what the model makes of it. */
async function * drawn (
  { inference, dataset, partitions, roles }: UnexplainedOptions,
  indices: Uint32Array
): AsyncGenerator<DrawnImage, void, undefined> {
  const { shape } = dataset
  const size = pixelCount(shape)
  for (const { indices: some } of batchesOf(indices, imagesAtOnce(roles, shape))) {
    const images = await readImages(dataset, some)
    const { mean } = await encodeChecked(inference, images, some.length, latentSizeOf(partitions))
    const decoded = await decodeChecked(inference, mean, some.length, shape)
    const layers = await drawLayersOf(inference, mean, roles, shape)
    for (let n = 0; n < some.length; n++) {
      yield {
        image: images.subarray(n * size, (n + 1) * size),
        decoded: decoded.subarray(n * size, (n + 1) * size),
        behind: behindOf(layers, n),
        covered: coveredOf(layers, n),
      }
    }
  }
}

/**
 * Squared differences a − b − c of those pixels where they are more than the threshold in any channel, added up over
 * channels. a, b, c: [H, W, C] → [H, W]
 */
function squares (
  a: Float32Array,
  b: Float32Array,
  { channels }: ImageShape,
  threshold: number,
  c?: Float32Array
): Float64Array {
  const sums = new Float64Array(a.length / channels)
  for (let pixel = 0; pixel < sums.length; pixel++) {
    let [most, sum] = [0, 0]
    for (let i = pixel * channels; i < (pixel + 1) * channels; i++) {
      const difference = Math.abs(a[i]! - b[i]! - (c?.[i] ?? 0))
      most = Math.max(most, difference)
      sum += difference ** 2
    }
    if (most > threshold) sums[pixel] = sum
  }
  return sums
}

/** Finds what is usual by medians: what moves is seldom at one place, and hardly counts. */
async function measureUsual (options: UnexplainedOptions): Promise<Usual> {
  const size = pixelCount(options.dataset.shape)
  const most = Math.max(1, Math.min(USUAL_IMAGES, Math.floor(USUAL_ELEMENTS / size)))
  const chosen = sampleIndices(options.indices.length, most).map(i => options.indices[i]!)
  const differences: Float32Array[] = []
  for await (const { image, behind } of drawn(options, chosen)) {
    differences.push(image.map((value, i) => value - behind[i]!))
  }
  const values = new Float32Array(chosen.length)
  const difference = new Float32Array(size)
  const deviations = new Float32Array(size)
  const medianOf = (sorted: Float32Array) => sorted[sorted.length >> 1]!
  for (let i = 0; i < size; i++) {
    for (let n = 0; n < values.length; n++) values[n] = differences[n]![i]!
    difference[i] = medianOf(values.sort())
    for (let n = 0; n < values.length; n++) values[n] = Math.abs(differences[n]![i]! - difference[i]!)
    deviations[i] = medianOf(values.sort())
  }
  // The median of a normal distribution's absolute values is 1 / 1.4826 standard deviations.
  const noise = 1.4826 * medianOf(deviations.sort())
  const threshold = Math.min(LARGEST_THRESHOLD, Math.max(LEAST_THRESHOLD, NOISE_DEVIATIONS * noise))
  return { difference, threshold }
}
