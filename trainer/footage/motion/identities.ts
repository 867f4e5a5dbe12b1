/** Which tracklets are of the same thing: by looks, by where it could get in time, and by being in one place only. */
import type { ImageShape } from '@partition-vae/models'
import { medianOf, quantile } from '../quantiles.js'
import { activityOfAll } from './movement.js'
import { dealAnew } from './deal.js'
import { shapeDistance, unlikeness, type Appearance, type Looks } from './likeness.js'
import { reach } from './reach.js'
import type { Region } from './regions.js'
import { COASTING, findEvents, type Tracklet } from './tracklets.js'

/** A thing, or a part of one, over all frames. */
export interface Identity extends Appearance {
  readonly tracklets: readonly Tracklet[]
  /** Its region in each frame; undefined where it isn't seen. */
  readonly at: ReadonlyArray<Region | undefined>
  /** Frames in which it is seen. */
  readonly seen: number
  /** Median of its regions' longer sides, in pixels. */
  readonly extent: number
}

interface Growing extends Appearance {
  looks: Looks
  area: number
  box: [number, number]
  speed: [number, number]
  tracklets: Tracklet[]
  at: Array<Region | undefined>
  seen: number
  /** Whether its tracklets are told by the lane that they keep to. */
  isFixed: boolean
  /** 5th and 95th percentile of its places: rows, columns. */
  band: ReadonlyArray<readonly [number, number]>
}

/** Things of sizes and shapes no further apart are taken for one another, where they are seen in so many frames. */
const [MOST_UNLIKE, LEAST_COMMON] = [0.5, 0.05]
/** Nor is what hardly moves, nor two that are seen at once in a smaller share of the rarer one's frames. */
const [LEAST_ACTIVITY, LEAST_TOGETHER] = [0.1, 0.2]
const MOST_COST = 1.3
/** A region of less than this share of a thing's area may be a part of it that is seen alone. */
const WHOLE = 0.7
/** Cost of places outside of where a thing is mostly, and of those that it can't reach. */
const [INSIDE_COST, OUTSIDE_COST] = [1.5, 2.6]
/** Identities this much alike that are never seen together are one. */
const TWINS = 0.5
/** So are those of which one ends so many times where the other begins. */
const [HANDOVERS, HANDED_SHARE] = [2, 0.3]
/** Identities this much alike are a family, of as many members as are seen at once in this share of the frames. */
const [FAMILY, TOGETHER] = [0.75, 0.1]

/** Places that a member takes in a larger share of its frames are in its lane; lanes are so many pixels apart. */
const [LANE_SHARE, LANE_GAP] = [0.02, 1]
/** So many of the lanes are taken at a time. */
const MOSTLY = 0.6
/** What keeps to lanes is in the one it began in for this share of its time. */
const KEEPING = 0.95

export interface IdentityOptions {
  readonly shape: ImageShape
  /** Frames in all. */
  readonly count: number
}

/** Puts tracklets together to identities. */
export function findIdentities (tracklets: readonly Tracklet[], options: IdentityOptions): Identity[] {
  return dealAgain(dealFamilies(joinTwins(cluster(tracklets, options)), options), options)
    .map(identity => ({
      ...identity,
      extent: medianOf(identity.at.flatMap(region => region === undefined
        ? []
        : [Math.max(region.bottom - region.top, region.right - region.left)])),
    }))
    .sort((a, b) => b.seen - a.seen)
}

