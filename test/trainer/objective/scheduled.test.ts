import t from 'tap'
import { scheduledNames, scheduledValues } from '../../../trainer/objective/scheduled.js'

t.test('the objective\'s schedules by path; β has an input of its own', async t => {
  const objective = {
    beta: 1,
    betaWarmup: 0,
    freeBits: { nats: 0.1, level: 'unit' as const },
    totalCorrelation: { estimator: 'minibatch' as const, weight: { from: 0, to: 8, start: 0, end: 0.5 }, within: 2 },
  }
  t.strictSame(scheduledNames(objective), [
    'objective.freeBits.nats',
    'objective.totalCorrelation.weight',
    'objective.totalCorrelation.within',
  ])
  t.strictSame(scheduledValues(objective, 25, 100), {
    'objective.freeBits.nats': 0.1,
    'objective.totalCorrelation.weight': 4,
    'objective.totalCorrelation.within': 2,
  })
  t.strictSame(scheduledNames({ beta: 2, betaWarmup: 0.1 }), [])
})
