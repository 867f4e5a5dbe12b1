/** From blobs to the things they are of: blobs of one colour are told apart by size or place, and blobs that move together belong together. */
import type { ImageShape } from '@partition-vae/models'
import { createRandom } from '../random/index.js'
import type { Blob } from './blobs.js'
import { kMeans, nearest } from './k-means.js'
import { medianOf, quantile, robustDeviation } from './quantiles.js'

/** How blobs of one colour are told apart. */
export interface ColourClass {
  /** What the features of a blob (see featuresOf) are multiplied by. */
  readonly weights: readonly number[]
  /** Weighted features of each kind of blob. */
  readonly centres: ReadonlyArray<readonly number[]>
  /** Median area of each kind's blobs, in pixels. */
  readonly areas: readonly number[]
}

/** A kind of blob that moves. */
export interface Part {
  readonly colour: number
  /** Index among the kinds of its colour. */
  readonly kind: number
  /** From the part's centre to the thing's, in pixels: rows, columns. */
  readonly offset: readonly [number, number]
}

export interface Thing {
  /** In order of their energy. */
  readonly parts: readonly Part[]
  /** Share of the frames in which its place is known. */
  readonly seen: number
  /** Its share of what all frames differ by from the still image. */
  readonly energy: number
  /** Mean and variance of its place in pixels: rows, columns. */
  readonly mean: readonly [number, number]
  readonly variance: readonly [number, number]
  /** Pixels that it needs: rows, columns. */
  readonly extent: readonly [number, number]
}

/** Blobs smaller than this share of the usual ones of their kind are debris. */
export const DEBRIS = 0.3
const MOST_KINDS = 5
const CLUSTERED_BLOBS = 1500
/** A further kind has to be alone of its kind in so many more frames. */
const KIND_PRICE = 0.15
/** What blobs of one colour may be told apart by: nothing, row, column, size. */
const WEIGHTINGS = [[0, 0, 1, 0], [0, 0, 0, 1], [0.5, 0.5, 0, 0]] as const
/** A kind of blob is a thing's when it is alone of its kind in this share of the frames, and in this share of those that have any. */
const LEAST_SEEN = 0.15
const LEAST_ALONE = 0.5
/** Things move by so many pixels (standard deviation). */
const LEAST_MOTION = 1
const EXTENT_QUANTILE = 0.7
/** Pixels added to an extent on each side. */
const MARGIN = 1

/** Logarithms of height and width, and the centre in shares of the image. */
export function featuresOf ({ height, width, row, column }: Blob, shape: Pick<ImageShape, 'height' | 'width'>): number[] {
  return [Math.log(height), Math.log(width), row / shape.height, column / shape.width]
}

/** The kind of a blob among those of its colour; −1 for debris. */
export function kindOf (blob: Blob, { weights, centres, areas }: ColourClass, shape: Pick<ImageShape, 'height' | 'width'>): number {
  const kind = nearest(featuresOf(blob, shape).map((value, i) => value * weights[i]!), centres)
  return blob.area >= DEBRIS * areas[kind]! ? kind : -1
}

/** @param frames the blobs of each frame */
export function classifyColours (frames: ReadonlyArray<readonly Blob[]>, colours: number, shape: ImageShape, seed: number): ColourClass[] {
  return Array.from({ length: colours }, (_, colour) => classifyColour(frames.map(blobs => blobs.filter(blob => blob.colour === colour)), shape, colour, seed))
}

function classifyColour (frames: ReadonlyArray<readonly Blob[]>, shape: ImageShape, colour: number, seed: number): ColourClass {
  const blobs = frames.flat()
  if (blobs.length === 0) return { weights: [0, 0, 0, 0], centres: [[0, 0, 0, 0]], areas: [0] }
  const random = createRandom(seed, 'footage-kinds', colour)
  const sample = blobs.length <= CLUSTERED_BLOBS ? blobs : Array.from(random.shuffle(Uint32Array.from(blobs, (_, i) => i)).slice(0, CLUSTERED_BLOBS), i => blobs[i]!)
  let best = { found: describe([0, 0, 0, 0], [[0, 0, 0, 0]], blobs, shape), score: -Infinity }
  best.score = scoreOf(best.found, frames, shape)
  for (const weights of WEIGHTINGS) {
    const points = sample.map(blob => featuresOf(blob, shape).map((value, i) => value * weights[i]!))
    for (let k = 2; k <= MOST_KINDS; k++) {
      const { centres } = kMeans(points, k, random)
      if (centres.length < k) break
      const found = describe(weights, centres, blobs, shape)
      const score = scoreOf(found, frames, shape)
      if (score > best.score) best = { found, score }
    }
  }
  return best.found
}

