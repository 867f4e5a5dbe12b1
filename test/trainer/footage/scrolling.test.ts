import t from 'tap'
import { measureScrolling } from '../../../trainer/footage/scrolling.js'
import type { Box } from '../../../trainer/footage/thing.js'

const COUNT = 100
const box = (row: number, column: number): Box => ({ top: row, bottom: row + 4, left: column, right: column + 6 })
/** Boxes of a thing that goes by its own way beside the scene's. */
const thing = (start: number, wayOf: (n: number) => readonly [number, number]) =>
  Array.from({ length: COUNT }, (_, n) => {
    const [row, column] = wayOf(n)
    return box(start + row, start + column)
  })

t.test('a scene that scrolls is told by what goes the same way', async t => {
  const scroll = (n: number) => [2 * n, 5 * Math.sin(n / 9)] as const
  const skier = thing(0, n => [0, 10 * Math.sin(n / 4)])
  t.equal(measureScrolling([thing(5, scroll), thing(20, scroll), thing(35, scroll), skier]), 1)
})

t.test('things that go their own ways are no scrolling scene', async t => {
  const roam = (pace: number) => thing(0, n => [9 * Math.sin(n / pace), 9 * Math.cos(n / pace / 1.4)])
  t.equal(measureScrolling([3, 4, 5, 7].map(roam)), undefined, 'roaming')
  const fall = (from: number, speed: number) => thing(from, n => [speed * n, 0])
  t.equal(measureScrolling([1, 1.6, 2.4].map(speed => fall(3, speed))), undefined, 'falling at their own speeds')
  const short = [5, 20, 35].map(from => fall(from, 2).map((box, n) => n < 20 ? box : undefined))
  t.equal(measureScrolling(short), undefined, 'a few frames say nothing')
  const few = [...[5, 20, 35].map(from => fall(from, 2)), ...[3, 4, 5, 7].map(roam)]
  t.equal(measureScrolling(few), undefined, 'three of seven are not most')
  t.equal(measureScrolling([fall(3, 2), fall(9, 2)]), undefined, 'two are too few to say')
  t.equal(measureScrolling([]), undefined, 'nothing moves')
})
