/** Which tracklets are of the same thing: by looks, by where it could get in time, and by being in one place only. */
import type { ImageShape } from '@partition-vae/models'
import type { Pause } from '../pause.js'
import { dealAgain, dealFamilies } from './families.js'
import {
  add, emptyIdentity, measureExtent, WHOLE, type Growing, type Identity, type IdentityOptions
} from './identity.js'
import { unlikeness } from './likeness.js'
import { reach } from './reach.js'
import type { Region } from './regions.js'
import { COASTING, type Tracklet } from './tracklets.js'
import { joinTwins } from './twins.js'

const MOST_COST = 1.3
/** Cost of places outside of where a thing is mostly, and of those that it can't reach. */
const [INSIDE_COST, OUTSIDE_COST] = [1.5, 2.6]

/** Puts tracklets together to identities. */
export async function findIdentities (
  tracklets: readonly Tracklet[],
  options: IdentityOptions,
  pause: Pause
): Promise<Identity[]> {
  const clustered = await cluster(tracklets, options, pause)
  return (await dealAgain(dealFamilies(joinTwins(clustered), options), options, pause))
    .map(measureExtent)
    .sort((a, b) => b.seen - a.seen)
}

/** Joins the longest tracklets first, each to the identity that costs least, or to a new one. */
async function cluster (
  tracklets: readonly Tracklet[],
  { shape, count }: IdentityOptions,
  pause: Pause
): Promise<Growing[]> {
  const found: Growing[] = []
  for (const tracklet of [...tracklets].sort((a, b) => b.frames.length - a.frames.length)) {
    await pause()
    let [best, least]: [Growing | undefined, number] = [undefined, MOST_COST]
    for (const identity of found) {
      const cost = joinCost(tracklet, identity, shape, least)
      if (cost < least) [best, least] = [identity, cost]
    }
    if (best === undefined) {
      best = emptyIdentity(tracklet, count)
      found.push(best)
    }
    add(best, tracklet)
  }
  return found
}

function joinCost (tracklet: Tracklet, identity: Growing, shape: ImageShape, most: number): number {
  const alike = unlikeness(tracklet, identity)
  if (alike > most) return Infinity
  const { frames, regions } = tracklet
  const together = frames.flatMap((n, i) => identity.at[n] === undefined ? [] : [i])
  const whole = together.filter(i =>
    Math.min(identity.at[frames[i]!]!.area / identity.area, regions[i]!.area / tracklet.area) >= WHOLE).length
  if (whole > Math.min(COASTING, 0.2 * frames.length) || together.length > 0.5 * frames.length) return Infinity
  const size = Math.max(tracklet.extent, Math.sqrt(identity.area))
  const speed = [0, 1].map(axis => Math.max(identity.speed[axis]!, tracklet.speed?.[axis] ?? 0))
  const free = frames.flatMap((n, i) => identity.at[n] === undefined ? [i] : [])
  const ways: number[] = []
  const [first, last] = [free[0]!, free.at(-1)!]
  const before = neighbour(identity.at, frames[first]!, -1)
  if (before !== undefined) {
    ways.push(reach(identity.at[before]!, regions[first]!, frames[first]! - before, speed, size, shape))
  }
  const after = neighbour(identity.at, frames[last]!, 1)
  if (after !== undefined) {
    ways.push(reach(identity.at[after]!, regions[last]!, after - frames[last]!, speed, size, shape))
  }
  const inside = identity.band.every(([low, high], axis) =>
    tracklet.middle[axis]! >= low - size / 2 && tracklet.middle[axis]! <= high + size / 2)
  const way = ways.length === 0 ? 1 : ways.reduce((sum, value) => sum + value, 0) / ways.length
  return alike + 0.5 * Math.min(inside ? INSIDE_COST : OUTSIDE_COST, way)
}

function neighbour (at: ReadonlyArray<Region | undefined>, n: number, step: 1 | -1): number | undefined {
  for (let i = n + step; i >= 0 && i < at.length; i += step) if (at[i] !== undefined) return i
  return undefined
}
