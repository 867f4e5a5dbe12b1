import { nameUnit, type Partition } from '@partition-vae/models'
import type { StepMetrics, TrainingState } from '../engine/engine.js'
import { TrainerError } from '../errors.js'

/** @throws TrainerError PVAE_DIVERGED naming the first term of the loss that is not finite, and the step, counted from 1 */
export function checkMetrics ({ loss, reconstruction, klByUnit, mse, terms = {} }: StepMetrics, partitions: readonly Partition[], step: number): void {
  const unit = klByUnit.findIndex(kl => !Number.isFinite(kl))
  const parts: Array<[string, number]> = [
    ['the reconstruction', reconstruction],
    ...unit < 0 ? [] : [[`the KL of unit ${nameUnit(partitions, unit)}`, klByUnit[unit]!] as [string, number]],
    ...Object.entries(terms).map(([name, value]): [string, number] => [`the term ${name}`, value]),
    ['the mean squared error', mse],
    ['the loss', loss],
  ]
  const wrong = parts.find(([, value]) => !Number.isFinite(value))
  if (wrong !== undefined) throw diverged(`${wrong[0]} at step ${step}`, wrong[1])
}

/** A state worth keeping. @throws TrainerError PVAE_DIVERGED naming the first array that is not finite */
export function checkState (state: TrainingState): void {
  for (const group of ['weights', 'firstMoments', 'secondMoments', 'statistics'] as const) {
    for (const [name, { values }] of Object.entries(state[group])) {
      const wrong = values.find(value => !Number.isFinite(value))
      if (wrong !== undefined) throw diverged(`${group}/${name} after step ${state.step}`, wrong)
    }
  }
}

function diverged (what: string, value: number): TrainerError {
  return new TrainerError('PVAE_DIVERGED',
    `expected a finite number for ${what} but received ${value}: training diverged; the last good checkpoint is kept (try a lower learning rate)`)
}
