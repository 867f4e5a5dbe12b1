import type { FitConfig, ModelConfig, ObjectiveConfig } from '../config/schema.js'
import { valueAt } from '../config/schedule.js'
import { schedulesOf } from '../config/objective-checks.js'
import { scheduledNames, scheduledValues } from '../objective/scheduled.js'

/** What is in force at one step. */
export interface Scheduled {
  readonly learningRate: number
  /** Weight of the KL. */
  readonly beta: number
  /** What else the objective schedules, by path in the config; absent where that is nothing. */
  readonly scheduled?: Readonly<Record<string, number>>
}

type ScheduledObjective = Omit<ObjectiveConfig, 'inputNoise' | 'contrastWeight'>
type ScheduledFit = Pick<FitConfig, 'learningRate' | 'learningRateSchedule' | 'learningRateWarmupSteps'>

/**
 * Learning rate, β and the objective's other schedules at a step: pure functions of the step, so that a resumed run
 * needs no stored scheduler. A constant β rises linearly from 0 to its value over the first `betaWarmup · totalSteps`
 * steps. The learning rate rises linearly to its value over the first `learningRateWarmupSteps`, from 1/warm-up at step
 * 0, and then stays (constant) or falls along half a cosine (Loshchilov & Hutter 2017) towards 0 at totalSteps; with
 * `phaseStarts`, steps in order of which the first is 0, all of that begins anew at each, at half the rate of the one
 * before, and falls until the next.
 * @param step 0 ≤ step < totalSteps
 */
export function scheduleAt (
  step: number,
  totalSteps: number,
  fit: ScheduledFit,
  objective: ScheduledObjective,
  phaseStarts: readonly number[] = [0]
): Scheduled {
  const { learningRate, learningRateSchedule, learningRateWarmupSteps: warmup } = fit
  const begun = phaseStarts.findLast(from => from <= step)!
  const peak = learningRate / 2 ** phaseStarts.indexOf(begun)
  const end = phaseStarts.find(from => from > step) ?? totalSteps
  const rise = Math.min(1, (step - begun + 1) / Math.max(1, warmup))
  const progress = Math.max(0, step - begun - warmup) / Math.max(1, end - begun - warmup)
  const fall = learningRateSchedule === 'cosine' ? (1 + Math.cos(Math.PI * progress)) / 2 : 1
  const betaRise = objective.betaWarmup * totalSteps
  return {
    learningRate: peak * rise * fall,
    beta: valueAt(objective.beta, step / totalSteps) * (betaRise === 0 ? 1 : Math.min(1, step / betaRise)),
    ...(scheduledNames(objective).length > 0 ? { scheduled: scheduledValues(objective, step, totalSteps) } : {}),
  }
}

/**
 * Whether any schedule looks at the total number of steps: then a run can't be extended as if it had been longer from
 * the start.
 */
export function dependsOnTotalSteps (
  fit: Pick<FitConfig, 'learningRateSchedule'>,
  objective: ScheduledObjective,
  model?: ModelConfig
): boolean {
  return (
    (model !== undefined && modelDependsOnTotalSteps(model)) ||
    fit.learningRateSchedule !== 'constant' ||
    objective.betaWarmup > 0 ||
    schedulesOf(objective).some(([, schedule]) => typeof schedule === 'object')
  )
}

function modelDependsOnTotalSteps (model: ModelConfig): boolean {
  switch (model.architecture) {
    case 'layered': return model.attention.frozenUntil > 0
    case 'posed': return Object.values(model.pose.openAt ?? {}).some(share => share > 0)
    case 'slots': return [model.price, model.faint, model.corners].some(schedule => typeof schedule === 'object')
    default: return false
  }
}
