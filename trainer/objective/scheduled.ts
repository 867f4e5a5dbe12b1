/** The objective's scheduled scalars: inputs of the step, so that the graph stays the same while they change. */
import { schedulesOf } from '../config/objective-checks.js'
import { valueAt, type Schedule } from '../config/schedule.js'
import type { ObjectiveConfig } from '../config/schema.js'

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
