import type { FitConfig } from '../config/schema.js'

/** Steps of a whole run: `fit.steps` where it is given, else whole epochs. */
export function totalStepsOf ({ steps, epochs }: Pick<FitConfig, 'steps' | 'epochs'>, stepsPerEpoch: number): number {
  return steps ?? epochs * stepsPerEpoch
}

/** Epochs begun after so many steps: the last may be a part of one. */
export function epochOf (step: number, stepsPerEpoch: number): number {
  return Math.ceil(step / stepsPerEpoch)
}

/** Passes over the training images that so many steps are, to three decimals: 2.5 for two and a half. */
export function epochsTaken (step: number, stepsPerEpoch: number): number {
  return Math.round(1000 * step / stepsPerEpoch) / 1000
}
