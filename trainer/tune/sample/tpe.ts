import type { Random } from '../../random/index.js'
import { countOf } from '../space/parameter.js'
import { groupsOf, holds, type Drawn, type Group, type Space } from '../space/groups.js'
import { splitObservations, type Observation } from './observation.js'
import { estimateDensity } from './parzen.js'
import { sampleUniformly } from './random.js'

export interface TpeOptions {
  /** Trials that are drawn at random before anything is estimated. */
  readonly startup: number
  /** Candidates among which the one with the highest ratio of densities is chosen. */
  readonly candidates: number
  /** Whether a group's parameters are estimated together. */
  readonly multivariate: boolean
}

const TPE_DEFAULTS: TpeOptions = { startup: 10, candidates: 24, multivariate: true }

/**
 * Draws the next trial by the tree-structured Parzen estimator (Bergstra et al. 2011; Watanabe 2023): one density of
 * the best trials, l, one of the others, g, and of the candidates drawn from l the one with the largest l / g.
 * Parameters that exist together are drawn together, after those that their condition asks about.
 */
export function sampleByTpe (
  space: Space,
  observations: readonly Observation[],
  random: Random,
  options: TpeOptions = TPE_DEFAULTS
): Drawn {
  const finished = observations.filter(({ values, stopped }) => values !== undefined || stopped !== undefined)
  if (finished.length < options.startup) return sampleUniformly(space, random)
  const split = splitObservations(observations, betterCount(finished.length))
  const drawn: Record<string, number> = {}
  for (const { paths, when } of groupsOf(space)) {
    if (!holds(when, space, drawn)) continue
    const parts = options.multivariate ? [paths] : paths.map(path => [path])
    for (const part of parts) Object.assign(drawn, drawPart(space, part, split, random, options))
  }
  return drawn
}

/** How many trials count as the best. */
function betterCount (finished: number): number {
  return Math.min(Math.ceil(0.1 * finished), 25)
}

function drawPart (
  space: Space,
  paths: Group['paths'],
  { better, worse }: ReturnType<typeof splitObservations>,
  random: Random,
  { candidates }: TpeOptions
): Drawn {
  const open = paths.filter(path => countOf(space[path]!) > 1)
  const only = paths.filter(path => !open.includes(path)).map(path => {
    const parameter = space[path]!
    return [path, parameter.type === 'choice' ? 0 : parameter.low] as const
  })
  const parameters = open.map(path => space[path]!)
  const having = (trials: readonly Observation[]) =>
    trials.filter(({ drawn }) => open.every(path => drawn[path] !== undefined))
  const density = (trials: readonly Observation[], weights: readonly number[]) =>
    estimateDensity(parameters, trials.map(({ drawn }) => open.map(path => drawn[path]!)), weights)
  const [good, others] = [having(better), having(worse)]
  const l = density(good, improvementsOf(good, worse) ?? weightsByAge(good.length))
  const g = density(others, weightsByAge(others.length))
  let best: { values: number[], score: number } | undefined
  for (let i = 0; i < candidates; i++) {
    const values = l.draw(random)
    const score = l.logDensity(values) - g.logDensity(values)
    if (best === undefined || score > best.score) best = { values, score }
  }
  return Object.fromEntries([...only, ...open.map((path, i) => [path, best!.values[i]!] as const)])
}

/**
 * Weights of the best trials by how far they are below the best of the others, and of the prior as much as their mean:
 * so the ratio of the densities is the expected improvement (Watanabe 2023, there "EI"). Undefined where there is more
 * than one objective, or trials that were stopped early, or no improvement.
 */
function improvementsOf (better: readonly Observation[], worse: readonly Observation[]): number[] | undefined {
  const values = better.flatMap(({ values }) => values?.length === 1 ? values : [])
  if (values.length < better.length || values.length < 2) return undefined
  const rest = worse.flatMap(({ values }) => values ?? [])
  const threshold = rest.reduce((a, b) => Math.min(a, b), Infinity)
  const highest = Math.max(...values, ...Number.isFinite(threshold) ? [threshold] : [])
  const mean = values.reduce((sum, value) => sum + highest - value, 0) / values.length
  return mean > 0 ? [...values.map(value => (highest - value) / mean), 1] : undefined
}

/** Weights of n trials, oldest first, and of the prior: the newest 25 count fully, those before less and less. */
function weightsByAge (n: number): number[] {
  const old = n - 25
  const weights = Array.from({ length: n }, (_, i) => i >= old ? 1 : ramp(i, old, n))
  return [...weights, 1]
}

/** From 1 / n for the oldest to 1 for the last of the old ones. */
function ramp (i: number, old: number, n: number): number {
  return old === 1 ? 1 / n : 1 / n + (1 - 1 / n) * i / (old - 1)
}
