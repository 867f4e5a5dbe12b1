import t from 'tap'
import { dealAnew } from '../../../../trainer/footage/motion/deal.js'
import type { Tracklet } from '../../../../trainer/footage/motion/tracklets.js'
import { drawTrack } from './tracks.js'

const shape = { height: 40, width: 40, channels: 3 }
const deal = (groups: Tracklet[][]) => dealAnew(groups, 2, shape, () => undefined)
const still = (row: number, column: number) => () => [row, column] as const

t.test('two that look different get their own back after they change sides', async t => {
  // Of every 50 frames one track each; sides change every time, and names went by sides.
  const tracks = Array.from({ length: 6 }, (_, k) => [0, 1].map(side => drawTrack({
    from: 50 * k, to: 50 * k + 50, at: still(side === 0 ? 8 : 32, 20), look: (side + k) % 2 === 0 ? 0.8 : 0.2,
  })))
  const dealt = await deal([tracks.map(([above]) => above!), tracks.map(([, below]) => below!)])
  t.ok(dealt, 'they are dealt anew')
  for (const own of dealt!) {
    t.equal(own.length, 6, 'each has one track at a time')
    t.equal(new Set(own.map(({ looks }) => looks[0])).size, 1, 'all of one look')
  }
})

t.test('two that look the same stay where they mostly are', async t => {
  const [above, below] = [8, 32].map(row =>
    Array.from({ length: 5 }, (_, k) => drawTrack({ from: 40 * k, to: 40 * k + 38, at: still(row, 20) })))
  t.equal(await deal([above!, below!]), undefined, 'nothing is gained')
  const exchanged = [[...above!.slice(0, 3), ...below!.slice(3)], [...below!.slice(0, 3), ...above!.slice(3)]]
  const rows = (await deal(exchanged))!.map(own => new Set(own.map(({ middle: [row] }) => row)))
  t.same(rows.map(({ size }) => size), [1, 1], 'what was exchanged comes back')
})

t.test('a third of which there are never three at once is one of two', async t => {
  const track = (k: number, row: number, look: number) =>
    drawTrack({ from: 40 * k, to: 40 * k + 38, at: still(row, 20), look })
  const first = [0, 1, 2, 3].map(k => track(k, 8, 0.9))
  const second = [0, 1].map(k => track(k, 32, 0.1))
  const third = [2, 3].map(k => track(k, 32, 0.12))
  const dealt = await deal([first, second, third])
  t.same(dealt?.map(own => own.length), [4, 4], 'two things, each with a track at a time')
})
