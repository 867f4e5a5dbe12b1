import type { StudyState, Trial } from '../journal/replay.js'
import type { Observation } from '../sample/observation.js'
import { asLoss, type Objective } from './objective.js'

/** A study's trials as samplers see them: what failed is left out, all objectives are to be small. */
export function observationsOf ({ trials }: StudyState, objectives: readonly Objective[]): Observation[] {
  return trials.flatMap((trial): Observation[] => {
    const drawn = Object.fromEntries(trial.parameters)
    switch (trial.state) {
      case 'running': return [{ drawn }]
      case 'complete': return [{ drawn, values: lossesOf(trial, objectives) }]
      case 'pruned': return [{ drawn, stopped: stopOf(trial, objectives[0]!) }]
      default: return []
    }
  })
}

function lossesOf ({ values = [] }: Trial, objectives: readonly Objective[]): number[] {
  return objectives.map((objective, i) => asLoss(values[i]!, objective))
}

function stopOf ({ intermediateValues }: Trial, objective: Objective) {
  const step = Math.max(0, ...intermediateValues.keys())
  const value = intermediateValues.get(step)
  return { step, value: value === undefined ? Infinity : asLoss(value, objective) }
}
