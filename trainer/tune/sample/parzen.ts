/** A density over parameters: the mean of kernels at what was observed, and of one that covers all (the prior). */
import type { Random } from '../../random/index.js'
import { axisOf, nearest, type ChoiceParameter, type NumericParameter, type Parameter } from '../space/parameter.js'
import { drawTruncated, logNormalDensity, normalMass } from './normal.js'

/** One parameter's part of a product of densities, in K kernels; a value is a number, or a choice's index. */
interface Marginal {
  draw (kernel: number, random: Random): number
  /** Adds log p(value | kernel) to `sums`. sums: [K] */
  addLogDensities (value: number, sums: Float64Array): void
}

export interface ParzenEstimator {
  /** Draws a value of each parameter, from one kernel. → [parameters] */
  draw (random: Random): number[]
  /** The logarithm of the density, up to a constant of the space. values: [parameters] */
  logDensity (values: readonly number[]): number
}

/**
 * Estimates a density from observations. Kernels are products over the parameters: a cut off normal for numbers, its
 * width as wide as the gap to the farther neighbour (Bergstra et al. 2011), at least the range divided by
 * min(100, (K + 1)^1.5) ("magic clip", Watanabe 2023, there with other exponents); for choices the observed one and a
 * share of all. The last kernel is the prior: over the whole range.
 * @param parameters those of one group, all of which each observation has
 * @param observations [n][parameters], numbers or a choice's index, oldest first
 * @param weights [n + 1], the last the prior's
 */
export function estimateDensity (
  parameters: readonly Parameter[],
  observations: ReadonlyArray<readonly number[]>,
  weights: readonly number[]
): ParzenEstimator {
  const marginals = parameters.map((parameter, i): Marginal => {
    const values = observations.map(observation => observation[i]!)
    return parameter.type === 'choice' ? choiceMarginal(parameter, values) : numericMarginal(parameter, values)
  })
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const logWeights = weights.map(weight => Math.log(weight / total))
  return {
    draw (random) {
      let rest = random.uniform() * total
      const found = weights.findIndex(weight => (rest -= weight) < 0)
      const kernel = found < 0 ? weights.length - 1 : found
      return marginals.map(marginal => marginal.draw(kernel, random))
    },
    logDensity (values) {
      const sums = Float64Array.from(logWeights) // [K]
      marginals.forEach((marginal, i) => marginal.addLogDensities(values[i]!, sums))
      return logSumExp(sums)
    },
  }
}

function choiceMarginal ({ choices }: ChoiceParameter, observed: readonly number[]): Marginal {
  const kernels = observed.length + 1
  const share = 1 / kernels
  const sum = 1 + choices.length * share
  const probability = (kernel: number, choice: number) => kernel === kernels - 1
    ? 1 / choices.length
    : (share + Number(observed[kernel] === choice)) / sum
  return {
    draw (kernel, random) {
      let rest = random.uniform()
      const found = choices.findIndex((_, choice) => (rest -= probability(kernel, choice)) < 0)
      return found < 0 ? choices.length - 1 : found
    },
    addLogDensities (value, sums) {
      for (let kernel = 0; kernel < kernels; kernel++) sums[kernel]! += Math.log(probability(kernel, value))
    },
  }
}

function numericMarginal (parameter: NumericParameter, observed: readonly number[]): Marginal {
  const { low, high, log, step } = axisOf(parameter)
  const place = (value: number) => log ? Math.log(value) : value
  const places = observed.map(place)
  const means = [...places, (low + high) / 2] // [K]
  const deviations = [...widthsOf(places, low, high), high - low] // [K]
  const logMasses = means.map((mean, k) => // [K]
    Math.log(normalMass((low - mean) / deviations[k]!, (high - mean) / deviations[k]!)))
  return {
    draw (kernel, random) {
      const drawn = drawTruncated(means[kernel]!, deviations[kernel]!, low, high, random)
      return nearest(parameter, log ? Math.exp(drawn) : drawn)
    },
    addLogDensities (value, sums) {
      const [from, to] = step === undefined ? [NaN, NaN] : [place(value - step / 2), place(value + step / 2)]
      const at = place(value)
      for (let k = 0; k < sums.length; k++) {
        const [mean, deviation] = [means[k]!, deviations[k]!]
        const density = step === undefined
          ? logNormalDensity((at - mean) / deviation) - Math.log(deviation)
          : Math.log(normalMass((from - mean) / deviation, (to - mean) / deviation))
        sums[k]! += density - logMasses[k]!
      }
    },
  }
}

/**
 * Above 1 kernels narrow sooner as trials come in. Of those tried (1, 1.25, 1.5) on 100 seeds that the benchmark does
 * not take, this one had the lowest medians.
 */
const CLIP_EXPONENT = 1.5

/** The kernels' deviations: the gap to the farther neighbour, within the clip. places: [n] → [n] */
function widthsOf (places: readonly number[], low: number, high: number): number[] {
  const order = places.map((_, i) => i).sort((i, j) => places[i]! - places[j]!)
  const sorted = order.map(i => places[i]!)
  const last = sorted.length - 1
  const narrowest = (high - low) / Math.min(100, (places.length + 2) ** CLIP_EXPONENT)
  const widths = new Array<number>(places.length)
  order.forEach((i, rank) => {
    const below = rank > 0 ? sorted[rank]! - sorted[rank - 1]! : undefined
    const above = rank < last ? sorted[rank + 1]! - sorted[rank]! : undefined
    // The outermost look at their one neighbour, not at the range's end; a single one has only the ends.
    const gap = last === 0
      ? Math.max(sorted[0]! - low, high - sorted[0]!)
      : Math.max(below ?? 0, above ?? 0)
    widths[i] = Math.min(Math.max(gap, narrowest), high - low)
  })
  return widths
}

function logSumExp (values: Float64Array): number {
  const largest = values.reduce((a, b) => Math.max(a, b), -Infinity)
  if (largest === -Infinity) return -Infinity
  return largest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - largest), 0))
}
