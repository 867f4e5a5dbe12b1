import t from 'tap'
import { isRung, isStopped } from '../../../../trainer/tune/study/asha.js'

const options = { first: 1, reduction: 3 }

t.test('rungs are 1, 3, 9 …', async t => {
  const epochs = Array.from({ length: 30 }, (_, i) => i + 1)
  const rungs = (some: typeof options) => epochs.filter(epoch => isRung(epoch, some))
  t.strictSame(rungs(options), [1, 3, 9, 27])
  t.strictSame(rungs({ first: 2, reduction: 4 }), [2, 8])
})

t.test('at a rung the best third goes on', async t => {
  t.notOk(isStopped(1, 5, [], options), 'the first to come')
  t.ok(isStopped(1, 5, [4], options), 'of two the worse')
  t.notOk(isStopped(1, 3, [4], options))
  t.notOk(isStopped(1, 2, [1, 3, 4, 5, 6], options), 'the second of six')
  t.ok(isStopped(1, 3, [1, 2, 4, 5, 6], options), 'the third of six')
  t.ok(isStopped(1, 2, [1, 3, 4, 5], options), 'the second of five')
  t.notOk(isStopped(1, 1, [1, 1, 1], options), 'of equals none is worse')
})

t.test('between rungs none is stopped, and what is no number is stopped anywhere', async t => {
  t.notOk(isStopped(2, 9, [1, 2, 3], options))
  t.ok(isStopped(2, NaN, [], options))
  t.ok(isStopped(1, Infinity, [], options))
  t.notOk(isStopped(1, 5, [NaN, NaN], options), 'no number is no better one')
})
