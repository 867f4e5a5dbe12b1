import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { mapAtOnce } from '../../../server/foundation/at-once.js'

t.test('so many at the same time, begun and given in order', async t => {
  for (const [count, most] of [[7, 3], [2, 5], [4, 1], [0, 2]] as const) {
    let running = 0
    let highest = 0
    const begun: number[] = []
    const results = await mapAtOnce(Array.from({ length: count }, (_, i) => i), most, async item => {
      begun.push(item)
      highest = Math.max(highest, ++running)
      await delay(item % 2 === 0 ? 5 : 1)
      running--
      return 10 * item
    })
    const inOrder = Array.from({ length: count }, (_, i) => i)
    t.strictSame(begun, inOrder)
    t.strictSame(results, inOrder.map(i => 10 * i))
    t.equal(highest, Math.min(count, most))
  }
})

t.test('a failure is thrown', async t => {
  await t.rejects(mapAtOnce([1, 2, 3], 2, async item => {
    if (item === 2) throw new Error('no')
  }), { message: 'no' })
})