function describe (weights: readonly number[], centres: ReadonlyArray<readonly number[]>, blobs: readonly Blob[], shape: ImageShape): ColourClass {
  const all: ColourClass = { weights, centres, areas: centres.map(() => 0) }
  const byKind = centres.map((): number[] => [])
  for (const blob of blobs) byKind[kindOf(blob, all, shape)]!.push(blob.area)
  // Many specks next to one thing are debris, so areas count by what they cover.
  return { weights, centres, areas: byKind.map(areas => areas.length === 0 ? 0 : weightedMedian(areas)) }
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

interface Track extends Omit<Part, 'offset'> {
  /** The blob of each frame in which it is alone. */
  readonly blobs: ReadonlyArray<Blob | undefined>
  readonly energy: number
}

/**
 * What moves, by its share of energy.
 * @param frames the blobs of each frame
 */
export function findThings (frames: ReadonlyArray<readonly Blob[]>, classes: readonly ColourClass[], shape: ImageShape): Thing[] {
  const total = frames.flat().reduce((sum, { energy }) => sum + energy, 0)
  const tracks = findTracks(frames, classes, shape).sort((a, b) => b.energy - a.energy)
  const groups: Track[][] = []
  for (const track of tracks) {
    const group = groups.find(([main]) => movesWith(track, main!))
    if (group === undefined) groups.push([track])
    else group.push(track)
  }
  return groups.map(group => thingOf(group, total)).sort((a, b) => b.energy - a.energy)
}

function findTracks (frames: ReadonlyArray<readonly Blob[]>, classes: readonly ColourClass[], shape: ImageShape): Track[] {
  return classes.flatMap((found, colour) => {
    const kinds = frames.map(blobs => {
      const byKind = found.centres.map((): Blob[] => [])
      for (const blob of blobs) {
        if (blob.colour !== colour) continue
        const kind = kindOf(blob, found, shape)
        if (kind >= 0) byKind[kind]!.push(blob)
      }
      return byKind
    })
    return found.centres.flatMap((_, kind) => {
      const present = kinds.filter(byKind => byKind[kind]!.length > 0).length
      const blobs = kinds.map(byKind => byKind[kind]!.length === 1 ? byKind[kind]![0] : undefined)
      const alone = blobs.filter(blob => blob !== undefined)
      if (alone.length < LEAST_SEEN * frames.length || alone.length < LEAST_ALONE * present) return []
      const motion = Math.max(robustDeviation(alone.map(({ row }) => row)), robustDeviation(alone.map(({ column }) => column)))
      if (motion < LEAST_MOTION) return []
      return [{ colour, kind, blobs, energy: alone.reduce((sum, { energy }) => sum + energy, 0) }]
    })
  })
}

/** Whether a part stays where it is relative to another that it touches or nearly touches, while that one moves. */
function movesWith (part: Track, main: Track): boolean {
  const pairs = part.blobs.flatMap((blob, n) => blob === undefined || main.blobs[n] === undefined ? [] : [[blob, main.blobs[n]] as const])
  if (pairs.length < 0.3 * part.blobs.filter(blob => blob !== undefined).length || pairs.length < 10) return false
  const along = (place: (blob: Blob) => number, size: (blob: Blob) => number) => {
    const offset = pairs.map(([a, b]) => place(a) - place(b))
    const gap = medianOf(pairs.map(([a, b]) => Math.abs(place(a) - place(b)) - (size(a) + size(b)) / 2))
    return { jitter: robustDeviation(offset), motion: robustDeviation(pairs.map(([, b]) => place(b))), size: medianOf(pairs.map(([, b]) => size(b))), gap }
  }
  const axes = [along(({ row }) => row, ({ height }) => height), along(({ column }) => column, ({ width }) => width)]
  return axes.every(({ gap, jitter, size }) => gap <= 2 && jitter <= Math.max(1, 0.3 * size)) &&
    axes.some(({ jitter, motion }) => motion > 1.5 && motion > 2 * jitter)
}

function thingOf (group: readonly Track[], total: number): Thing {
  const [main] = group as [Track]
  const boxes = main.blobs.flatMap((blob, n) => blob === undefined
    ? []
    : [unionOf(group.map(({ blobs }) => blobs[n]).filter(blob => blob !== undefined))])
  const parts = group.map(({ colour, kind, blobs }): Part => {
    const offsets = blobs.flatMap((blob, n) => {
      if (blob === undefined || main.blobs[n] === undefined) return []
      const box = unionOf(group.map(({ blobs }) => blobs[n]).filter(blob => blob !== undefined))
      return [[box.top + box.height / 2 - blob.row, box.left + box.width / 2 - blob.column] as const]
    })
    return { colour, kind, offset: [medianOf(offsets.map(([row]) => row)), medianOf(offsets.map(([, column]) => column))] }
  })
  const rows = boxes.map(({ top, height }) => top + height / 2)
  const columns = boxes.map(({ left, width }) => left + width / 2)
  const [mean, variance] = [[meanOf(rows), meanOf(columns)], [varianceOf(rows), varianceOf(columns)]] as const
  return {
    parts,
    seen: boxes.length / main.blobs.length,
    energy: group.reduce((sum, { energy }) => sum + energy, 0) / total,
    mean: [mean[0]!, mean[1]!],
    variance: [variance[0]!, variance[1]!],
    extent: [
      quantile(boxes.map(({ height }) => height), EXTENT_QUANTILE) + 2 * MARGIN,
      quantile(boxes.map(({ width }) => width), EXTENT_QUANTILE) + 2 * MARGIN,
    ],
  }
}

type Box = Pick<Blob, 'top' | 'left' | 'height' | 'width'>

function unionOf (boxes: readonly Box[]): Box {
  const top = Math.min(...boxes.map(box => box.top))
  const left = Math.min(...boxes.map(box => box.left))
  return {
    top,
    left,
    height: Math.max(...boxes.map(box => box.top + box.height)) - top,
    width: Math.max(...boxes.map(box => box.left + box.width)) - left,
  }
}

function meanOf (values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function varianceOf (values: readonly number[]): number {
  const mean = meanOf(values)
  return meanOf(values.map(value => (value - mean) ** 2))
}
