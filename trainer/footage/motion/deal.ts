/**
 * Deals the tracklets of things that look much alike among them: one that was taken for another from some moment on, or
 * for a while, gets its own back. What decides is what all tracklets say together: looks, then where each thing mostly
 * is, and the ways between.
 */
import type { ImageShape } from '@partition-vae/models'
import type { Pause } from '../pause.js'
import { medianOf } from '../quantiles.js'
import { looksDistance, type Looks } from './likeness.js'
import { reach } from './reach.js'
import type { Tracklet } from './tracklets.js'

/** Tracklets of so many frames count fully. */
const CERTAIN_FRAMES = 15
/** Least distance of looks that noise makes. */
const LEAST_NOISE = 0.02
/** Looks say nothing up to so many times their noise, and nothing more beyond the second. */
const [WITHIN_NOISE, BEYOND_NOISE] = [1.5, 8]
/** Most that a single way, and a single place, can cost. */
const [MOST_WAY, MOST_PLACE] = [3, 2]
/** Cost of a frame in which one thing would be in two places. */
const TWICE_COST = 0.2
/** Cost of a thing: fewer that explain the tracklets as well are preferred. */
const THING_COST = 30
/** What another deal gains at least. */
const LEAST_GAIN = 0.5
const MOST_ROUNDS = 12
/** Ways to deal that are followed at a time. */
const BEAM = 40

interface Dealt {
  /** By tracklet the number of the thing that it is of. */
  readonly owners: readonly number[]
  readonly cost: number
}

interface Candidate {
  readonly tracklet: Tracklet
  /** How much it counts: 0 to 1. */
  readonly weight: number
}

/**
 * Deals the tracklets of some things anew where that fits all better.
 * @param groups by thing its tracklets
 * @param fewest things that there are at least
 * @returns by thing its tracklets, for as many things or fewer; undefined where they are best as they are
 */
export async function dealAnew (
  groups: ReadonlyArray<readonly Tracklet[]>,
  fewest: number,
  shape: ImageShape,
  pause: Pause
): Promise<Tracklet[][] | undefined> {
  const owned = groups.flatMap((tracklets, owner) => tracklets.map(tracklet => ({ tracklet, owner })))
    .sort((a, b) => a.tracklet.frames[0]! - b.tracklet.frames[0]!)
  const candidates = owned.map(({ tracklet }): Candidate =>
    ({ tracklet, weight: Math.min(1, tracklet.frames.length / CERTAIN_FRAMES) }))
  const model = createModel(candidates, shape)
  const asTheyAre = owned.map(({ owner }) => owner)
  const most = groups.length
  let best: Dealt | undefined
  let least = model.costOf(asTheyAre, most) + THING_COST * most - LEAST_GAIN
  for (let count = Math.min(fewest, most); count <= most; count++) {
    const starts = [
      count === most ? asTheyAre : model.nearest(asTheyAre, count),
      byLooks(candidates, count),
      byPlace(candidates, count),
    ]
    for (const start of starts) {
      const found = await settle(start, count, model, pause)
      if (found.cost + THING_COST * count < least) [best, least] = [found, found.cost + THING_COST * count]
    }
  }
  if (best === undefined) return undefined
  const { owners } = best
  return [...new Set(owners)].sort((a, b) => a - b)
    .map(owner => candidates.flatMap(({ tracklet }, i) => owners[i] === owner ? [tracklet] : []))
}

/** Deals, then says anew how each thing looks and where it mostly is, until nothing gets better. */
async function settle (start: readonly number[], count: number, model: Model, pause: Pause): Promise<Dealt> {
  let best: Dealt = { owners: start, cost: model.costOf(start, count) }
  for (let round = 0; round < MOST_ROUNDS; round++) {
    await pause()
    const owners = model.deal(best.owners, count)
    const cost = model.costOf(owners, count)
    if (cost >= best.cost) break
    best = { owners, cost }
  }
  return best
}

/** Deals by which of some tracklets, of which each looks least like the others, each looks most like. */
function byLooks (candidates: readonly Candidate[], count: number): number[] {
  const certain = candidates.filter(({ weight }) => weight === 1)
  const all = (certain.length >= count ? certain : candidates).map(({ tracklet: { looks } }) => looks)
  const seeds = [all[0]!]
  while (seeds.length < Math.min(count, all.length)) {
    const away = all.map(looks => Math.min(...seeds.map(seed => looksDistance(looks, seed))))
    seeds.push(all[away.indexOf(Math.max(...away))]!)
  }
  return candidates.map(({ tracklet: { looks } }) => {
    const away = seeds.map(seed => looksDistance(looks, seed))
    return away.indexOf(Math.min(...away))
  })
}

/** Deals by the order of places along the axis on which they differ most. */
function byPlace (candidates: readonly Candidate[], count: number): number[] {
  const [rows, columns] = [0, 1].map(axis => {
    const places = candidates.map(({ tracklet: { middle } }) => middle[axis]!)
    const median = medianOf(places)
    return { places, away: medianOf(places.map(place => Math.abs(place - median))) }
  })
  const { places } = rows!.away >= columns!.away ? rows! : columns!
  const sorted = [...places].sort((a, b) => a - b)
  return places.map(place => Math.floor(count * sorted.indexOf(place) / places.length))
}

interface Model {
  /** Costs of looks, places and ways, for the means of what each thing owns. */
  costOf (owners: readonly number[], count: number): number
  /** Finds owners of little cost for the means of those that are given. */
  deal (owners: readonly number[], count: number): number[]
  /** Deals what is not of the things of most frames to those of them that it fits best. */
  nearest (owners: readonly number[], count: number): number[]
}

