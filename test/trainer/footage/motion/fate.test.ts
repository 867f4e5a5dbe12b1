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

t.test('parts that grow to any side are one thing where they hold together at an end', async t => {
  /** A part that ends at what wanders, and is of a changing length from there. */
  const part = (isFirst: boolean, isLow: boolean, isAcross: boolean) => {
    const length = (n: number) => isFirst ? 12 + 8 * Math.sin(n / 4) : 12 + 8 * Math.sin(n / 5.3 + 1)
    const place = (n: number) => wander(n, 9) + (isLow ? 0.5 : -0.5) * length(n)
    const beside = isFirst ? 20 : 24
    return {
      at: (n: number) => isAcross ? [beside, place(n)] as const : [place(n), beside] as const,
      size: (n: number) => isAcross ? [4, length(n)] as const : [length(n), 4] as const,
    }
  }
  for (const isAcross of [false, true]) {
    for (const [a, b] of [[true, true], [false, false], [true, false], [false, true]] as const) {
      const told = [a, b].map(isLow => isLow ? 'begins' : 'ends').join(', the other ')
      const parts = [part(true, a, isAcross), part(false, b, isAcross)] as const
      t.same(group(...parts), [2], `${isAcross ? 'across' : 'down'}: one ${told}`)
    }
  }
})

t.test('parts that drift apart by most of their way are two', async t => {
  const drifting = (n: number) => wander(n, 9) + 0.8 * (wander(n, 6) - 30)
  const size = [4, 14] as const // near each other all the time
  t.same(group({ at: n => [10, wander(n, 9)], size }, { at: n => [14, drifting(n)], size }), [1, 1])
})

t.test('edges that tremble do not part what goes slowly', async t => {
  const slow = (n: number) => 10 + 0.25 * Math.abs(n % 200 - 100)
  const tremble = (n: number, seed: number) => Math.sign(Math.sin(seed * (n + 1) * (n + 7)))
  t.same(group({ at: n => [10, slow(n) + tremble(n, 1.3)] }, { at: n => [14, slow(n) + tremble(n, 2.9)] }), [2])
})
