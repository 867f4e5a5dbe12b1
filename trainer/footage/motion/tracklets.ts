/** Regions that are linked from frame to frame wherever there is no doubt which is which. */
import { assign } from '../../measure/disentanglement/assignment.js'
import { medianOf, quantile } from '../quantiles.js'
import type { Box } from '../thing.js'
import { areaDistance, looksDistance, looksOther, weightedLooks, type Appearance, type Looks } from './likeness.js'
import type { Region } from './regions.js'

/** One region in each of some frames, in order. */
export interface Tracklet extends Appearance {
  readonly frames: readonly number[]
  readonly regions: readonly Region[]
  /** Median place of its regions' centres: row, column. */
  readonly middle: readonly [number, number]
  /** Per axis how far it goes in a frame at most (90th percentile), in pixels; undefined for the shortest. */
  readonly speed: readonly [number, number] | undefined
  /** Median of its regions' longer sides, in pixels. */
  readonly extent: number
}

/** Longest way between frames, as a share of the image's diagonal. */
const GATE = 0.14
const MOST_COST = 1.3
/** Areas that differ by a larger factor break a tracklet: two regions that meet are another region. */
const MOST_AREA_RATIO = 1.8
/** Frames that a tracklet may be missing for. */
export const COASTING = 3
/** Looks that change suddenly, by more than so many times what is usual for a tracklet, are those of something else. */
const SUDDEN = 5
/** What goes on looks so much like before, as a share of all it shows. */
const MOST_CHANGE = 0.25
/** What is usual at first, and at least. */
const [USUAL_UNLIKE, LEAST_UNLIKE] = [0.1, 0.05]
const NEVER = -1e6

interface Growing {
  readonly frames: number[]
  readonly regions: Region[]
  velocity: [number, number]
  looks: Looks
  /** How far looks usually are from what they were, a frame. */
  unlike: number
  area: number
}

/**
 * Links regions over time: each frame's by the assignment of least cost (Kuhn 1955) to where tracklets are expected by
 * their velocity. Cost: distance, looks and area.
 * @param frames the regions of each frame
 * @param shots frames at which something else begins: no link crosses them
 */
export function linkRegions (
  frames: ReadonlyArray<readonly Region[]>,
  diagonal: number,
  shots: ReadonlySet<number> = new Set()
): Tracklet[] {
  const gate = GATE * diagonal
  const done: Growing[] = []
  let active: Growing[] = []
  frames.forEach((regions, n) => {
    if (shots.has(n)) {
      done.push(...active)
      active = []
    }
    const taken = new Set<number>()
    const scores = active.map(tracklet => regions.map(region => -linkCost(tracklet, region, n, gate)))
    for (const { row, column } of regions.length === 0 ? [] : assign(scores)) {
      if (scores[row]![column]! < -MOST_COST) continue
      taken.add(column)
      extend(active[row]!, regions[column]!, n)
    }
    const going = active.filter(({ frames }) => n - frames.at(-1)! < COASTING)
    done.push(...active.filter(({ frames }) => n - frames.at(-1)! >= COASTING))
    active = [
      ...going,
      ...regions.flatMap((region, i) => taken.has(i) ? [] : [beginAt(region, n)]),
    ]
  })
  done.push(...active)
  return done
    .map(({ frames, regions }) => trackletOf(frames, regions))
    .sort((a, b) => a.frames[0]! - b.frames[0]! || a.regions[0]!.top - b.regions[0]!.top ||
      a.regions[0]!.left - b.regions[0]!.left)
}

function beginAt (region: Region, n: number): Growing {
  const { looks, area } = region
  return { frames: [n], regions: [region], velocity: [0, 0], looks, unlike: USUAL_UNLIKE, area }
}

function linkCost (tracklet: Growing, region: Region, n: number, gate: number) {
  const { frames, regions, velocity, looks, unlike, area } = tracklet
  const gap = n - frames.at(-1)!
  const last = regions.at(-1)!
  const distance = Math.hypot(
    last.row + velocity[0] * gap - region.row,
    last.column + velocity[1] * gap - region.column
  )
  const size = areaDistance(area, region.area)
  if (distance > gate || size > Math.log(MOST_AREA_RATIO)) return -NEVER
  if (looksOther(looks, area, region.looks, region.area, SUDDEN * unlike)) return -NEVER
  return distance / gate + weightedLooks(looks, area, region.looks, region.area) + size
}

