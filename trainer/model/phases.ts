/** Phases of training at different resolutions, and how a model's weights get from one to the next. */
import { invalid } from '../config/invalid.js'
import type { TrainingState } from '../foundation/training-state.js'
import { listParameters } from './initial-state.js'
import type { Network, Phase } from './network.js'

export function phaseAt (phases: readonly Phase[], step: number): Phase {
  return phases.findLast(({ from }) => from <= step)!
}

type Grown = Pick<TrainingState, 'weights' | 'statistics'>

/**
 * Finds the reduction at which a state's weights are: they may be those of the phase before the one that its step
 * belongs to, at the border.
 */
export function reductionOf (network: Network, { weights }: Grown): number {
  const { phases } = network
  if (phases.length === 1) return 1
  const fits = ({ reduction }: Phase) => listParameters(network.at(reduction))
    .every(({ name, shape }) => weights[name]?.shape.join() === shape.join())
  return phases.find(fits)?.reduction ?? 1
}

/** Gives a trained state's weights at full resolution, grown if they are not yet. */
export function atFullResolution<State extends Grown> (network: Network, state: State): State {
  const reduction = reductionOf(network, state)
  return reduction === 1 ? state : { ...state, weights: network.at(reduction).enlarge(state.weights) }
}

/**
 * Gives what training goes on from at full resolution: the optimiser begins anew, since the loss sums over more pixels.
 */
export function grow (network: Network, state: TrainingState): TrainingState {
  const grown = atFullResolution(network, state)
  const fresh = () => Object.fromEntries(Object.entries(grown.weights)
    .map(([name, { shape, values }]) => [name, { shape, values: new Float32Array(values.length) }]))
  return { ...grown, firstMoments: fresh(), secondMoments: fresh() }
}

/** @throws TrainerError PVAE_CONFIG_INVALID where something is to happen at a step that the run does not have */
export function checkMilestones ({ milestones }: Network, totalSteps: number): void {
  for (const { field, step } of milestones) {
    if (step < totalSteps) continue
    throw invalid(
      field,
      `a step before the run's last, below ${totalSteps} (or more --steps or --epochs),`,
      String(step)
    )
  }
}
