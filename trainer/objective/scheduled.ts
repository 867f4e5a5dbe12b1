/** The objective's scheduled scalars: inputs of the step, so that the graph stays the same while they change. */
import { schedulesOf } from '../config/objective-checks.js'
import type { ObjectiveConfig, Schedule } from '../config/schema.js'

type ScheduledObjective = Omit<ObjectiveConfig, 'inputNoise' | 'contrastWeight'>

/** By name, without β, which has an input of its own. */
function furtherSchedules (objective: ScheduledObjective): Array<[name: string, schedule: Schedule]> {
  return schedulesOf(objective).filter(([name]) => name !== 'objective.beta')
}

/** Names of the scalars that `scheduledValues` gives: the paths of the options in the config. */
export function scheduledNames (objective: ScheduledObjective): string[] {
  return furtherSchedules(objective).map(([name]) => name)
}

/** Computes the scheduled scalars in force at step `step` of `totalSteps`. */
export function scheduledValues (
  objective: ScheduledObjective,
  step: number,
  totalSteps: number
): Record<string, number> {
  return Object.fromEntries(
    furtherSchedules(objective).map(([name, schedule]) => [name, valueAt(schedule, step / totalSteps)])
  )
}

/** A schedule's value where `progress` ∈ [0, 1] of all steps are done. */
export function valueAt (schedule: Schedule, progress: number): number {
  if (typeof schedule === 'number') return schedule
  const { from, to, start, end } = schedule
  if (progress >= end) return to
  if (progress <= start) return from
  return from + (to - from) * (progress - start) / (end - start)
}