function extend (tracklet: Growing, region: Region, n: number): void {
  const last = tracklet.regions.at(-1)!
  const gap = n - tracklet.frames.at(-1)!
  const now = [(region.row - last.row) / gap, (region.column - last.column) / gap] as const
  // The first step may be the start of anything, so it is trusted less.
  tracklet.velocity = tracklet.frames.length > 1
    ? [0.5 * tracklet.velocity[0] + 0.5 * now[0], 0.5 * tracklet.velocity[1] + 0.5 * now[1]]
    : [0.7 * now[0], 0.7 * now[1]]
  tracklet.unlike = 0.9 * tracklet.unlike + 0.1 * Math.max(LEAST_UNLIKE, looksDistance(tracklet.looks, region.looks))
  tracklet.looks = tracklet.looks.map((value, i) => 0.8 * value + 0.2 * region.looks[i]!)
  tracklet.area = 0.7 * tracklet.area + 0.3 * region.area
  tracklet.frames.push(n)
  tracklet.regions.push(region)
}

export function trackletOf (frames: readonly number[], regions: readonly Region[]): Tracklet {
  const looks = new Float32Array(regions[0]!.looks.length)
  for (const region of regions) for (let i = 0; i < looks.length; i++) looks[i]! += region.looks[i]! / regions.length
  const steps = (place: (region: Region) => number) => regions.slice(1).map((region, i) =>
    Math.abs(place(region) - place(regions[i]!)) / (frames[i + 1]! - frames[i]!))
  return {
    frames,
    regions,
    looks,
    area: medianOf(regions.map(({ area }) => area)),
    box: [
      medianOf(regions.map(({ top, bottom }) => bottom - top)),
      medianOf(regions.map(({ left, right }) => right - left)),
    ],
    middle: [medianOf(regions.map(({ row }) => row)), medianOf(regions.map(({ column }) => column))],
    speed: regions.length < 3
      ? undefined
      : [quantile(steps(({ row }) => row), 0.9), quantile(steps(({ column }) => column), 0.9)],
    extent: medianOf(regions.map(({ top, bottom, left, right }) => Math.max(bottom - top, right - left))),
  }
}

/**
 * Joins tracklets where one ends and exactly one other begins, which begins nowhere else, with nothing else there: it
 * goes on, whatever its size has become.
 */
export function chainTracklets (tracklets: readonly Tracklet[], shots: ReadonlySet<number>): Tracklet[] {
  const { successors, predecessors } = findEvents(tracklets, shots)
  const live = new Map<number, Array<{ index: number, region: Region }>>()
  tracklets.forEach(({ frames, regions }, index) => frames.forEach((n, i) => {
    const here = live.get(n)
    if (here === undefined) live.set(n, [{ index, region: regions[i]! }])
    else here.push({ index, region: regions[i]! })
  }))
  interface Chain { frames: number[], regions: Region[] }
  const chains: Chain[] = []
  const chainOf: Chain[] = []
  tracklets.forEach((tracklet, i) => {
    const [before] = predecessors[i]!
    const previous = before === undefined ? undefined : tracklets[before]
    const goesOn = previous !== undefined && predecessors[i]!.length === 1 && successors[before!]!.length === 1 &&
      weightedLooks(previous.looks, previous.area, tracklet.looks, tracklet.area) < MOST_COST &&
      !looksOther(previous.looks, previous.area, tracklet.looks, tracklet.area, MOST_CHANGE) &&
      [previous.frames.at(-1)!, tracklet.frames[0]!].every(n => live.get(n)!.every(({ index, region }) =>
        index === i || index === before ||
        !(touches(region, previous.regions.at(-1)!) || touches(region, tracklet.regions[0]!))))
    if (goesOn) {
      const chain = chainOf[before!]!
      chain.frames.push(...tracklet.frames)
      chain.regions.push(...tracklet.regions)
      chainOf[i] = chain
    } else {
      const chain = { frames: [...tracklet.frames], regions: [...tracklet.regions] }
      chains.push(chain)
      chainOf[i] = chain
    }
  })
  return chains.map(({ frames, regions }) => trackletOf(frames, regions))
}

/** Finds for each tracklet those that begin where it ends, and those that end where it begins, within COASTING. */
export function findEvents (tracklets: readonly Tracklet[], shots: ReadonlySet<number>) {
  const starts = new Map<number, number[]>()
  tracklets.forEach(({ frames: [first] }, i) => starts.set(first!, [...starts.get(first!) ?? [], i]))
  const successors = tracklets.map((): number[] => [])
  const predecessors = tracklets.map((): number[] => [])
  tracklets.forEach((tracklet, i) => {
    const end = tracklet.frames.at(-1)!
    for (let n = end + 1; n <= end + COASTING && !shots.has(n); n++) {
      for (const j of starts.get(n) ?? []) {
        if (!touches(tracklet.regions.at(-1)!, tracklets[j]!.regions[0]!)) continue
        successors[i]!.push(j)
        predecessors[j]!.push(i)
      }
    }
  })
  return { successors, predecessors }
}

/** Whether two boxes overlap or lie at most two pixels apart. */
export function touches (a: Box, b: Box, margin = 2): boolean {
  return Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) + margin > 0 &&
    Math.min(a.right, b.right) - Math.max(a.left, b.left) + margin > 0
}
