import t from 'tap'
import { groupByFate } from '../../../../trainer/footage/motion/groups.js'
import { identityOf } from '../../../../trainer/footage/motion/identity.js'
import { drawTrack, type DrawnTrack } from './tracks.js'

const COUNT = 300
const group = (...drawn: ReadonlyArray<Pick<DrawnTrack, 'at' | 'size'>>) => {
  const tracks = drawn.map(track => drawTrack({ from: 0, to: COUNT, ...track }))
  const identities = tracks.map(track => identityOf([track], COUNT))
  return groupByFate(identities, tracks, new Set()).map(({ parts }) => parts.length)
}
/** Goes to and fro, at its own pace. */
const wander = (n: number, pace: number) => 30 + 12 * Math.sin(n / pace) + 5 * Math.sin(n / pace / 2.3)
/** The lower part of a line: from a row downwards, of a changing length, at a column. */
const lowered = (columnOf: (n: number) => number, top: number, lengthOf: (n: number) => number) => ({
  at: (n: number) => [top + lengthOf(n) / 2, columnOf(n)] as const,
  size: (n: number) => [lengthOf(n), 2] as const,
})

t.test('parts that go the same way are one thing', async t => {
  t.same(group({ at: n => [10, wander(n, 9)] }, { at: n => [14, wander(n, 9)] }), [2], 'a head and a body')
  t.same(group({ at: n => [10, wander(n, 9)] }, { at: n => [14, wander(n, 7)] }), [1, 1], 'not two that go apart')
})

t.test('a part that grows keeps its relation to the other at one end', async t => {
  const upper = { at: (n: number) => [10, wander(n, 9)] as const, size: [10, 2] as const }
  const length = (n: number) => 22 + 18 * Math.sin(n / 4)
  t.same(group(upper, lowered(n => wander(n, 9), 16, length)), [2], 'a line that is let down, cut by the water')
  t.same(group(upper, lowered(n => wander(n, 7), 16, length)), [1, 1], 'not the line of another')
})

t.test('bars that grow in their places are not one thing because their ends rest', async t => {
  const bar = (column: number, pace: number) => lowered(() => column, 5, n => 20 + 12 * Math.sin(n / pace))
  t.same(group(bar(20, 5), bar(23, 8)), [1, 1])
})
