/** How a tracklet moves, which growing and switching on and off do not count as. */
import { medianOf, quantile } from '../quantiles.js'
import type { Box } from '../thing.js'
import type { Tracklet } from './tracklets.js'

/** Frames over which movement is looked for. */
const LAG = 6
/** What changes in place goes to so few places in so much of its moves; of things at most .51 was measured. */
const [FEW_PLACES, TO_FEW] = [4, 0.75]
/** Moves that tell: what rests in the waves trembles some 20 times between a few places. */
const FEWEST_MOVES = 30

/** The part of two edges' movements that is common to both: none where they go opposite ways. */
function common (a: number, b: number): number {
  return Math.sign(a) === Math.sign(b) ? Math.sign(a) * Math.min(Math.abs(a), Math.abs(b)) : 0
}

/** Measures how far both opposite edges went the same way, in pixels: the larger of the two axes. */
export function translationOf ({ regions }: Tracklet): number {
  const along = (low: 'top' | 'left', high: 'bottom' | 'right') =>
    Math.max(...[0, regions.length >> 1].map(k => {
      const ways = regions.map(region => common(region[low] - regions[k]![low], region[high] - regions[k]![high]))
      return maximum(ways) - minimum(ways)
    }))
  return Math.max(along('top', 'bottom'), along('left', 'right'))
}

/** Measures how far a thing mostly gets over all its tracklets: 5th to 95th percentile of both edges' movement. */
export function rangeOf (tracklets: readonly Tracklet[]): number {
  const regions = tracklets.flatMap(({ regions }) => regions)
  const along = (low: 'top' | 'left', high: 'bottom' | 'right') => {
    const [from, to] = [medianOf(regions.map(region => region[low])), medianOf(regions.map(region => region[high]))]
    const ways = regions.map(region => common(region[low] - from, region[high] - to))
    return quantile(ways, 0.95) - quantile(ways, 0.05)
  }
  return Math.max(along('top', 'bottom'), along('left', 'right'))
}

/** Measures in what share of its frames a tracklet goes a pixel or more within six frames. */
function activityOf ({ regions }: Tracklet): number {
  if (regions.length < 3) return 0
  const lag = Math.min(LAG, regions.length - 1)
  let moving = 0
  for (let i = lag; i < regions.length; i++) {
    const [a, b] = [regions[i - lag]!, regions[i]!]
    const rows = Math.abs(common(b.top - a.top, b.bottom - a.bottom))
    const columns = Math.abs(common(b.left - a.left, b.right - a.right))
    if (Math.max(rows, columns) >= 1) moving++
  }
  return moving / (regions.length - lag)
}

/** Measures the same of several tracklets, by their frames. */
export function activityOfAll (tracklets: readonly Tracklet[]): number {
  return meanByFrames(tracklets, activityOf)
}

/**
 * Tells whether boxes, in the order of frames, go to and fro between a few places: something that changes in place, as
 * a spinner or an arm between its poses, and goes nowhere. What moves comes to ever new places, or rests after it.
 */
export function isInPlace (boxes: readonly Box[]): boolean {
  const moves = boxes.filter((box, i) => i > 0 && keyOf(box) !== keyOf(boxes[i - 1]!))
  if (moves.length < FEWEST_MOVES) return false
  const times = new Map<string, number>()
  for (const box of moves) times.set(keyOf(box), (times.get(keyOf(box)) ?? 0) + 1)
  const most = [...times.values()].sort((a, b) => b - a).slice(0, FEW_PLACES).reduce((a, b) => a + b, 0)
  return most >= TO_FEW * moves.length
}

/** Names a box by its sides. */
export function keyOf ({ top, bottom, left, right }: Box): string {
  return `${top},${bottom},${left},${right}`
}

/** Averages a measure of tracklets, each as often as it has frames. */
export function meanByFrames (tracklets: readonly Tracklet[], measure: (tracklet: Tracklet) => number): number {
  const frames = tracklets.reduce((sum, { frames }) => sum + frames.length, 0)
  return tracklets.reduce((sum, tracklet) => sum + measure(tracklet) * tracklet.frames.length, 0) / frames
}

/** Measures the median overlap (intersection over union) of its boxes so many frames apart: 1 where it stays. */
export function overlapAtLag ({ regions }: Tracklet, lag: number): number {
  const overlaps: number[] = []
  for (let i = lag; i < regions.length; i++) {
    const [a, b] = [regions[i - lag]!, regions[i]!]
    const shared = Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)) *
      Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left))
    const area = ({ top, bottom, left, right }: typeof a) => (bottom - top) * (right - left)
    overlaps.push(shared / (area(a) + area(b) - shared))
  }
  return overlaps.length === 0 ? 0 : medianOf(overlaps)
}

function maximum (values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b), -Infinity)
}

function minimum (values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b), Infinity)
}
