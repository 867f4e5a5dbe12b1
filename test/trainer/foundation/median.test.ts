import t from 'tap'
import { medianOf } from '../../../trainer/foundation/median.js'

t.test('the middle value, or the mean of the two in the middle; the values stay as they are', async t => {
  const values = [9, 1, 4]
  t.equal(medianOf(values), 4)
  t.strictSame(values, [9, 1, 4])
  t.equal(medianOf([10, 1, 4, 2]), 3)
  t.equal(medianOf([7]), 7)
})
