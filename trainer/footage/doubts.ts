/** What is doubtful about the things that were found in footage, in words for people. */
import type { FootageAnalysis } from './analyse.js'
import { frameAt, nameFrames, type Frames } from './frames.js'
import { meanOf, varianceOf } from './quantiles.js'
import { behindOf, type Scene } from './scene.js'
import { measureScrolling } from './scrolling.js'
import type { Box } from './thing.js'

/** Share of what moves that may be in no thing without a word. */
const MOST_UNEXPLAINED = 0.05
/** Things whose places correlate by more may be one. */
const MOST_CORRELATION = 0.98
/** Things that are seen in fewer of the frames are hardly learned. */
const LEAST_SEEN = 0.25
/** A background that changes more often has states, and is one scene. */
const MOST_CUTS = 2
/** Standard deviation, in pixels, of places that stay where they are. */
const STAYING = 1
/** Frames in which two things are seen, to say how their places correlate. */
const LEAST_TOGETHER = 30

/** Finds what a person should look at before a model is trained: whole sentences. */
export function findDoubts ({ frames, scene, cues, things, cuts }: FootageAnalysis): string[] {
  const rare = things.flatMap(({ seen }, i) => seen < LEAST_SEEN
    ? [`p${i + 1} is seen in ${percent(seen)} of the frames only`]
    : [])
  const scenes = cuts === undefined ? describeChanges(frames, scene) : [cuts]
  if (cues.by !== 'motion') {
    const unexplained = 1 - things.reduce((sum, { energy }) => sum + energy, 0)
    const rest = unexplained > MOST_UNEXPLAINED
      ? [`${percent(unexplained)} of what changes belongs to none of them: see what has no box in the picture of them`]
      : []
    return [...rare, ...rest, ...cuts === undefined ? [] : [cuts]]
  }
  const pairs = cues.things.flatMap((a, i) => cues.things.slice(i + 1).flatMap((b, k) => {
    const correlation = placeCorrelation(a.boxes, b.boxes)
    return correlation > MOST_CORRELATION
      ? [`p${i + 1} and p${i + k + 2} go the same way (their places correlate by ${correlation.toFixed(3)}) and may ` +
        'be one thing']
      : []
  }))
  const more = cues.more > 0
    ? [`${cues.more} more ${cues.more === 1 ? 'thing stands' : 'things stand'} out: --objects ` +
      `${things.length + cues.more} gives each a partition`]
    : []
  const rest = cues.unexplained > MOST_UNEXPLAINED
    ? [`${percent(cues.unexplained)} of what changes belongs to none of them: it has white dashes around it in the ` +
      'picture of them']
    : []
  const scrolling = measureScrolling(cues.things.map(({ boxes }) => boxes))
  const scroll = scrolling === undefined
    ? []
    : [`most things go the same way at once in ${percent(scrolling)} of the frames in which three or more move: the ` +
      'scene seems to scroll, which is not told from things that move; footage of a camera that stands still is needed']
  return [...rare, ...pairs, ...scroll, ...more, ...rest, ...scenes]
}

/** Says where the background changes for good, or nearly: as where two clips were put together. */
function describeChanges (frames: Frames, scene: Scene): string[] {
  if (scene.stills.length < 2) return []
  const shown = Array.from({ length: frames.count }, (_, n) =>
    scene.stills.indexOf(behindOf(frameAt(frames, n), scene).still))
  const cuts = shown.flatMap((still, n) => n > 0 && still !== shown[n - 1] ? [n] : [])
  if (cuts.length === 0 || cuts.length > MOST_CUTS) return []
  return [`the background becomes another at ${nameFrames(frames, cuts)}: if these are several scenes, train on ` +
    'one of them']
}

/**
 * Computes the smaller of the correlations of rows and of columns, over frames that show both; 0 where these are few.
 * An axis along which neither of them moves does not count.
 */
function placeCorrelation (a: ReadonlyArray<Box | undefined>, b: ReadonlyArray<Box | undefined>): number {
  const both = a.flatMap((box, n) => box === undefined || b[n] === undefined ? [] : [[box, b[n]] as const])
  if (both.length < LEAST_TOGETHER) return 0
  const along = (low: 'top' | 'left', high: 'bottom' | 'right') =>
    correlationOf(both.map(([p]) => (p[low] + p[high]) / 2), both.map(([, q]) => (q[low] + q[high]) / 2))
  const known = [along('top', 'bottom'), along('left', 'right')].filter(value => value !== undefined)
  return known.length === 0 ? 0 : Math.min(...known)
}

/** Computes the correlation of places in pixels; undefined where both stay within about one. */
function correlationOf (a: readonly number[], b: readonly number[]): number | undefined {
  if (Math.max(varianceOf(a), varianceOf(b)) < STAYING ** 2) return undefined
  const [meanA, meanB] = [meanOf(a), meanOf(b)]
  const covariance = meanOf(a.map((value, i) => (value - meanA) * (b[i]! - meanB)))
  const scale = Math.sqrt(varianceOf(a) * varianceOf(b))
  return scale === 0 ? 0 : covariance / scale
}

const percent = (share: number) => `${Math.round(100 * share)}%`
