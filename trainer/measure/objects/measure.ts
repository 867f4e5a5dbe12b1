/** Measures a layered model against true masks of objects. */
import { latentSizeOf, pixelCount, type Partition } from '@partition-vae/models'
import type { FormUnits } from '../../config/form-units.js'
import type { PartitionKinds } from '../../config/partition-kinds.js'
import type { ImageDataset } from '../../data/dataset.js'
import type { InferenceGraphs } from '../../engine/engine.js'
import { createRandom } from '../../random/index.js'
import {
  batchesOf,
  decodeChecked,
  encodeChecked,
  readImages,
  sampleIndices,
  type EvaluationProgress,
  type Posteriors,
} from '../batches.js'
import { createPace } from '../pace.js'
import { NotMeasurable } from '../not-measured.js'
import { drawLayersOf, imagesAtOnce, rolesOf } from '../things/layers.js'
import { matchThings } from './overlap.js'
import type { Segmentation } from './schema.js'
import { segmentationOf } from './segmentation.js'
import { SegmentationTally } from './tally.js'
import { classAccuracyOf, type SeenThing } from './thing-classes.js'

export interface SegmentationOptions {
  readonly inference: InferenceGraphs
  readonly test: ImageDataset
  readonly partitions: readonly Partition[]
  readonly kinds: PartitionKinds
  /** Units of form: with them, and where classes of objects are known, it is measured whether forms tell classes. */
  readonly forms?: FormUnits | undefined
  /** Of images of the data set that were encoded before. */
  readonly posteriors?: Posteriors | undefined
  /** Images at most; default 2,000, spread over the data set. */
  readonly limit?: number | undefined
  readonly progress?: EvaluationProgress | undefined
  /** Once aborted, measuring stops. */
  readonly signal?: AbortSignal | undefined
}

/** FG-ARI of an image deviates by about .1: its mean over so many is known to .002. */
const MOST_IMAGES = 2000

/** Tells whether a model draws its parts before a background, and its images come with masks. */
export function knowsMasks (
  { inference, test, partitions, kinds }: Omit<SegmentationOptions, 'forms' | 'limit' | 'progress' | 'signal'>
): boolean {
  return test.masks !== undefined && inference.layers !== undefined && rolesOf(partitions, kinds) !== undefined
}

/**
 * Measures which part draws each pixel, of the posterior mean decoded, against masks. → the measures of `schema.ts`
 * @throws NotMeasurable for a model without layers, images without masks, or masks without a single thing
 */
export async function measureSegmentation (options: SegmentationOptions): Promise<Segmentation> {
  const { inference, test, partitions, kinds, forms, posteriors, limit = MOST_IMAGES, progress, signal } = options
  const roles = rolesOf(partitions, kinds)
  if (roles === undefined || inference.layers === undefined) throw new NotMeasurable('expected a model with layers')
  if (test.masks === undefined) throw new NotMeasurable('expected images with object masks')
  const { shape } = test
  const [pixels, elements] = [shape.height * shape.width, pixelCount(shape)]
  const layerElements = roles.count * 4 * pixels
  const tally = new SegmentationTally(shape)
  const formOf = roles.foreground.map(part => forms?.get(partitions[part]!.name))
  const latentSize = latentSizeOf(partitions)
  const things: SeenThing[] = []
  const chosen = sampleIndices(test.count, Math.min(limit, MOST_IMAGES))
  for (const { start, indices } of batchesOf(chosen, imagesAtOnce(roles, shape))) {
    const images = await readImages(test, indices)
    const masks = await test.masks(indices)
    if (masks.length !== indices.length * pixels) {
      throw new NotMeasurable(`expected ${indices.length * pixels} values for masks but received ${masks.length}`)
    }
    const { mean } = posteriors?.of(indices) ?? await encodeChecked(inference, images, indices.length, latentSize)
    const decoded = await decodeChecked(inference, mean, indices.length, shape)
    const { values } = await drawLayersOf(inference, mean, roles, shape)
    for (let n = 0; n < indices.length; n++) {
      const truth = masks.subarray(n * pixels, (n + 1) * pixels)
      const predicted = segmentationOf(values.subarray(n * layerElements, (n + 1) * layerElements), roles, shape)
      if (test.objectClasses !== undefined && formOf.some(units => units !== undefined)) {
        const classes = test.objectClasses.of(indices[n]!)
        const matches = new Map(matchThings(truth, predicted).map(({ thing, segment }) => [thing, segment]))
        for (const thing of new Set(truth.filter(label => label > 0))) {
          const units = matches.has(thing) ? formOf[matches.get(thing)! - 1] : undefined
          const form = units && [...mean.subarray(n * latentSize + units[0], n * latentSize + units[1])]
          things.push({ truth: classes[thing - 1]!, form })
        }
      }
      tally.add({
        truth,
        predicted,
        image: images.subarray(n * elements, (n + 1) * elements),
        decoded: decoded.subarray(n * elements, (n + 1) * elements),
      })
    }
    progress?.('segments against masks', start + indices.length, chosen.length, 'images')
  }
  const result = tally.result()
  if (result === undefined) throw new NotMeasurable('expected an image that shows an object but found none')
  const classes = test.objectClasses === undefined
    ? undefined
    : await classAccuracyOf(
      things, test.objectClasses.names.length, createRandom(0, 'classes of things'), createPace(signal))
  return classes === undefined ? result : { ...result, thingClasses: classes }
}
