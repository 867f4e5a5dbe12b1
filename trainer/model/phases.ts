/** Phases of training at different resolutions, and how a model's weights get from one to the next. */
import type { ImageShape } from '@partition-vae/models'
import { invalid } from '../config/invalid.js'
import type { ModelConfig } from '../config/schema.js'
import type { TrainingState } from '../foundation/training-state.js'
import { listParameters } from './initial-state.js'
import { growWeights } from './layered/growth.js'
import { createNetwork } from './create-network.js'

/** Part of a run in which the network works at 1/reduction of the image, on block means. */
export interface Phase {
  /** Its first step. */
  readonly from: number
  readonly reduction: number
}

/** In order; the last one is at full resolution. */
export function phasesOf (model: ModelConfig): readonly Phase[] {
  if (model.architecture !== 'layered' || model.coarse === undefined) return [{ from: 0, reduction: 1 }]
  const { factor, steps } = model.coarse
  return [{ from: 0, reduction: factor }, { from: steps, reduction: 1 }]
}

export function phaseAt (phases: readonly Phase[], step: number): Phase {
  return phases.findLast(({ from }) => from <= step)!
}

type Grown = Pick<TrainingState, 'weights' | 'statistics'>

/** The reduction at which a state's weights are: they may be those of the phase before the one that its step belongs to, at the border. */
export function reductionOf (model: ModelConfig, image: ImageShape, { weights }: Grown): number {
  const phases = phasesOf(model)
  if (phases.length === 1) return 1
  const fits = ({ reduction }: Phase) => listParameters(model, image, reduction).every(({ name, shape }) => weights[name]?.shape.join() === shape.join())
  return phases.find(fits)?.reduction ?? 1
}

/** A trained state's weights at full resolution, grown if they are not yet. */
export function atFullResolution<State extends Grown> (model: ModelConfig, image: ImageShape, state: State): State {
  const reduction = reductionOf(model, image, state)
  if (reduction === 1 || model.architecture !== 'layered') return state
  return { ...state, weights: growWeights(state.weights, model, image, reduction) }
}

/** What training goes on from at full resolution: the optimiser begins anew, since the loss sums over more pixels. */
export function grow (model: ModelConfig, image: ImageShape, state: TrainingState): TrainingState {
  const grown = atFullResolution(model, image, state)
  const fresh = () => Object.fromEntries(Object.entries(grown.weights).map(([name, { shape, values }]) => [name, { shape, values: new Float32Array(values.length) }]))
  return { ...grown, firstMoments: fresh(), secondMoments: fresh() }
}

/** @throws TrainerError PVAE_CONFIG_INVALID where something is to happen at a step that the run does not have */
export function checkMilestones (model: ModelConfig, image: ImageShape, totalSteps: number): void {
  for (const { field, step } of createNetwork(model, image).milestones ?? []) {
    if (step < totalSteps) continue
    throw invalid(field, `a step before the run's last, below ${totalSteps} (or more --steps or --epochs),`, String(step))
  }
}
