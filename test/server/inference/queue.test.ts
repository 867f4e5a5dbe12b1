import t from 'tap'
import { createJobQueue } from '../../../server/inference/queue.js'

t.test('first in, first out, over all models', async t => {
  const queue = createJobQueue<{ key: string, n: number }>()
  t.equal(queue.take(), undefined)
  for (const n of [1, 2, 3]) queue.push({ key: n === 2 ? 'b' : 'a', n })
  t.equal(queue.length, 3)
  t.equal(queue.take()?.n, 1)
  t.strictSame(queue.drain().map(({ n }) => n), [2, 3])
  t.equal(queue.length, 0)
  queue.push({ key: 'a', n: 4 })
  t.equal(queue.take()?.n, 4, 'usable after it has been drained')
})
