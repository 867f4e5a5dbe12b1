import t from 'tap'
import { scheduledNames, scheduledValues, valueAt } from '../../../trainer/objective/scheduled.js'

t.test('a number stays; {from, to, start, end} goes in a straight line between two fractions of the steps', async t => {
  t.equal(valueAt(3, 0.7), 3)
  const ramp = { from: 2, to: 10, start: 0.25, end: 0.75 }
  t.strictSame([0, 0.25, 0.375, 0.5, 0.75, 1].map(progress => valueAt(ramp, progress)), [2, 2, 4, 6, 10, 10])
  t.strictSame(
    [0, 0.49, 0.5, 1].map(progress => valueAt({ from: 1, to: 0, start: 0.5, end: 0.5 }, progress)),
    [1, 1, 0, 0],
    'a jump'
  )
  t.equal(valueAt({ from: 1, to: 0, start: 0, end: 0 }, 0), 0)
})

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
