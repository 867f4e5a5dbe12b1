/** Stages: parts are added one after another, and a sprite begins where the residual says that something is. */
import type { NamedArray, NamedArrays } from '../../engine/engine.js'
import type { LayeredModelConfig } from '../../config/layered-schema.js'
import type { LayeredPlan, Sprite } from './plan.js'
import { EMPTY, statisticName } from './statistics.js'

/** A sprite is looked for during so many steps before it is drawn. */
const OBSERVED_STEPS = 16
const MEAN_SHIFTS = 5
/** Added to the variance of the key points around their mode: half a pixel squared. */
const LEAST_VARIANCE = 0.5

/**
 * What a step finds changed: from 16 steps before its time a sprite is looked for, and when it is due its prior is set from where it was found. A
 * function of the state alone, so that a resumed run does the same.
 * @returns undefined when this step changes nothing
 */
export function prepareStage (step: number, { foreground, attention }: LayeredPlan, config: LayeredModelConfig): ((statistics: NamedArrays) => NamedArrays) | undefined {
  const due = foreground.filter(({ activeFrom }) => activeFrom === step && step > 0)
  const coming = foreground.filter(({ activeFrom }) => activeFrom > 0 && step === Math.max(0, activeFrom - OBSERVED_STEPS))
  if (due.length === 0 && coming.length === 0) return undefined
  return statistics => {
    const changes: Record<string, NamedArray> = {}
    for (const { kind, partition: { name } } of coming) if (kind === 'sprite') changes[statisticName(name, 'observed')] = scalar(1)
    for (const part of due) {
      const { name } = part.partition
      changes[statisticName(name, 'active')] = scalar(1)
      if (part.kind === 'layer' || part.prior !== undefined) continue
      const prior = priorFrom(statistics[statisticName(name, 'keyPoints')]!.values, part, [attention.height, attention.width], config.attention.cluster)
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
  /** Whether most key points are away from any one place. */
  readonly broad: boolean
}

/**
 * A Gaussian around the mode of key points, found by mean shift (Comaniciu and Meer 2002) with a Gaussian kernel of a quarter of the sprite's extent.
 * Where fewer than `cluster` of them are near it, the thing is everywhere: then a broad one over all.
 * @param keyPoints [n, 2]; rows of −1 do not count
 */
export function priorFrom (keyPoints: Float32Array, { extent }: Pick<Sprite, 'extent'>, image: Pair, cluster: number): InitialPrior | undefined {
  const points: Pair[] = []
  for (let i = 0; i < keyPoints.length; i += 2) if (keyPoints[i] !== EMPTY) points.push([keyPoints[i]!, keyPoints[i + 1]!])
  if (points.length === 0) return undefined
  const width: Pair = [extent[0] / 4, extent[1] / 4]
  const kernel = (a: Pair, b: Pair) => Math.exp(-0.5 * (((a[0] - b[0]) / width[0]) ** 2 + ((a[1] - b[1]) / width[1]) ** 2))
  const densities = points.map(point => points.reduce((sum, other) => sum + kernel(point, other), 0))
  let mode = points[densities.indexOf(Math.max(...densities))]!
  for (let shift = 0; shift < MEAN_SHIFTS; shift++) mode = meanOf(points, points.map(point => kernel(point, mode)))
  const near = points.filter(point => Math.abs(point[0] - mode[0]) <= 2 * width[0] && Math.abs(point[1] - mode[1]) <= 2 * width[1])
  if (near.length >= cluster * points.length) {
    const variance = varianceOf(near, mode)
    return { mean: mode, variance: [variance[0] + LEAST_VARIANCE, variance[1] + LEAST_VARIANCE], broad: false }
  }
  const mean = meanOf(points, points.map(() => 1))
  const variance = varianceOf(points, mean)
  return { mean, variance: [Math.max(variance[0], (image[0] / 4) ** 2), Math.max(variance[1], (image[1] / 4) ** 2)], broad: true }
}

function meanOf (points: readonly Pair[], weights: readonly number[]): Pair {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const along = (axis: 0 | 1) => points.reduce((sum, point, i) => sum + weights[i]! * point[axis], 0) / total
  return [along(0), along(1)]
}

function varianceOf (points: readonly Pair[], centre: Pair): Pair {
  const along = (axis: 0 | 1) => points.reduce((sum, point) => sum + (point[axis] - centre[axis]) ** 2, 0) / points.length
  return [along(0), along(1)]
}
