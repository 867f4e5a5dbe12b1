import t from 'tap'
import { heaviestArea } from '../../../../trainer/measure/things/heaviest-area.js'

t.test('the connected area that holds most', async t => {
  const map = new Float64Array(8 * 12)
  const set = (row: number, column: number, value: number) => { map[row * 12 + column] = value }
  for (const column of [1, 2, 3, 4]) set(6, column, 1)
  set(0, 10, 2)
  t.strictSame(heaviestArea(map, 12), { top: 6, bottom: 7, left: 1, right: 5, share: 4 / 6 })
  set(2, 4, 1)
  t.match(heaviestArea(map, 12), { top: 6, share: 4 / 7 }, 'three rows between are too far')
  set(4, 6, 1)
  t.match(heaviestArea(map, 12), { top: 2, right: 7, share: 6 / 8 }, 'a row or a column between are not')
})

t.test('nothing is nowhere', async t => {
  t.equal(heaviestArea(new Float64Array(12), 4), null)
})
