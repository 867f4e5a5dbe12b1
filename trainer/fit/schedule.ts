import type { FitConfig, ObjectiveConfig } from '../config/schema.js'

/** What is in force at one step. */
export interface Scheduled {
  readonly learningRate: number
  /** Weight of the KL. */
  readonly beta: number
}

/**
 * Learning rate and β at a step: pure functions of the step, so that a resumed run needs no stored scheduler.
 * β rises linearly from 0 to its value over the first `betaWarmup · totalSteps` steps. The learning rate rises linearly to its value over the
 * first `learningRateWarmupSteps`, from 1/warm-up at step 0, and then stays (constant) or falls along half a cosine (Loshchilov & Hutter
 * 2017, without restarts) towards 0 at totalSteps.
 * @param step 0 ≤ step < totalSteps
 */
export function scheduleAt (step: number, totalSteps: number, fit: ScheduleConfig, objective: Pick<ObjectiveConfig, 'beta' | 'betaWarmup'>): Scheduled {
  const { learningRate, learningRateSchedule, learningRateWarmupSteps: warmup } = fit
  const rise = Math.min(1, (step + 1) / Math.max(1, warmup))
  const progress = Math.max(0, step - warmup) / Math.max(1, totalSteps - warmup)
  const fall = learningRateSchedule === 'cosine' ? (1 + Math.cos(Math.PI * progress)) / 2 : 1
  const betaRise = objective.betaWarmup * totalSteps
  return {
    learningRate: learningRate * rise * fall,
    beta: objective.beta * (betaRise === 0 ? 1 : Math.min(1, step / betaRise)),
  }
}

/** Whether any schedule looks at the total number of steps: then a run can't be extended as if it had been longer from the start. */
export function dependsOnTotalSteps (fit: Pick<FitConfig, 'learningRateSchedule'>, objective: Pick<ObjectiveConfig, 'betaWarmup'>): boolean {
  return fit.learningRateSchedule !== 'constant' || objective.betaWarmup > 0
}

type ScheduleConfig = Pick<FitConfig, 'learningRate' | 'learningRateSchedule' | 'learningRateWarmupSteps'>