/** The longest tracklets first, each to the identity that costs least, or a new one. */
function cluster (tracklets: readonly Tracklet[], { shape, count }: IdentityOptions): Growing[] {
  const found: Growing[] = []
  for (const tracklet of [...tracklets].sort((a, b) => b.frames.length - a.frames.length)) {
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

function emptyIdentity (tracklet: Tracklet, count: number): Growing {
  return {
    looks: tracklet.looks,
    area: tracklet.area,
    box: [...tracklet.box],
    speed: [...tracklet.speed ?? [0, 0]],
    tracklets: [],
    at: new Array<Region | undefined>(count).fill(undefined),
    seen: 0,
    isFixed: false,
    band: [],
  }
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

function add (identity: Growing, tracklet: Tracklet): void {
  const [before, now] = [identity.seen, tracklet.frames.length]
  const mean = (a: number, b: number) => (a * before + b * now) / (before + now)
  identity.looks = identity.looks.map((value, i) => mean(value, tracklet.looks[i]!))
  identity.area = mean(identity.area, tracklet.area)
  identity.box = [mean(identity.box[0], tracklet.box[0]), mean(identity.box[1], tracklet.box[1])]
  if (tracklet.speed !== undefined) {
    identity.speed = [mean(identity.speed[0], tracklet.speed[0]), mean(identity.speed[1], tracklet.speed[1])]
  }
  identity.tracklets.push(tracklet)
  tracklet.frames.forEach((n, i) => {
    if (identity.at[n] !== undefined) return
    identity.at[n] = tracklet.regions[i]!
    identity.seen++
  })
  const regions = identity.tracklets.flatMap(({ regions }) => regions)
  identity.band = [regions.map(({ row }) => row), regions.map(({ column }) => column)]
    .map(places => [quantile(places, 0.05), quantile(places, 0.95)] as const)
}

function isWhole (identity: Growing, n: number): boolean {
  return identity.at[n] !== undefined && identity.at[n].area >= WHOLE * identity.area
}

/** Counts how often one of two identities ends where the other, and nothing else, begins. */
function countHandovers (identities: readonly Growing[]): Map<Growing, Map<Growing, number>> {
  const counts = new Map<Growing, Map<Growing, number>>()
  const owners = new Map(identities.flatMap(identity => identity.tracklets.map(tracklet => [tracklet, identity])))
  const tracklets = [...owners.keys()]
  const { successors, predecessors } = findEvents(tracklets, new Set())
  tracklets.forEach((tracklet, i) => {
    const [next] = successors[i]!
    if (next === undefined || successors[i]!.length > 1 || predecessors[next]!.length > 1) return
    const [a, b] = [owners.get(tracklet)!, owners.get(tracklets[next]!)!]
    for (const [from, to] of [[a, b], [b, a]] as const) {
      const of = counts.get(from) ?? new Map<Growing, number>()
      counts.set(from, of.set(to, (of.get(to) ?? 0) + 1))
    }
  })
  return counts
}

/** Identities that look alike and are never seen together are one thing that came back elsewhere. */
function joinTwins (identities: readonly Growing[]): Growing[] {
  const handovers = countHandovers(identities)
  const pairs = identities.flatMap((a, i) => identities.slice(i + 1).map(b => {
    const isHanded = (handovers.get(a)?.get(b) ?? 0) >=
      Math.max(HANDOVERS, HANDED_SHARE * Math.min(a.tracklets.length, b.tracklets.length))
    return { a, b, cost: isHanded ? Math.min(TWINS, unlikeness(a, b)) : unlikeness(a, b) }
  }))
    .filter(({ cost }) => cost <= TWINS)
    .sort((x, y) => x.cost - y.cost)
  const gone = new Set<Growing>()
  for (const { a, b } of pairs) {
    if (gone.has(a) || gone.has(b)) continue
    const least = Math.min(a.seen, b.seen)
    let [both, whole] = [0, 0]
    a.at.forEach((region, n) => {
      if (region === undefined || b.at[n] === undefined) return
      both++
      if (isWhole(a, n) && isWhole(b, n)) whole++
    })
    if (whole > 0.03 * least || both > 0.3 * least) continue
    for (const tracklet of b.tracklets) add(a, tracklet)
    gone.add(b)
  }
  return identities.filter(identity => !gone.has(identity))
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

/** Counts the frames that show two identities at once. */
function framesOfBoth (a: Growing, b: Growing): number {
  return a.at.filter((region, n) => region !== undefined && b.at[n] !== undefined).length
}

/** Counts how many of a family are seen at once. */
function membersOf (family: readonly Growing[], count: number): number {
  const together = Array.from({ length: count }, (_, n) => family.filter(one => isWhole(one, n)).length)
  const any = together.filter(count => count > 0).length
  let members = 1
  while (members < family.length && together.filter(count => count > members).length >= TOGETHER * any) members++
  return members
}

/** Alike things are as many as are seen at once: the tracklets of a family of more are dealt out anew, in time. */
function dealFamilies (identities: readonly Growing[], options: IdentityOptions): Growing[] {
  const isKin = (a: Growing, b: Growing) =>
    Math.min(a.seen, b.seen) > 0.02 * options.count && unlikeness(a, b) < FAMILY
  const families = familiesOf(identities, isKin)
  return families.flatMap(family => {
    if (family.length === 1) return family
    const members = membersOf(family, options.count)
    return dealToLanes(family, members, options) ??
      (members >= family.length ? family : deal(family, members, options))
  })
}

/**
 * Alike things that keep to rows, or to columns, of their own: each tracklet goes to the lane it begins in.
 * @returns undefined where there are fewer lanes than members
 */
function dealToLanes (
  family: readonly Growing[],
  members: number,
  { shape, count }: IdentityOptions
): Growing[] | undefined {
  const tracklets = family.flatMap(({ tracklets }) => tracklets)
  const together = new Map<number, number>()
  for (const { frames } of tracklets) for (const n of frames) together.set(n, (together.get(n) ?? 0) + 1)
  const usual = [...together.values()].reduce((sum, value) => sum + value, 0) / together.size
  for (const axis of ['row', 'column'] as const) {
    const lanes = findLanes(tracklets, axis, members, axis === 'row' ? shape.height : shape.width)
    // One thing that changes between two lanes is in one of them at a time.
    if (lanes.length < members || usual < MOSTLY * lanes.length) continue
    const laneOf = (place: number): number => {
      const away = lanes.map(([from, to]) => Math.max(0, from - place, place - to))
      return away.indexOf(Math.min(...away))
    }
    const staying = tracklets.reduce((sum, { regions }) => {
      const lane = laneOf(regions[0]![axis])
      return sum + regions.filter(region => laneOf(region[axis]) === lane).length
    }, 0)
    if (staying < KEEPING * tracklets.reduce((sum, { regions }) => sum + regions.length, 0)) continue
    const dealt = new Map<number, Growing>()
    for (const tracklet of [...tracklets].sort((a, b) => b.frames.length - a.frames.length)) {
      const lane = laneOf(tracklet.regions[0]![axis])
      const one = dealt.get(lane) ?? emptyIdentity(tracklet, count)
      dealt.set(lane, one)
      add(one, tracklet)
    }
    for (const one of dealt.values()) one.isFixed = true
    return [...dealt.entries()].sort(([a], [b]) => a - b).map(([, one]) => one)
  }
  return undefined
}

/** Rows, or columns, that regions keep to: ranges of pixels with places that are hardly ever taken between them. */
function findLanes (
  tracklets: readonly Tracklet[],
  axis: 'row' | 'column',
  members: number,
  side: number
): Array<[from: number, to: number]> {
  const taken = new Array<number>(side + 1).fill(0)
  for (const { regions } of tracklets) for (const region of regions) taken[Math.round(region[axis])]!++
  const often = LANE_SHARE * taken.reduce((sum, value) => sum + value, 0) / members
  const lanes: Array<[number, number]> = []
  taken.forEach((value, place) => {
    if (value <= often) return
    const last = lanes.at(-1)
    if (last !== undefined && place - last[1] <= LANE_GAP) last[1] = place
    else lanes.push([place, place])
  })
  return lanes
}

/** Deals the tracklets of things of the same size and shape anew: of all of them, then of each two. */
function dealAgain (identities: readonly Growing[], { shape, count }: IdentityOptions): Growing[] {
  const isOpen = ({ seen, isFixed, tracklets }: Growing) =>
    !isFixed && seen >= LEAST_COMMON * count && activityOfAll(tracklets) >= LEAST_ACTIVITY
  const found = identities.filter(one => !isOpen(one))
  const again = (tracklets: readonly Tracklet[]): Growing => {
    const one = emptyIdentity(tracklets[0]!, count)
    for (const tracklet of tracklets) add(one, tracklet)
    return one
  }
  const families = familiesOf(identities.filter(isOpen), (a, b) =>
    shapeDistance(a, b) <= MOST_UNLIKE && framesOfBoth(a, b) >= LEAST_TOGETHER * Math.min(a.seen, b.seen))
  for (const family of families) {
    let members = family
    if (family.length > 1) {
      const dealt = dealAnew(family.map(({ tracklets }) => tracklets), membersOf(family, count), shape)
      if (dealt !== undefined) members = dealt.map(again)
    }
    found.push(...members)
  }
  return found
}

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
