import t from 'tap'
import { activityOfAll, isInPlace, rangeOf, translationOf } from '../../../../trainer/footage/motion/movement.js'
import { drawTrack } from './tracks.js'

t.test('what is seen for short whiles gets as far as its places are apart', async t => {
  const tracks = [5, 12, 20, 30].map((row, k) => drawTrack({ from: 20 * k, to: 20 * k + 20, at: () => [row, 10] }))
  t.same(tracks.map(translationOf), [0, 0, 0, 0], 'it stays while it is seen')
  t.equal(rangeOf(tracks), 25)
  t.equal(activityOfAll(tracks), 0)
})

t.test('what grows at one side gets nowhere', async t => {
  const tracks = [4, 8, 12, 16].map((width, k) =>
    drawTrack({ from: 20 * k, to: 20 * k + 20, at: () => [10, 10 + width / 2], size: [4, width] }))
  t.equal(rangeOf(tracks), 0, 'its left edge stays')
})

t.test('activity is the share of the frames in which something moves', async t => {
  const still = drawTrack({ from: 0, to: 60, at: () => [10, 10] })
  const going = drawTrack({ from: 60, to: 80, at: n => [10, n - 50] })
  t.equal(activityOfAll([going]), 1)
  t.equal(activityOfAll([still, going]), 0.25, 'each counts by its frames')
})

t.test('what goes to and fro between a few places changes in place', async t => {
  const boxes = (at: (n: number) => readonly [number, number], frames = 200) =>
    drawTrack({ from: 0, to: frames, at }).regions
  t.ok(isInPlace(boxes(n => [10, n % 10 < 5 ? 10 : 14])), 'two poses')
  t.ok(isInPlace(boxes(n => [10, 10 + 3 * (n * 7 % 4)])), 'a spinner of four')
  t.notOk(isInPlace(boxes(n => [10, Math.round(20 + 15 * Math.sin(n / 6))])), 'not what swings')
  t.notOk(isInPlace(boxes(n => [10, n < 150 ? 10 : n - 140])), 'nor what rests for long and goes')
  t.notOk(isInPlace(boxes(n => [10, n < 100 ? 10 : 14])), 'one move says nothing')
  t.notOk(isInPlace(boxes(n => [10, n < 20 && n % 2 === 0 ? 14 : 10])), 'nor does trembling for a short while')
})
