/** A thing that moves before a still background, however it was found. */
import { meanOf, varianceOf, quantile } from './quantiles.js'

export interface Thing {
  /** Share of the frames in which its place is known. */
  readonly seen: number
  /** Its share of what all frames differ by from the still image. */
  readonly energy: number
  /** Mean and variance of its place in pixels: rows, columns. */
  readonly mean: readonly [number, number]
  readonly variance: readonly [number, number]
  /** Pixels that it needs: rows, columns. */
  readonly extent: readonly [number, number]
  /** Its colour by channel, in [0, 1]. */
  readonly colour: readonly number[]
}

/** In pixels; bottom and right are exclusive. */
export interface Box {
  readonly top: number
  readonly bottom: number
  readonly left: number
  readonly right: number
}

const EXTENT_QUANTILE = 0.7
/** Pixels added to an extent on each side. */
const MARGIN = 1

/** Where a thing is and how large, from boxes that show all of it. At least one. */
export function placeOf (boxes: readonly Box[]): Pick<Thing, 'mean' | 'variance' | 'extent'> {
  const rows = boxes.map(({ top, bottom }) => (top + bottom) / 2)
  const columns = boxes.map(({ left, right }) => (left + right) / 2)
  return {
    mean: [meanOf(rows), meanOf(columns)],
    variance: [varianceOf(rows), varianceOf(columns)],
    extent: [
      quantile(boxes.map(({ top, bottom }) => bottom - top), EXTENT_QUANTILE) + 2 * MARGIN,
      quantile(boxes.map(({ left, right }) => right - left), EXTENT_QUANTILE) + 2 * MARGIN,
    ],
  }
}

/** The smallest box around others. At least one. */
export function unionOf (boxes: readonly Box[]): Box {
  return {
    top: Math.min(...boxes.map(({ top }) => top)),
    bottom: Math.max(...boxes.map(({ bottom }) => bottom)),
    left: Math.min(...boxes.map(({ left }) => left)),
    right: Math.max(...boxes.map(({ right }) => right)),
  }
}
