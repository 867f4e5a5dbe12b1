/** From blobs to the things they are of: those that move together belong together. */
import type { ImageShape } from '@partition-vae/models'
import type { Blob } from './blobs.js'
import type { ColourClass } from './kinds.js'
import { medianOf, quantile } from './quantiles.js'
import { findTracks, movesWith, type Track } from './tracks.js'

/** A kind of blob that moves. */
export interface Part extends Pick<Track, 'colour' | 'kind'> {
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

const EXTENT_QUANTILE = 0.7
/** Pixels added to an extent on each side. */
const MARGIN = 1

/**
 * What moves, by its share of energy.
 * @param frames the blobs of each frame
 */
export function findThings (
  frames: ReadonlyArray<readonly Blob[]>,
  classes: readonly ColourClass[],
  shape: ImageShape
): Thing[] {
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
    return {
      colour,
      kind,
      offset: [medianOf(offsets.map(([row]) => row)), medianOf(offsets.map(([, column]) => column))],
    }
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
