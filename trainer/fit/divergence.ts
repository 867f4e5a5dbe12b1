/** Training must never go on with numbers that are not finite: finds them, and says what is left and can be done. */
import { nameUnit, type Partition } from '@partition-vae/models'
import type { StepMetrics } from '../engine/engine.js'
import type { TrainingState } from '../foundation/training-state.js'
import { TrainerError } from '../foundation/errors.js'
import type { FitOptions } from './options.js'

/** @throws TrainerError PVAE_DIVERGED naming every term of the loss that is not finite, and the step, counted from 1 */
export function checkMetrics (
  { loss, reconstruction, klByUnit, mse, terms = {} }: StepMetrics,
  partitions: readonly Partition[],
  step: number
): void {
  const parts: Array<[string, number]> = [
    ['the reconstruction', reconstruction],
    ...partitions.flatMap(({ name, offset, size }) => {
      const unit = klByUnit.subarray(offset, offset + size).findIndex(kl => !Number.isFinite(kl))
      return unit < 0
        ? []
        : [
            [
              `the KL of partition ${name} (unit ${nameUnit({ partitions }, offset + unit)})`,
              klByUnit[offset + unit]!,
            ] as [string, number],
          ]
    }),
    ...Object.entries(terms).map(([name, value]): [string, number] => [`the term ${name}`, value]),
    ['the mean squared error', mse],
  ]
  const wrong = parts.filter(([, value]) => !Number.isFinite(value))
  // A sum of finite terms may overflow.
  if (wrong.length === 0 && !Number.isFinite(loss)) wrong.push(['the loss', loss])
  if (wrong.length > 0) {
    throw diverged(
      `expected finite numbers at step ${step} but received ` +
        `${wrong.map(([what, value]) => `${value} for ${what}`).join(', ')}`
    )
  }
}

/** A state worth keeping. @throws TrainerError PVAE_DIVERGED naming the first array that is not finite */
export function checkState (state: TrainingState): void {
  for (const group of ['weights', 'firstMoments', 'secondMoments', 'statistics'] as const) {
    for (const [name, { values }] of Object.entries(state[group])) {
      const wrong = values.find(value => !Number.isFinite(value))
      if (wrong !== undefined) {
        throw diverged(`expected finite numbers for ${group}/${name} after step ${state.step} but received ${wrong}`)
      }
    }
  }
}

export function diverged (what: string): TrainerError {
  return new TrainerError('PVAE_DIVERGED', `${what}: training diverged`)
}

/** Adds to the error of a run that diverged what is left of it, and what a person can do. */
export async function adviseDiverged (
  error: TrainerError,
  { config: { fit: { learningRate, gradientClip } }, run }: Pick<FitOptions, 'config' | 'run'>
): Promise<TrainerError> {
  const latest = await run.checkpoints.loadLatest(() => undefined)
  const kept =
    latest === undefined
      ? 'no checkpoint had been written yet'
      : `kept is the last good checkpoint, after step ${latest.checkpoint.state.step}, ${latest.path}`
  const clip = gradientClip === undefined ? ' or with a limit on the gradients (--set fit.gradientClip=100)' : ''
  return new TrainerError(
    'PVAE_DIVERGED',
    `${error.message}; ${kept}; begin another run with a --learning-rate below ${learningRate}${clip}`,
    { cause: error }
  )
}
