import t from 'tap'
import { valueAt } from '../../../trainer/config/schedule.js'

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
