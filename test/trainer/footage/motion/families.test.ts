import t from 'tap'
import { dealAgain } from '../../../../trainer/footage/motion/families.js'
import { growIdentity } from '../../../../trainer/footage/motion/identity.js'
import { drawTrack } from './tracks.js'

const options = { shape: { height: 40, width: 60, channels: 3 }, count: 400 }

/** Two that go to and fro beside each other, and change names every other time that they meet. */
const mixed = (isMoving: boolean) => [0, 1].map(name => growIdentity(Array.from({ length: 8 }, (_, k) => {
  const one = (name + Math.floor(k / 2)) % 2
  const from = 50 * k
  return drawTrack({
    from,
    to: from + 50,
    at: n => [isMoving ? 20 + 3 * one + (n - from) % 11 : 20 + 3 * one, 30],
    look: one === 0 ? 0.8 : 0.4,
  })
}), options.count))

t.test('moving things that were taken for one another get their own back', async t => {
  const found = await dealAgain(mixed(true), options, () => undefined)
  t.same(found.map(({ tracklets }) => new Set(tracklets.map(({ looks }) => looks[0])).size), [1, 1], 'one look each')
  t.same(found.map(({ seen }) => seen), [400, 400], 'all the time')
})

t.test('what hardly moves stays as it is, and what lanes tell apart', async t => {
  const resting = mixed(false)
  t.same(await dealAgain(resting, options, () => undefined), resting)
  const fixed = mixed(true).map(one => ({ ...one, isFixed: true }))
  t.same(await dealAgain(fixed, options, () => undefined), fixed)
})
