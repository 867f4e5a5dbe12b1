import t from 'tap'
import { contingencyOf } from '../../../../trainer/measure/objects/contingency.js'
import { overlapsOf } from '../../../../trainer/measure/objects/overlap.js'

const overlapOf = (truth: Uint8Array, predicted: Uint8Array) => overlapsOf(contingencyOf(truth, predicted))
const labels = (...values: number[]) => Uint8Array.from(values)

t.test('the same segments under other names cover all', async t => {
  t.same(overlapOf(labels(0, 1, 1, 2), labels(0, 5, 5, 3)), { matchedIou: 1, bestOverlap: 1 })
})

t.test('a segment of two things is matched to one, and the best of both', async t => {
  const { matchedIou, bestOverlap } = overlapOf(labels(0, 1, 1, 1, 2), labels(0, 1, 1, 1, 1))!
  t.equal(matchedIou, (3 / 4 + 0) / 2)
  t.equal(bestOverlap, (3 / 4 + 1 / 4) / 2)
})

t.test('matching takes the largest sum, not the best one first', async t => {
  // Thing 1 overlaps segments 1 and 2 by 2/4 and 2/5, thing 2 only segment 1, by 2/5.
  const { matchedIou } = overlapOf(labels(1, 1, 1, 1, 2, 2, 2, 0), labels(1, 1, 2, 2, 1, 1, 2, 2))!
  t.equal(matchedIou, (2 / 6 + 2 / 5) / 2)
})

t.test('pixels of the background are no segment', async t => {
  t.same(overlapOf(labels(1, 1, 2, 2), labels(0, 0, 4, 4)), { matchedIou: 0.5, bestOverlap: 0.5 })
  t.same(overlapOf(labels(1, 2), labels(0, 0)), { matchedIou: 0, bestOverlap: 0 })
  t.equal(overlapOf(labels(0, 0), labels(1, 1)), undefined, 'no thing')
})
