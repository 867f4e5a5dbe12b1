/** The part of a stored state that is updated outside of the runtime, by the names that the step has for it. */
import { createInPlaceOptimizer, fitsInPlace } from '../optimizer/in-place.js'
import type { AdamConfig } from '../optimizer/bias-corrections.js'
import type { ProfiledOperation } from '../profile/operation.js'
import type { RuntimeArrays } from './runtime.js'
import { gradientKey, stateKey } from './train-step.js'

export interface WeightUpdate {
  /** The weights, as inputs of the step. */
  readonly weights: RuntimeArrays
  /** What the step's results are to be written to. */
  readonly gradients: RuntimeArrays
  /** Weights and moments. */
  readonly state: RuntimeArrays
  /** Takes over weights and moments from a stored state. */
  write (stored: RuntimeArrays): void
  /** @param step steps taken, this one included: at least 1 */
  apply (learningRate: number, step: number): void
  /** A record of one update. */
  profiled (time: Pick<ProfiledOperation, 'start' | 'duration'>): ProfiledOperation
}

const WEIGHTS = stateKey('weights', '')

/**
 * @returns undefined where a state is too large for it, or where there is no memory: 10 GB of addresses are set aside
 * for each, which a limit on them (`ulimit -v`) may forbid
 */
export function createWeightUpdate (
  shapes: Readonly<Record<string, readonly number[]>>, adam: AdamConfig
): WeightUpdate | undefined {
  const weightShapes = Object.fromEntries(Object.entries(shapes)
    .filter(([key]) => key.startsWith(WEIGHTS))
    .map(([key, shape]) => [key.slice(WEIGHTS.length), shape]))
  if (!fitsInPlace(weightShapes)) return undefined
  const optimizer = withMemory(() => createInPlaceOptimizer(weightShapes, adam))
  if (optimizer === undefined) return undefined
  const named = (group: 'weights' | 'firstMoments' | 'secondMoments') =>
    Object.fromEntries(Object.entries(optimizer[group]).map(([name, array]) => [stateKey(group, name), array]))
  const weights = named('weights')
  const state = { ...weights, ...named('firstMoments'), ...named('secondMoments') }
  return {
    weights,
    gradients:
      Object.fromEntries(Object.entries(optimizer.gradients).map(([name, array]) => [gradientKey(name), array])),
    state,
    write (stored) {
      for (const [key, { values }] of Object.entries(state)) values.set(stored[key]!.values)
    },
    apply: (learningRate, step) => optimizer.step(learningRate, step),
    profiled: time => ({
      name: 'update',
      operator: 'Adam',
      kernel: 'Adam',
      layer: '',
      pass: 'update',
      inputs: Object.values(optimizer.gradients).map(({ shape }) => shape),
      outputs: Object.values(weightShapes),
      ...time,
    }),
  }
}

function withMemory<T> (create: () => T): T | undefined {
  try {
    return create()
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}
