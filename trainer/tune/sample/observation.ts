import type { Drawn } from '../space/groups.js'
import { orderByDominance } from './pareto.js'

/** A trial as samplers see it; all objectives are to be small. */
export interface Observation {
  readonly drawn: Drawn
  /** Of a trial that ended; undefined while it runs, and where it was stopped early. */
  readonly values?: readonly number[] | undefined
  /** Of a trial that was stopped early, how far it came and what was reported there. */
  readonly stopped?: { readonly step: number, readonly value: number } | undefined
}

/**
 * Splits what was observed into the `count` best and the rest, each in its order. Trials that were stopped early come
 * after those that ended: first those that came farther. Trials that still run are among the rest, so that others keep
 * away from where one looks already (the constant liar).
 */
export function splitObservations (observations: readonly Observation[], count: number): {
  readonly better: readonly Observation[]
  readonly worse: readonly Observation[]
} {
  const ended = observations.filter(({ values }) => values !== undefined)
  const stopped = observations.filter(({ stopped }) => stopped !== undefined)
  const best = orderByDominance(ended.map(({ values }) => values!)).map(i => ended[i]!)
  const next = stopped.toSorted(({ stopped: a }, { stopped: b }) => b!.step - a!.step || a!.value - b!.value)
  const chosen = new Set([...best, ...next].slice(0, count))
  return {
    better: observations.filter(one => chosen.has(one)),
    worse: observations.filter(one => !chosen.has(one)),
  }
}
