/** Alike things: as many as are seen at once, and each with its own tracklets. */
import type { Pause } from '../pause.js'
import { dealAnew } from './deal.js'
import { add, emptyIdentity, growIdentity, isWhole, type Growing, type IdentityOptions } from './identity.js'
import { dealToLanes } from './lanes.js'
import { haveSameShape, unlikeness } from './likeness.js'
import { activityOfAll } from './movement.js'
import { reach } from './reach.js'
import { COASTING } from './tracklets.js'

/** Identities this much alike, seen in such a share of the frames, are a family. */
const [FAMILY, LEAST_SEEN] = [0.75, 0.02]
/** It has as many members as are seen at once in this share of the frames. */
const TOGETHER = 0.1
/** Things of one shape are taken for one another where they are seen in such a share of the frames. */
const LEAST_COMMON = 0.05
/** Not so what hardly moves, nor two that are seen at once in a smaller share of the rarer one's frames. */
const [LEAST_ACTIVITY, LEAST_TOGETHER] = [0.1, 0.2]
/** Larger families stay as they are: dealing takes the cube of their members in time, over ten minutes for 50. */
const MOST_DEALT = 12

/** Alike things are as many as are seen at once: the tracklets of a family of more are dealt out anew, in time. */
export function dealFamilies (identities: readonly Growing[], options: IdentityOptions): Growing[] {
  const isKin = (a: Growing, b: Growing) =>
    Math.min(a.seen, b.seen) > LEAST_SEEN * options.count && unlikeness(a, b) < FAMILY
  const families = familiesOf(identities, isKin)
  return families.flatMap(family => {
    if (family.length === 1) return family
    const members = membersOf(family, options.count)
    return dealToLanes(family, members, options) ??
      (members >= family.length ? family : deal(family, members, options))
  })
}

/** Deals the tracklets of moving things of the same size and shape anew, unless lanes tell them apart. */
export async function dealAgain (
  identities: readonly Growing[],
  { shape, count }: IdentityOptions,
  pause: Pause
): Promise<Growing[]> {
  const isOpen = ({ seen, isFixed, tracklets }: Growing) =>
    !isFixed && seen >= LEAST_COMMON * count && activityOfAll(tracklets) >= LEAST_ACTIVITY
  const found = identities.filter(one => !isOpen(one))
  const families = familiesOf(identities.filter(isOpen), (a, b) =>
    haveSameShape(a, b) && framesOfBoth(a, b) >= LEAST_TOGETHER * Math.min(a.seen, b.seen))
  for (const family of families) {
    let members = family
    if (family.length > 1 && family.length <= MOST_DEALT) {
      const dealt = await dealAnew(family.map(({ tracklets }) => tracklets), membersOf(family, count), shape, pause)
      if (dealt !== undefined) members = dealt.map(tracklets => growIdentity(tracklets, count))
    }
    found.push(...members)
  }
  return found
}

/** Groups identities of which each is kin to another of the group. */
function familiesOf (identities: readonly Growing[], isKin: (a: Growing, b: Growing) => boolean): Growing[][] {
  const families: Growing[][] = []
  for (const identity of identities) {
    const kin = families.filter(family => family.some(other => isKin(identity, other)))
    for (const joined of kin) families.splice(families.indexOf(joined), 1)
    families.push([identity, ...kin.flat()])
  }
  return families
}

/** Counts how many of a family are seen at once. */
function membersOf (family: readonly Growing[], count: number): number {
  const together = Array.from({ length: count }, (_, n) => family.filter(one => isWhole(one, n)).length)
  const any = together.filter(count => count > 0).length
  let members = 1
  while (members < family.length && together.filter(count => count > members).length >= TOGETHER * any) members++
  return members
}

/** Counts the frames that show two identities at once. */
function framesOfBoth (a: Growing, b: Growing): number {
  return a.at.filter((region, n) => region !== undefined && b.at[n] !== undefined).length
}

/** Deals tracklets in time, each to the member that could get there and is mostly there. */
function deal (family: readonly Growing[], members: number, { shape, count }: IdentityOptions): Growing[] {
  const speed = [0, 1].map(axis => Math.max(...family.map(one => one.speed[axis]!)))
  const slots: Growing[] = []
  const ordered = family.flatMap(({ tracklets }) => tracklets)
    .sort((a, b) => a.frames[0]! - b.frames[0]! || b.frames.length - a.frames.length)
  const last = new Map<Growing, number>()
  for (const tracklet of ordered) {
    let [best, least]: [Growing | undefined, number] = [undefined, Infinity]
    for (const slot of slots) {
      const gap = tracklet.frames[0]! - last.get(slot)!
      if (gap < -COASTING) continue
      const size = tracklet.extent
      const way = reach(slot.at[last.get(slot)!]!, tracklet.regions[0]!, Math.max(gap, 1), speed, size, shape)
      const outside = Math.max(...slot.band.map(([low, high], axis) =>
        Math.max(0, low - tracklet.middle[axis]!, tracklet.middle[axis]! - high) / (0.5 * size + 1)))
      const cost = Math.min(way, 1.5) + Math.min(2, outside)
      if (cost < least) [best, least] = [slot, cost]
    }
    if (slots.length < members && (best === undefined || least > 1)) {
      best = emptyIdentity(tracklet, count)
      slots.push(best)
    }
    if (best === undefined) continue
    add(best, tracklet)
    last.set(best, Math.max(last.get(best) ?? 0, tracklet.frames.at(-1)!))
  }
  return slots
}
