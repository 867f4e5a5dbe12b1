/** Blobs of one colour are told apart by size or place. */
import type { ImageShape } from '@partition-vae/models'
import { createRandom } from '../../random/index.js'
import type { Blob } from './blobs.js'
import { kMeans, nearest } from '../../measure/k-means.js'
import type { Pause } from '../pause.js'

/** How blobs of one colour are told apart. */
export interface ColourClass {
  /** What the features of a blob (see featuresOf) are multiplied by. */
  readonly weights: readonly number[]
  /** Weighted features of each kind of blob. */
  readonly centres: ReadonlyArray<readonly number[]>
  /** Median area of each kind's blobs, in pixels. */
  readonly areas: readonly number[]
}

/** Blobs smaller than this share of the usual ones of their kind are debris. */
const DEBRIS = 0.3
const MOST_KINDS = 5
const CLUSTERED_BLOBS = 1500
/** A further kind has to be alone of its kind in so many more frames. */
const KIND_PRICE = 0.15
/** What blobs of one colour may be told apart by: nothing, row, column, size. */
const WEIGHTINGS = [[0, 0, 1, 0], [0, 0, 0, 1], [0.5, 0.5, 0, 0]] as const

/** Logarithms of height and width, and the centre in shares of the image. */
function featuresOf ({ height, width, row, column }: Blob, shape: Pick<ImageShape, 'height' | 'width'>): number[] {
  return [Math.log(height), Math.log(width), row / shape.height, column / shape.width]
}

/** The kind of a blob among those of its colour; −1 for debris. */
export function kindOf (
  blob: Blob,
  { weights, centres, areas }: ColourClass,
  shape: Pick<ImageShape, 'height' | 'width'>
): number {
  const kind = nearest(
    featuresOf(blob, shape).map((value, i) => value * weights[i]!),
    centres
  )
  return blob.area >= DEBRIS * areas[kind]! ? kind : -1
}

/** @param frames the blobs of each frame */
export async function classifyColours (
  frames: ReadonlyArray<readonly Blob[]>,
  colours: number,
  shape: ImageShape,
  seed: number,
  pause: Pause
): Promise<ColourClass[]> {
  const classes: ColourClass[] = []
  for (let colour = 0; colour < colours; colour++) {
    classes.push(
      await classifyColour(
        frames.map(blobs => blobs.filter(blob => blob.colour === colour)),
        shape,
        colour,
        seed,
        pause
      )
    )
  }
  return classes
}

async function classifyColour (
  frames: ReadonlyArray<readonly Blob[]>,
  shape: ImageShape,
  colour: number,
  seed: number,
  pause: Pause
): Promise<ColourClass> {
  const blobs = frames.flat()
  if (blobs.length === 0) return { weights: [0, 0, 0, 0], centres: [[0, 0, 0, 0]], areas: [0] }
  const random = createRandom(seed, 'footage-kinds', colour)
  const sample =
    blobs.length <= CLUSTERED_BLOBS
      ? blobs
      : Array.from(random.shuffle(Uint32Array.from(blobs, (_, i) => i)).slice(0, CLUSTERED_BLOBS), i => blobs[i]!)
  let best = { found: describe([0, 0, 0, 0], [[0, 0, 0, 0]], blobs, shape), score: -Infinity }
  best.score = scoreOf(best.found, frames, shape)
  for (const weights of WEIGHTINGS) {
    const points = sample.map(blob => featuresOf(blob, shape).map((value, i) => value * weights[i]!))
    for (let k = 2; k <= MOST_KINDS; k++) {
      const { centres } = await kMeans(points, k, random, pause)
      if (centres.length < k) break
      const found = describe(weights, centres, blobs, shape)
      const score = scoreOf(found, frames, shape)
      if (score > best.score) best = { found, score }
    }
  }
  return best.found
}

function describe (
  weights: readonly number[],
  centres: ReadonlyArray<readonly number[]>,
  blobs: readonly Blob[],
  shape: ImageShape
): ColourClass {
  const all: ColourClass = { weights, centres, areas: centres.map(() => 0) }
  const byKind = centres.map((): number[] => [])
  for (const blob of blobs) byKind[kindOf(blob, all, shape)]!.push(blob.area)
  // Many specks next to one thing are debris, so areas count by what they cover.
  return { weights, centres, areas: byKind.map(areas => (areas.length === 0 ? 0 : weightedMedian(areas))) }
}

/** The area below which half of all that is covered lies. */
function weightedMedian (areas: readonly number[]): number {
  const sorted = Float64Array.from(areas).sort()
  let left = sorted.reduce((sum, area) => sum + area, 0) / 2
  return sorted.find(area => (left -= area) <= 0)!
}

/** In how many frames the kinds are alone, together, less what kinds cost. */
function scoreOf (found: ColourClass, frames: ReadonlyArray<readonly Blob[]>, shape: ImageShape): number {
  let alone = 0
  for (const blobs of frames) {
    const counts = new Uint16Array(found.centres.length)
    for (const blob of blobs) {
      const kind = kindOf(blob, found, shape)
      if (kind >= 0) counts[kind] = counts[kind]! + 1
    }
    alone += counts.reduce((sum, count) => sum + Number(count === 1), 0)
  }
  return alone / frames.length - KIND_PRICE * (found.centres.length - 1)
}
