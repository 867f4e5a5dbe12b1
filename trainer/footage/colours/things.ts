/** From blobs to the things they are of: those that move together belong together. */
import type { ImageShape } from '@partition-vae/models'
import { medianOf } from '../quantiles.js'
import { placeOf, unionOf, type Box, type Thing } from '../thing.js'
import type { Blob } from './blobs.js'
import type { ColourClass } from './kinds.js'
import { findTracks, movesWith, type Track } from './tracks.js'

/** A kind of blob that moves. */
export interface Part extends Pick<Track, 'colour' | 'kind'> {
  /** From the part's centre to the thing's, in pixels: rows, columns. */
  readonly offset: readonly [number, number]
}

/** A thing, and the kinds of blobs that it consists of. */
export interface ColouredThing extends Thing {
  /** In order of their energy. */
  readonly parts: readonly Part[]
}

/**
 * What moves, by its share of energy.
 * @param frames the blobs of each frame
 * @param palette colours, [k][C] in [0, 1]
 */
export function findThings (
  frames: ReadonlyArray<readonly Blob[]>,
  classes: readonly ColourClass[],
  palette: ReadonlyArray<readonly number[]>,
  shape: ImageShape
): ColouredThing[] {
  const total = frames.flat().reduce((sum, { energy }) => sum + energy, 0)
  const tracks = findTracks(frames, classes, shape).sort((a, b) => b.energy - a.energy)
  const groups: Track[][] = []
  for (const track of tracks) {
    const group = groups.find(([main]) => movesWith(track, main!))
    if (group === undefined) groups.push([track])
    else group.push(track)
  }
  return groups.map(group => thingOf(group, palette, total)).sort((a, b) => b.energy - a.energy)
}

function thingOf (group: readonly Track[], palette: ReadonlyArray<readonly number[]>, total: number): ColouredThing {
  const [main] = group as [Track]
  const around = (n: number) =>
    unionOf(group.flatMap(({ blobs }) => blobs[n] === undefined ? [] : [boxOf(blobs[n])]))
  const boxes = main.blobs.flatMap((blob, n) => blob === undefined ? [] : [around(n)])
  const parts = group.map(({ colour, kind, blobs }): Part => {
    const offsets = blobs.flatMap((blob, n) => {
      if (blob === undefined || main.blobs[n] === undefined) return []
      const { top, bottom, left, right } = around(n)
      return [[(top + bottom) / 2 - blob.row, (left + right) / 2 - blob.column] as const]
    })
    return {
      colour,
      kind,
      offset: [medianOf(offsets.map(([row]) => row)), medianOf(offsets.map(([, column]) => column))],
    }
  })
  return {
    ...placeOf(boxes),
    parts,
    colour: palette[main.colour]!,
    seen: boxes.length / main.blobs.length,
    energy: group.reduce((sum, { energy }) => sum + energy, 0) / total,
  }
}

function boxOf ({ top, left, height, width }: Blob): Box {
  return { top, bottom: top + height, left, right: left + width }
}
