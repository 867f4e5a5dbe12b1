/** Kinds of blobs that can be followed from frame to frame, and which of them move together. */
import type { ImageShape } from '@partition-vae/models'
import type { Blob } from './blobs.js'
import { kindOf, type ColourClass } from './kinds.js'
import { medianOf, robustDeviation } from '../quantiles.js'

/**
 * A kind of blob is a thing's when it is alone of its kind in this share of the frames, and in this share of those that
 * have any.
 */
const LEAST_SEEN = 0.15
const LEAST_ALONE = 0.5
/** Things move by so many pixels (standard deviation). */
const LEAST_MOTION = 1

/** A kind of blob that moves. */
export interface Track {
  readonly colour: number
  /** Index among the kinds of its colour. */
  readonly kind: number
  /** The blob of each frame in which it is alone. */
  readonly blobs: ReadonlyArray<Blob | undefined>
  readonly energy: number
}

/**
 * The kinds of blobs that move, and are alone of their kind often enough to be followed.
 * @param frames the blobs of each frame
 */
export function findTracks (
  frames: ReadonlyArray<readonly Blob[]>,
  classes: readonly ColourClass[],
  shape: ImageShape
): Track[] {
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
      const blobs = kinds.map(byKind => (byKind[kind]!.length === 1 ? byKind[kind]![0] : undefined))
      const alone = blobs.filter(blob => blob !== undefined)
      if (alone.length < LEAST_SEEN * frames.length || alone.length < LEAST_ALONE * present) return []
      const motion = Math.max(
        robustDeviation(alone.map(({ row }) => row)),
        robustDeviation(alone.map(({ column }) => column))
      )
      if (motion < LEAST_MOTION) return []
      return [{ colour, kind, blobs, energy: alone.reduce((sum, { energy }) => sum + energy, 0) }]
    })
  })
}

/** Whether a part stays where it is relative to another that it touches or nearly touches, while that one moves. */
export function movesWith (part: Track, main: Track): boolean {
  const pairs = part.blobs.flatMap((blob, n) =>
    blob === undefined || main.blobs[n] === undefined ? [] : [[blob, main.blobs[n]] as const]
  )
  if (pairs.length < 0.3 * part.blobs.filter(blob => blob !== undefined).length || pairs.length < 10) return false
  const along = (place: (blob: Blob) => number, size: (blob: Blob) => number) => {
    const offset = pairs.map(([a, b]) => place(a) - place(b))
    const gap = medianOf(pairs.map(([a, b]) => Math.abs(place(a) - place(b)) - (size(a) + size(b)) / 2))
    return {
      jitter: robustDeviation(offset),
      motion: robustDeviation(pairs.map(([, b]) => place(b))),
      size: medianOf(pairs.map(([, b]) => size(b))),
      gap,
    }
  }
  const axes = [along(({ row }) => row, ({ height }) => height), along(({ column }) => column, ({ width }) => width)]
  return axes.every(({ gap, jitter, size }) => gap <= 2 && jitter <= Math.max(1, 0.3 * size)) &&
    axes.some(({ jitter, motion }) => motion > 1.5 && motion > 2 * jitter)
}
