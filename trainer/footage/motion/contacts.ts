/** Tracklets while things touch: where two became one region, and which show several things. */
import { unlikeness } from './likeness.js'
import type { Region } from './regions.js'
import { COASTING, findEvents, touches, trackletOf, type Tracklet } from './tracklets.js'

/** A region that grows, or shrinks, by this factor from frame to frame may have met, or left, another. */
const JUMP = 1.2
/** What is smaller than this share of a thing is not taken for it. */
const LEAST_SIZE = 0.25
/** Tracklets of fewer frames are no things that are met, but pieces of one. */
const ESTABLISHED = 5
/** Tracklets this much alike are counted together. */
const ALIKE = 0.5
/** What shows several things is larger than each by this factor. */
const LARGER = 1.25

/** Cuts tracklets where another ends in their region, or begins in it, and their area jumps. */
export function cutAtContacts (tracklets: readonly Tracklet[]): Tracklet[] {
  const established = tracklets.filter(({ frames }) => frames.length >= ESTABLISHED)
  const endings = groupBy(established, ({ frames }) => frames.at(-1)!)
  const beginnings = groupBy(established, ({ frames }) => frames[0]!)
  return tracklets.flatMap(tracklet => {
    const { frames, regions } = tracklet
    const cuts: number[] = []
    const isMatch = (other: Tracklet, alone: Region) => other !== tracklet && other.area >= LEAST_SIZE * alone.area
    for (let i = 1; i < frames.length; i++) {
      const [before, now] = [regions[i - 1]!, regions[i]!]
      const isMet = now.area >= JUMP * before.area && near(endings, frames[i]! - COASTING, frames[i]! - 1)
        .some(other => isMatch(other, before) && touches(other.regions.at(-1)!, now, 1))
      const isLeft = before.area >= JUMP * now.area && near(beginnings, frames[i]!, frames[i]! + COASTING - 1)
        .some(other => isMatch(other, now) && touches(other.regions[0]!, before, 1))
      if (isMet || isLeft) cuts.push(i)
    }
    if (cuts.length === 0) return [tracklet]
    return [0, ...cuts].flatMap((from, k) => {
      const to = cuts[k] ?? frames.length
      return to - from < 2 ? [] : [trackletOf(frames.slice(from, to), regions.slice(from, to))]
    })
  }).sort((a, b) => a.frames[0]! - b.frames[0]! || a.regions[0]!.top - b.regions[0]!.top ||
    a.regions[0]!.left - b.regions[0]!.left)
}

/**
 * Finds the tracklets that show several things at once: two that are seen apart for longer end where they begin, or
 * begin where they end, and they are larger than each.
 */
export function findComposites (tracklets: readonly Tracklet[], shots: ReadonlySet<number>): Set<Tracklet> {
  const { successors, predecessors } = findEvents(tracklets, shots)
  const known = new Map<Tracklet, number>()
  const framesAlike = (tracklet: Tracklet): number => {
    let frames = known.get(tracklet)
    if (frames === undefined) {
      frames = tracklets.reduce((sum, other) =>
        unlikeness(tracklet, other) < ALIKE ? sum + other.frames.length : sum, 0)
      known.set(tracklet, frames)
    }
    return frames
  }
  return new Set(tracklets.filter((tracklet, i) => [successors[i]!, predecessors[i]!].some(neighbours => {
    const parts = neighbours.map(j => tracklets[j]!).filter(({ frames }) => frames.length >= ESTABLISHED)
    return parts.length > 1 && parts.every(part => tracklet.area >= LARGER * part.area &&
      framesAlike(part) > framesAlike(tracklet))
  })))
}

function groupBy (tracklets: readonly Tracklet[], keyOf: (tracklet: Tracklet) => number): Map<number, Tracklet[]> {
  const groups = new Map<number, Tracklet[]>()
  for (const tracklet of tracklets) {
    const key = keyOf(tracklet)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [tracklet])
    else group.push(tracklet)
  }
  return groups
}

function near (groups: ReadonlyMap<number, readonly Tracklet[]>, from: number, to: number): Tracklet[] {
  const found: Tracklet[] = []
  for (let n = from; n <= to; n++) found.push(...groups.get(n) ?? [])
  return found
}
