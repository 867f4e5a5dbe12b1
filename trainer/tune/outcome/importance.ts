/** How much each parameter decides whether a trial is among the best: PED-ANOVA (Watanabe et al. 2023). */
import type { StudyState, Trial } from '../journal/replay.js'
import { orderByDominance } from '../sample/pareto.js'
import { axisOf, countOf, type NumericParameter, type Parameter } from '../space/parameter.js'
import type { Space } from '../space/groups.js'
import { normalMass } from '../sample/normal.js'
import { asLoss, type Objective } from '../study/objective.js'

/** The share of trials that count as the best; at least two do. */
const QUANTILE = 0.1
/** Cells of a parameter's range. */
const CELLS = 50

export interface Importance {
  readonly path: string
  /** Shares that add up to 1. */
  readonly share: number
}

/**
 * Gives each parameter's importance: the Pearson divergence of where the best trials are from where all are, over a
 * grid of its range. A parameter that does not matter is spread alike in both. Trials that did not end are left out.
 * @returns the most important first; empty for fewer than 5 trials
 */
export function importanceOf (study: StudyState, space: Space, objectives: readonly Objective[]): Importance[] {
  const trials = study.trials.filter(({ state, values }) => state === 'complete' && values !== undefined)
  if (trials.length < 5) return []
  const losses = trials.map(({ values }) => objectives.map((objective, i) => asLoss(values![i]!, objective)))
  const order = orderByDominance(losses)
  const best = order.slice(0, Math.max(2, Math.ceil(QUANTILE * trials.length))).map(i => trials[i]!)
  const divergences = Object.entries(space).map(([path, parameter]) =>
    ({ path, value: countOf(parameter) < 2 ? 0 : divergenceOf(parameter, path, best, trials) }))
  const total = divergences.reduce((sum, { value }) => sum + value, 0)
  return divergences
    .map(({ path, value }) => ({ path, share: total === 0 ? 1 / divergences.length : value / total }))
    .sort((a, b) => b.share - a.share)
}

/** ∫ g (f / g − 1)² of the densities f of the best and g of all, among trials that have the parameter. */
function divergenceOf (parameter: Parameter, path: string, best: readonly Trial[], all: readonly Trial[]): number {
  const drawn = (trials: readonly Trial[]) => trials.flatMap(({ parameters }) => parameters.get(path) ?? [])
  if (drawn(best).length === 0) return 0
  const density = parameter.type === 'choice' ? choiceDensity(parameter.choices.length) : gridDensity(parameter)
  const [f, g] = [density(drawn(best)), density(drawn(all))]
  return g.reduce((sum, cell, i) => sum + cell * (f[i]! / cell - 1) ** 2, 0)
}

type Density = (drawn: readonly number[]) => number[]

/** Shares of the choices, with one more observation spread over all. */
function choiceDensity (choices: number): Density {
  return drawn => Array.from({ length: choices }, (_, choice) =>
    (drawn.filter(index => index === choice).length + 1 / choices) / (drawn.length + 1))
}

/** Normal kernels by Scott's rule on a grid, with one more that is flat. → [cells], sum 1 */
function gridDensity (parameter: NumericParameter): Density {
  const { low, high, log } = axisOf(parameter)
  const cells = Math.min(CELLS, countOf(parameter))
  const cellOf = (value: number) => ((log ? Math.log(value) : value) - low) / (high - low) * cells
  return drawn => {
    const places = drawn.map(cellOf)
    const width = Math.max(scottWidth(places), 0.5 / 1.64)
    const kernels = places.map(place => {
      const mass = normalMass(-place / width, (cells - place) / width)
      return (cell: number) => normalMass((cell - place) / width, (cell + 1 - place) / width) / mass
    })
    return Array.from({ length: cells }, (_, cell) =>
      (kernels.reduce((sum, kernel) => sum + kernel(cell), 0) + 1 / cells) / (kernels.length + 1))
  }
}

/** 1.059 · min(deviation, interquartile range / 1.34) · n^(−1/5) (Scott 1992). */
function scottWidth (values: readonly number[]): number {
  const n = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / n
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, n - 1))
  const sorted = values.toSorted((a, b) => a - b)
  const range = sorted[Math.floor(0.75 * (n - 1))]! - sorted[Math.floor(0.25 * (n - 1))]!
  return 1.059 * Math.min(deviation, range / 1.34) * n ** -0.2
}
