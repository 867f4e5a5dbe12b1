/** Stages: parts are added one after another, and a sprite begins where the residual says that something is. */
import type { NamedArray, NamedArrays } from '../../foundation/training-state.js'
import type { LayeredModelConfig } from '../../config/layered-schema.js'
import type { LayeredPlan, Sprite } from './plan.js'
import { EMPTY, statisticName } from './statistics.js'

/** A sprite is looked for during so many steps before it is drawn. */
const OBSERVED_STEPS = 16
const MEAN_SHIFTS = 5
const MOST_CLUSTERS = 4
/** A cluster grows by points within so many of its standard deviations. */
const REACH = 2
const MOST_GROWTHS = 30
/** A cluster whose standard deviations are more than this share of the image along both axes is everywhere. */
const WIDE = 1 / 7
/** Added to the variance of the key points around their mode: half a pixel squared. */
const LEAST_VARIANCE = 0.5

/**
 * Prepares the changes to the statistics that a step begins with: from 16 steps before its time a sprite is looked for,
 * and when it is due its prior is set from where it was found. A function of the state alone, so that a resumed run
 * does the same.
 * @returns undefined when this step changes nothing
 */
export function prepareStage (
  step: number,
  { foreground, attention }: LayeredPlan,
  config: LayeredModelConfig
): ((statistics: NamedArrays) => NamedArrays) | undefined {
  const due = foreground.filter(({ activeFrom }) => activeFrom === step && step > 0)
  const coming = foreground.filter(
    ({ activeFrom }) => activeFrom > 0 && step === Math.max(0, activeFrom - OBSERVED_STEPS)
  )
  if (due.length === 0 && coming.length === 0) return undefined
  return statistics => {
    const changes: Record<string, NamedArray> = {}
    for (const {
      kind,
      partition: { name },
    } of coming) {
      if (kind === 'sprite') changes[statisticName(name, 'observed')] = scalar(1)
    }
    for (const part of due) {
      const { name } = part.partition
      changes[statisticName(name, 'active')] = scalar(1)
      if (part.kind === 'layer' || part.prior !== undefined) continue
      const prior = priorFrom(
        statistics[statisticName(name, 'keyPoints')]!.values,
        part,
        [attention.height, attention.width],
        config.attention.cluster
      )
      if (prior === undefined) continue
      changes[statisticName(name, 'mean')] = { shape: [2], values: Float32Array.from(prior.mean) }
      changes[statisticName(name, 'variance')] = { shape: [2], values: Float32Array.from(prior.variance) }
      changes[statisticName(name, 'broad')] = scalar(Number(prior.broad))
    }
    return { ...statistics, ...changes }
  }
}

const scalar = (value: number): NamedArray => ({ shape: [], values: Float32Array.of(value) })

type Pair = readonly [row: number, column: number]

export interface InitialPrior {
  readonly mean: Pair
  readonly variance: Pair
  /** Whether the thing is everywhere, so that its mean says nothing. */
  readonly broad: boolean
}

/** A Gaussian, and how many of the points it holds. */
interface Cluster {
  readonly mean: Pair
  readonly variance: Pair
  readonly members: readonly Pair[]
}

/**
 * A Gaussian on the largest cluster of key points. Frames hold several things, so that key points fall into several
 * clusters, some narrow and some wide: those of a thing that stays are the densest, those of one that moves may be
 * more. Found one after another, each from the densest place of what the others left. Where none has `cluster` of all
 * points, or it is wide along both axes, the thing is everywhere: then a broad one over all.
 * @param keyPoints [n, 2]; rows of −1 do not count
 */
export function priorFrom (
  keyPoints: Float32Array,
  { extent }: Pick<Sprite, 'extent'>,
  image: Pair,
  cluster: number
): InitialPrior | undefined {
  const points: Pair[] = []
  for (let i = 0; i < keyPoints.length; i += 2) {
    if (keyPoints[i] !== EMPTY) points.push([keyPoints[i]!, keyPoints[i + 1]!])
  }
  if (points.length === 0) return undefined
  const { mean, variance, members } = clustersOf(points, [extent[0] / 4, extent[1] / 4]).reduce((a, b) =>
    b.members.length > a.members.length ? b : a
  )
  const isWide = ([0, 1] as const).every(axis => variance[axis] > (WIDE * image[axis]) ** 2)
  if (members.length >= cluster * points.length && !isWide) {
    return { mean, variance: [variance[0] + LEAST_VARIANCE, variance[1] + LEAST_VARIANCE], broad: false }
  }
  const centre = meanOf(
    points,
    points.map(() => 1)
  )
  const spread = varianceOf(points, centre)
  return {
    mean: centre,
    variance: [Math.max(spread[0], (image[0] / 4) ** 2), Math.max(spread[1], (image[1] / 4) ** 2)],
    broad: true,
  }
}

/** Clusters of points, none of them empty; a few points may be in none. width: of the kernel, in rows and columns. */
function clustersOf (points: readonly Pair[], width: Pair): Cluster[] {
  const clusters: Cluster[] = []
  for (let left = points; left.length > 0 && clusters.length < MOST_CLUSTERS;) {
    const found = grownFrom(modeOf(left, width), left, width)
    clusters.push(found)
    left = left.filter(point => !found.members.includes(point))
  }
  return clusters
}

/** The densest place, by mean shift (Comaniciu and Meer 2002) with a Gaussian kernel. */
function modeOf (points: readonly Pair[], width: Pair): Pair {
  const kernel = (a: Pair, b: Pair) =>
    Math.exp(-0.5 * (((a[0] - b[0]) / width[0]) ** 2 + ((a[1] - b[1]) / width[1]) ** 2))
  const densities = points.map(point => points.reduce((sum, other) => sum + kernel(point, other), 0))
  let mode = points[densities.indexOf(Math.max(...densities))]!
  for (let shift = 0; shift < MEAN_SHIFTS; shift++) mode = meanOf(points, points.map(point => kernel(point, mode)))
  return mode
}

/**
 * From the points that are within a kernel's width of the mode to all that are within two standard deviations of those
 * it has, again and again.
 */
function grownFrom (mode: Pair, points: readonly Pair[], width: Pair): Cluster {
  const nearest = points.reduce((best, point) => distance(point, mode) < distance(best, mode) ? point : best)
  let cluster: Cluster = {
    mean: mode,
    variance: [(width[0] / REACH) ** 2, (width[1] / REACH) ** 2],
    members: [nearest],
  }
  for (let growth = 0; growth < MOST_GROWTHS; growth++) {
    const { mean, variance } = cluster
    const members = points.filter(point =>
      ([0, 1] as const).every(
        axis => (point[axis] - mean[axis]) ** 2 <= REACH ** 2 * (variance[axis] + LEAST_VARIANCE)
      )
    )
    if (members.length <= cluster.members.length) break
    const centre = meanOf(members, members.map(() => 1))
    cluster = { mean: centre, variance: varianceOf(members, centre), members }
  }
  return cluster
}

const distance = (a: Pair, b: Pair) => Math.hypot(a[0] - b[0], a[1] - b[1])

function meanOf (points: readonly Pair[], weights: readonly number[]): Pair {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const along = (axis: 0 | 1) => points.reduce((sum, point, i) => sum + weights[i]! * point[axis], 0) / total
  return [along(0), along(1)]
}

function varianceOf (points: readonly Pair[], centre: Pair): Pair {
  const along = (axis: 0 | 1) =>
    points.reduce((sum, point) => sum + (point[axis] - centre[axis]) ** 2, 0) / points.length
  return [along(0), along(1)]
}