/** A way to deal the tracklets up to one of them. */
interface Path {
  readonly cost: number
  /** By thing the latest tracklet that it owns, or -1. */
  readonly latest: readonly number[]
  readonly owner: number
  readonly before: Path | undefined
}

function createModel (candidates: readonly Candidate[], shape: ImageShape): Model {
  const noise = noiseOf(candidates)
  const speed = [0, 1].map(axis => medianOf(candidates.flatMap(({ tracklet: { speed } }) => speed?.[axis] ?? [])))
  const size = medianOf(candidates.map(({ tracklet: { extent } }) => extent))
  const spread = [0, 1].map(axis => {
    const places = candidates.map(({ tracklet: { middle } }) => middle[axis]!)
    const mean = places.reduce((sum, place) => sum + place, 0) / places.length
    return Math.max(size ** 2, places.reduce((sum, place) => sum + (place - mean) ** 2, 0) / places.length)
  })
  const ways = candidates.map(({ tracklet }, i) => candidates.slice(0, i).map(({ tracklet: before }) => {
    const gap = tracklet.frames[0]! - before.frames.at(-1)!
    const [from, to] = [before.regions.at(-1)!, tracklet.regions[0]!]
    return Math.min(MOST_WAY, reach(from, to, Math.max(1, gap), speed, size, shape)) +
      TWICE_COST * Math.max(0, Math.min(-gap, tracklet.frames.length))
  }))
  const wayCost = (i: number, before: number): number => before < 0 ? 0 : ways[i]![before]!
  // By thing, then by tracklet: what looks and place cost.
  const ownCosts = (owners: readonly number[], count: number) => Array.from({ length: count }, (_, owner): number[] => {
    const own = candidates.filter((_, i) => owners[i] === owner)
    const total = own.reduce((sum, { weight }) => sum + weight, 0)
    const looks = new Float32Array(candidates[0]!.tracklet.looks.length)
    const middle = [0, 0]
    for (const { tracklet, weight } of own) {
      for (let i = 0; i < looks.length; i++) looks[i]! += tracklet.looks[i]! * weight / total
      for (const axis of [0, 1]) middle[axis]! += tracklet.middle[axis]! * weight / total
    }
    return candidates.map(({ tracklet, weight }) => {
      if (own.length === 0) return 0
      const unlike = looksDistance(tracklet.looks, looks) / noise
      const away = [0, 1].reduce((sum, axis) => sum + (tracklet.middle[axis]! - middle[axis]!) ** 2 / spread[axis]!, 0)
      return weight * (Math.min(BEYOND_NOISE, Math.max(0, unlike - WITHIN_NOISE)) + Math.min(MOST_PLACE, away / 2))
    })
  })
  return {
    costOf (owners, count) {
      const costs = ownCosts(owners, count)
      const latest = new Array<number>(count).fill(-1)
      return owners.reduce((sum, owner, i) => {
        const before = latest[owner]!
        latest[owner] = i
        return sum + costs[owner]![i]! + wayCost(i, before)
      }, 0)
    },
    deal (owners, count) {
      const costs = ownCosts(owners, count)
      let paths: Path[] = [{ cost: 0, latest: new Array<number>(count).fill(-1), owner: -1, before: undefined }]
      candidates.forEach((_, i) => {
        // What comes depends on the latest tracklets alone: of ways with the same, the cheapest is followed.
        const found = new Map<string, Path>()
        for (const path of paths) {
          for (let owner = 0; owner < count; owner++) {
            const cost = path.cost + costs[owner]![i]! + wayCost(i, path.latest[owner]!)
            const latest = path.latest.with(owner, i)
            const key = latest.join(' ')
            if (cost < (found.get(key)?.cost ?? Infinity)) found.set(key, { cost, latest, owner, before: path })
          }
        }
        paths = [...found.values()].sort((a, b) => a.cost - b.cost).slice(0, BEAM)
      })
      const dealt: number[] = []
      for (let path = paths[0]; path?.before !== undefined; path = path.before) dealt.push(path.owner)
      return dealt.reverse()
    },
    nearest (owners, count) {
      const frames = new Map<number, number>()
      owners.forEach((owner, i) =>
        frames.set(owner, (frames.get(owner) ?? 0) + candidates[i]!.tracklet.frames.length))
      const kept = [...frames].sort((a, b) => b[1] - a[1]).slice(0, count).map(([owner]) => owner)
      const renamed = owners.map(owner => kept.indexOf(owner))
      const costs = ownCosts(renamed, count)
      return renamed.map((owner, i) => {
        if (owner >= 0) return owner
        const each = costs.map(values => values[i]!)
        return each.indexOf(Math.min(...each))
      })
    },
  }
}

/**
 * Measures how far the looks of one thing are from themselves at another time: as far as the halves of tracklets are,
 * and as far as most tracklets are from the one that they look most like.
 */
function noiseOf (candidates: readonly Candidate[]): number {
  const certain = candidates.flatMap(({ tracklet, weight }) => weight === 1 ? [tracklet] : [])
  const halves = certain.flatMap(({ regions }) => {
    if (regions.length < 2 * CERTAIN_FRAMES) return []
    const half = regions.length >> 1
    return [looksDistance(meanLooks(regions.slice(0, half)), meanLooks(regions.slice(half)))]
  })
  if (certain.length < 3 || halves.length === 0) return 0.1
  const nearest = certain.map(one => Math.min(...certain.map(other =>
    other === one ? Infinity : looksDistance(one.looks, other.looks))))
  return Math.max(LEAST_NOISE, medianOf(halves), medianOf(nearest))
}

function meanLooks (regions: ReadonlyArray<{ readonly looks: Looks }>): Looks {
  const mean = new Float32Array(regions[0]!.looks.length)
  for (const { looks } of regions) for (let i = 0; i < mean.length; i++) mean[i]! += looks[i]! / regions.length
  return mean
}
