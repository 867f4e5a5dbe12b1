import t from 'tap'
import { fewerMovers } from '../../../../trainer/footage/motion/fewer.js'
import { describeMover } from '../../../../trainer/footage/motion/groups.js'
import { identityOf } from '../../../../trainer/footage/motion/identity.js'
import { drawTrack, type DrawnTrack } from './tracks.js'

const moverOf = (...tracks: DrawnTrack[]) => describeMover([identityOf(tracks.map(drawTrack), 100)], [0])
const at = (row: number) => () => [row, 20] as const

t.test('two that take turns are one where fewer are asked for', async t => {
  const always = moverOf({ from: 0, to: 100, at: at(10) })
  const first = moverOf({ from: 0, to: 50, at: at(30), look: 0.9 })
  const then = moverOf({ from: 50, to: 100, at: at(30), look: 0.4 })
  const found = fewerMovers([always, first, then], 2)
  t.same(found.map(({ seen }) => seen), [100, 100], 'both are seen all the time')
  t.equal(fewerMovers([always, first, then], 3).length, 3, 'as many as there are stay')
})

t.test('of those that are seen at once, the one of least energy is left out', async t => {
  const things = [12, 8, 2].map((side, i) => moverOf({ from: 0, to: 100, at: at(8 + 12 * i), size: [side, side] }))
  t.same(fewerMovers(things, 2), things.slice(0, 2))
})

t.test('of several of one shape that are seen at once, the seldomest is left out before a small thing', async t => {
  const players = [0, 20, 40].map((from, i) => moverOf({ from, to: 100, at: at(8 + 12 * i), size: [8, 4] }))
  const puck = moverOf({ from: 0, to: 50, at: at(50), size: [2, 2] })
  t.same(fewerMovers([...players, puck], 3), [players[0], players[1], puck])
  t.same(fewerMovers([...players, puck], 2), [players[0], puck])
})

t.test('the seldomest of one shape is left out, however much there is of it', async t => {
  const small = [0, 20].map((from, i) => moverOf({ from, to: 100, at: at(8 + 12 * i), size: [7, 4] }))
  const seldom = moverOf({ from: 40, to: 100, at: at(32), size: [9, 6] })
  t.ok(seldom.energy > small[1]!.energy, 'it has more energy')
  t.same(fewerMovers([...small, seldom], 2), small)
})
