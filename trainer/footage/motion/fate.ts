/** Common fate of two identities: whether they keep their relation while they move. */
import { medianOf } from '../quantiles.js'
import type { Box } from '../thing.js'
import type { Identity } from './identity.js'
import type { Region } from './regions.js'

/** How much of their own movement the offset of two parts may change by. */
const MOST_DRIFT = 0.55
/** Parts are at most so far apart, in extents of the larger. */
const MOST_GAP = 0.5
/** Seen together in so many frames, or in this share of the frames of the rarer. */
const [ENOUGH_FRAMES, ENOUGH_SHARE] = [40, 0.3]
/** Frames over which movement is measured, the most first: jitter of edges counts less over more of them. */
const LAGS = [12, 6, 3, 1]

/** Where a region is along an axis, in pixels. */
type Place = (region: Region) => number
/** Rows and columns that something goes, in pixels. */
type Way = readonly [rows: number, columns: number]

const bound = (side: keyof Box): Place => region => region[side]
const [row, column]: readonly [Place, Place] = [region => region.row, region => region.column]
const [top, bottom, left, right] = [bound('top'), bound('bottom'), bound('left'), bound('right')]
/** Where two parts are measured: at their centres, or at their ends, since what grows keeps its relation at one. */
const ROW_PLACES: ReadonlyArray<readonly [Place, Place]> =
  [[row, row], [top, top], [bottom, bottom], [top, bottom], [bottom, top]]
const COLUMN_PLACES: ReadonlyArray<readonly [Place, Place]> =
  [[column, column], [left, left], [right, right], [left, right], [right, left]]

/** Tells whether two identities are parts of one thing: near each other, and moving alike. */
export function shareFate (a: Identity, b: Identity): boolean {
  const joint = a.at.flatMap((region, n) => region === undefined || b.at[n] === undefined ? [] : [n])
  if (joint.length < Math.max(4, Math.min(ENOUGH_FRAMES, ENOUGH_SHARE * Math.min(a.seen, b.seen)))) return false
  const gaps = joint.map(n => gapBetween(a.at[n]!, b.at[n]!))
  if (medianOf(gaps) > MOST_GAP * Math.max(a.extent, b.extent)) return false
  for (const lag of LAGS) {
    const pairs = joint.filter(n => a.at[n + lag] !== undefined && b.at[n + lag] !== undefined)
    if (pairs.length < 6) continue
    const wayOf = (at: Identity['at'], n: number, rowOf: Place, columnOf: Place): Way =>
      [rowOf(at[n + lag]!) - rowOf(at[n]!), columnOf(at[n + lag]!) - columnOf(at[n]!)]
    return ROW_PLACES.some(rows => COLUMN_PLACES.some(columns => keepRelation(pairs.map(n =>
      [wayOf(a.at, n, rows[0], columns[0]), wayOf(b.at, n, rows[1], columns[1])]))))
  }
  return false
}

/** Measures the pixels between two boxes along the axis on which they are farther apart; 0 where they overlap. */
function gapBetween (a: Box, b: Box): number {
  return Math.max(
    0,
    Math.max(a.top, b.top) - Math.min(a.bottom, b.bottom),
    Math.max(a.left, b.left) - Math.min(a.right, b.right)
  )
}

/** Tells whether the offset of two parts changes by little beside how far they go. */
function keepRelation (ways: ReadonlyArray<readonly [Way, Way]>): boolean {
  let [drift, movement, moving] = [0, 0, 0]
  for (const [p, q] of ways) {
    const most = Math.max(Math.hypot(...p), Math.hypot(...q))
    if (most <= 1) continue
    moving++
    movement += most
    drift += Math.min(Math.hypot(p[0] - q[0], p[1] - q[1]), 2 * most)
  }
  return moving >= 3 && drift < MOST_DRIFT * movement
}
