import t from 'tap'
import { epochOf, epochsTaken, totalStepsOf } from '../../../trainer/fit/run-length.js'

t.test('steps take the place of epochs', async t => {
  t.equal(totalStepsOf({ epochs: 3 }, 7), 21)
  t.equal(totalStepsOf({ epochs: 3, steps: 10 }, 7), 10)
})

t.test('an epoch that has begun counts; what was taken has decimals', async t => {
  t.strictSame([1, 7, 8, 21].map(step => epochOf(step, 7)), [1, 1, 2, 3])
  t.strictSame([0, 7, 10, 21].map(step => epochsTaken(step, 7)), [0, 1, 1.429, 3])
})
