import { assign } from '../disentanglement/assignment.js'
import { contingencyOf, type Contingency } from './contingency.js'

/** How well the true things of an image are covered. Each is a mean over its things, in [0, 1]. */
export interface Overlaps {
  /** Intersection over union with the segment that each thing is matched to, one for one; 0 for one without any. */
  readonly matchedIou: number
  /** Intersection over union with the best segment, which several things may share. */
  readonly bestOverlap: number
}

/**
 * Computes the overlap of true things with predicted segments by intersection over union (Jaccard index).
 * `matchedIou` matches segments to things one for one so that the sum is largest; `bestOverlap` takes for each thing
 * the best one (mean best overlap, mBO: Seitzer et al. 2023, "Bridging the gap to real-world object-centric learning",
 * after Pont-Tuset et al. 2017). The segment of the background, label 0, takes part in neither.
 * @param pairs of the pixels of an image: true things by number and predicted segments by number, 0 for the background
 * @returns undefined for an image without things
 */
export function overlapsOf (pairs: Contingency): Overlaps | undefined {
  const table = intersectionsOverUnions(pairs)
  const { things: { length: things }, scores } = table
  if (things === 0) return undefined
  const matched = match(table).reduce((sum, { iou }) => sum + iou, 0)
  const best = scores.reduce((sum, row) => sum + Math.max(0, ...row), 0)
  return { matchedIou: matched / things, bestOverlap: best / things }
}

/** A true thing and the segment that it is matched to, by their labels. */
export interface Match {
  readonly thing: number
  readonly segment: number
  /** Intersection over union, above 0. */
  readonly iou: number
}

/** Matches segments to things one for one, so that the sum of intersections over unions is largest. */
export function matchThings (truth: Uint8Array, predicted: Uint8Array): Match[] {
  return match(intersectionsOverUnions(contingencyOf(truth, predicted)))
}

function match ({ things, segments, scores }: ReturnType<typeof intersectionsOverUnions>): Match[] {
  return assign(scores)
    .map(({ row, column }) => ({ thing: things[row]!, segment: segments[column]!, iou: scores[row]![column]! }))
    .filter(({ iou }) => iou > 0)
}

/** → labels of true things and of segments, and the intersection over union of each with each, [things][segments] */
function intersectionsOverUnions ({ rows, columns, counts, rowSums, columnSums }: Contingency) {
  const foreground = columns.flatMap((label, s) => label > 0 ? [s] : [])
  const scores = rows.flatMap((label, r) => label === 0
    ? []
    : [foreground.map(s => counts[r]![s]! / (rowSums[r]! + columnSums[s]! - counts[r]![s]!))])
  return { things: rows.filter(label => label > 0), segments: columns.filter(label => label > 0), scores }
}
