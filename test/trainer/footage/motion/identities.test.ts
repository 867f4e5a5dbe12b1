import t from 'tap'
import { findIdentities } from '../../../../trainer/footage/motion/identities.js'
import type { Tracklet } from '../../../../trainer/footage/motion/tracklets.js'
import { drawTrack } from './tracks.js'

const shape = { height: 40, width: 60, channels: 3 }
const find = async (tracks: readonly Tracklet[], count: number) =>
  (await findIdentities(tracks, { shape, count }, () => undefined)).map(({ tracklets }) => tracklets)
const lookOf = ({ looks }: Tracklet) => Math.round(100 * looks[0]!)
const rowOf = ({ middle: [row] }: Tracklet) => row
const oneOf = (own: readonly Tracklet[], value: (tracklet: Tracklet) => number) => new Set(own.map(value)).size

t.test('two that look nearly alike that change sides are told apart by them', async t => {
  const tracks = Array.from({ length: 8 }, (_, k) => [0, 1].map(side => drawTrack({
    from: 50 * k,
    to: 50 * k + 50,
    at: n => [(side === 0 ? 10 : 30) + n % 13 - 6, 20 + n % 10],
    look: (side + k) % 2 === 0 ? 0.6 : 0.45,
  }))).flat()
  const found = await find(tracks, 400)
  t.same(found.map(({ length }) => length), [8, 8], 'both are there all the time')
  t.same(found.map(own => oneOf(own, lookOf)), [1, 1], 'each has one look')
})

t.test('alike things that keep to rows are told apart by them', async t => {
  // They go through the picture one after another, faster in one row than in the next.
  const tracks = [8, 13, 18].flatMap((row, lane) => Array.from({ length: 10 }, (_, k) => {
    const from = 40 * k + 13 * lane
    return drawTrack({ from, to: from + 38, at: n => [row, 4 + 1.3 * (n - from)] })
  }))
  const found = await find(tracks, 420)
  t.same(found.map(own => oneOf(own, rowOf)), [1, 1, 1], 'each thing in one row')
  t.same(found.map(({ length }) => length), [10, 10, 10], 'all of it')
})

t.test('what looks otherwise at times, in its place, is one', async t => {
  const tracks = Array.from({ length: 6 }, (_, k) => drawTrack({
    from: 30 * k, to: 30 * k + 30, at: n => [20, 10 + n / 6], look: k % 2 === 0 ? 0.9 : 0.3,
  }))
  t.equal((await find(tracks, 180)).length, 1, 'it changes its colour three times')
  const apart = tracks.map((_, k) => drawTrack({
    from: 30 * k, to: 30 * k + 30, at: n => [k % 2 === 0 ? 5 : 35, 10 + n / 6], look: k % 2 === 0 ? 0.9 : 0.3,
  }))
  t.equal((await find(apart, 180)).length, 2, 'not so what takes turns elsewhere')
})
