/** Alike things that keep to rows, or to columns, of their own. */
import { medianOf } from '../quantiles.js'
import { growIdentity, type Growing, type IdentityOptions } from './identity.js'
import type { Tracklet } from './tracklets.js'

/** Places that a member takes in a larger share of its frames are in its lane; lanes are so many pixels apart. */
const [LANE_SHARE, LANE_GAP] = [0.05, 1]
/** A lane is no wider than what is in it, or than so many pixels: what roams in a half of the picture is in no lane. */
const NARROW = 4
/** So many of the lanes are taken at a time. */
const MOSTLY = 0.6
/** What keeps to lanes is in the one it began in for this share of its time. */
const KEEPING = 0.95

/**
 * Alike things that keep to rows, or to columns, of their own: each tracklet goes to the lane it begins in.
 * @returns undefined where there are fewer lanes than members
 */
export function dealToLanes (
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
    const side = medianOf(tracklets.map(({ box }) => box[axis === 'row' ? 0 : 1]))
    if (lanes.some(([from, to]) => to - from > Math.max(NARROW, side))) continue
    const laneOf = (place: number): number => {
      const away = lanes.map(([from, to]) => Math.max(0, from - place, place - to))
      return away.indexOf(Math.min(...away))
    }
    const staying = tracklets.reduce((sum, { regions }) => {
      const lane = laneOf(regions[0]![axis])
      return sum + regions.filter(region => laneOf(region[axis]) === lane).length
    }, 0)
    if (staying < KEEPING * tracklets.reduce((sum, { regions }) => sum + regions.length, 0)) continue
    const longestFirst = [...tracklets].sort((a, b) => b.frames.length - a.frames.length)
    return lanes.flatMap((_, lane) => {
      const own = longestFirst.filter(({ regions }) => laneOf(regions[0]![axis]) === lane)
      return own.length === 0 ? [] : [{ ...growIdentity(own, count), isFixed: true }]
    })
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
