import { assign } from '../disentanglement/assignment.js'
import { sizesOf } from './sizes.js'

/** A thing of an image: the box of its pixels, and their centre of mass, in pixels from the upper left corner. */
export interface Detection {
  readonly centre: readonly [row: number, column: number]
  /** Of the box around its pixels. */
  readonly boxCentre: readonly [row: number, column: number]
  readonly boxDiagonal: number
}

/** Detections over images, to be added up. */
export interface DetectionCounts {
  /** True things that are found. */
  readonly found: number
  readonly things: number
  readonly segments: number
}

/**
 * Gives the things of a segmentation, without the background, label 0, and without what is smaller than `leastPixels`.
 * @param labels [H · W]
 */
export function detectionsIn (labels: Uint8Array, width: number, leastPixels = 1): Detection[] {
  return [...sizesOf(labels)].flatMap(([label, size]) => {
    if (size < leastPixels) return []
    let [top, bottom, left, right, rows, columns] = [Infinity, 0, Infinity, 0, 0, 0]
    labels.forEach((other, pixel) => {
      if (other !== label) return
      const [row, column] = [Math.floor(pixel / width), pixel % width]
      top = Math.min(top, row)
      bottom = Math.max(bottom, row + 1)
      left = Math.min(left, column)
      right = Math.max(right, column + 1)
      rows += row + 0.5
      columns += column + 0.5
    })
    return [{
      centre: [rows / size, columns / size] as const,
      boxCentre: [(top + bottom) / 2, (left + right) / 2] as const,
      boxDiagonal: Math.hypot(bottom - top, right - left),
    }]
  })
}

/**
 * Counts the true things that are found: a segment's centre lies within half of the diagonal of the thing's box from
 * the box's centre. Each segment finds one thing, each thing is found once, so that most are found.
 */
export function matchDetections (things: readonly Detection[], segments: readonly Detection[]): DetectionCounts {
  const near = things.map(({ boxCentre: [row, column], boxDiagonal }) =>
    segments.map(({ centre }) => Number(Math.hypot(centre[0] - row, centre[1] - column) <= boxDiagonal / 2)))
  const found = assign(near).reduce((sum, { row, column }) => sum + near[row]![column]!, 0)
  return { found, things: things.length, segments: segments.length }
}

/**
 * Computes F1 = 2 · found / (things + segments), the harmonic mean of precision and recall over all images.
 * @returns undefined where there is nothing to find and nothing found
 */
export function detectionF1 (counts: readonly DetectionCounts[]): number | undefined {
  const sum = (key: keyof DetectionCounts) => counts.reduce((total, count) => total + count[key], 0)
  const all = sum('things') + sum('segments')
  return all > 0 ? 2 * sum('found') / all : undefined
}
