import type { ImageShape } from '@partition-vae/models'
import { adjustedRandIndex, foregroundAdjustedRandIndex } from './adjusted-rand.js'
import { contingencyOf } from './contingency.js'
import { detectionF1, detectionsIn, matchDetections, type DetectionCounts } from './detections.js'
import { overlapsOf, type Overlaps } from './overlap.js'
import { ringAround, squaredErrorOn, type SquaredErrors } from './ring.js'
import type { Segmentation } from './schema.js'
import { leastPixelsOf } from './sizes.js'

/** An image taken apart, and the truth. */
export interface SegmentedImage {
  /** True things by number, 0 for the background, [H · W]. */
  readonly truth: Uint8Array
  /** Segments by number, 0 for the background, [H · W]. */
  readonly predicted: Uint8Array
  /** [H · W · C] */
  readonly image: Float32Array
  /** Its reconstruction, [H · W · C]. */
  readonly decoded: Float32Array
}

/** Adds up the measures of segmentation, image by image. */
export class SegmentationTally {
  readonly #shape: ImageShape
  readonly #rand: Array<{ foreground: number; all: number; isSeveral: boolean }> = []
  readonly #overlaps: Overlaps[] = []
  readonly #detections: DetectionCounts[] = []
  readonly #errors: Record<'things' | 'background' | 'ring', SquaredErrors[]> = { things: [], background: [], ring: [] }

  constructor (shape: ImageShape) {
    this.#shape = shape
  }

  add ({ truth, predicted, image, decoded }: SegmentedImage): void {
    const { width } = this.#shape
    const pairs = contingencyOf(truth, predicted)
    const overlaps = overlapsOf(pairs)
    if (overlaps !== undefined) {
      this.#overlaps.push(overlaps)
      this.#rand.push({
        foreground: foregroundAdjustedRandIndex(pairs)!,
        all: adjustedRandIndex(pairs)!,
        isSeveral: pairs.rows.filter(label => label > 0).length > 1,
      })
    }
    const least = leastPixelsOf(truth.length)
    this.#detections.push(matchDetections(detectionsIn(truth, width, least), detectionsIn(predicted, width, least)))
    this.#errors.things.push(squaredErrorOn(decoded, image, truth))
    this.#errors.background.push(squaredErrorOn(decoded, image, truth.map(label => Number(label === 0))))
    this.#errors.ring.push(squaredErrorOn(decoded, image, ringAround(truth, width)))
  }

  /** @returns undefined where no image shows a thing */
  result (): Segmentation | undefined {
    if (this.#overlaps.length === 0) return undefined
    const found = sumOf(this.#detections.map(counts => counts.found))
    const segments = sumOf(this.#detections.map(counts => counts.segments))
    const things = sumOf(this.#detections.map(counts => counts.things))
    const { things: onThings, background, ring } = this.#errors
    const several = this.#rand.filter(({ isSeveral }) => isSeveral)
    return {
      images: this.#detections.length,
      imagesWithThings: this.#overlaps.length,
      fgAri: meanOf(this.#rand.map(({ foreground }) => foreground)),
      ...several.length > 0 && { fgAriOfSeveral: meanOf(several.map(({ foreground }) => foreground)) },
      ari: meanOf(this.#rand.map(({ all }) => all)),
      meanIou: meanOf(this.#overlaps.map(({ matchedIou }) => matchedIou)),
      meanBestOverlap: meanOf(this.#overlaps.map(({ bestOverlap }) => bestOverlap)),
      detection: {
        precision: segments > 0 ? found / segments : 0,
        recall: things > 0 ? found / things : 0,
        f1: detectionF1(this.#detections) ?? 0,
      },
      countRight: meanOf(this.#detections.map(counts => Number(counts.things === counts.segments))),
      countRightByChance: commonestShare(this.#detections.map(counts => counts.things)),
      ...errorOf('mseOnThings', onThings),
      ...errorOf('mseOnBackground', background),
      ...errorOf('mseOnRing', ring),
    }
  }
}

function errorOf<K extends string> (name: K, errors: readonly SquaredErrors[]): Partial<Record<K, number>> {
  const elements = sumOf(errors.map(error => error.elements))
  return elements > 0 ? { [name]: sumOf(errors.map(({ sum }) => sum)) / elements } as Record<K, number> : {}
}

function commonestShare (values: readonly number[]): number {
  return Math.max(...[...new Set(values)].map(one => values.filter(value => value === one).length)) / values.length
}

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0)
const meanOf = (values: readonly number[]) => sumOf(values) / values.length
