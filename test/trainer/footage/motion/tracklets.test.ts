import t from 'tap'
import { linkRegions } from '../../../../trainer/footage/motion/tracklets.js'
import { drawTrack } from './tracks.js'

const framesOf = (looks: readonly number[]) =>
  looks.map((look, n) => drawTrack({ from: n, to: n + 1, at: () => [10, 10 + n / 4], look }).regions)

t.test('a track ends where what is in its place suddenly looks otherwise', async t => {
  const changed = linkRegions(framesOf([...Array(60).fill(0.9), ...Array(40).fill(0.6)]), 50)
  t.same(changed.map(({ frames }) => frames.length), [60, 40])
  const fading = linkRegions(framesOf(Array.from({ length: 100 }, (_, n) => 0.9 - 0.003 * n)), 50)
  t.same(fading.map(({ frames }) => frames.length), [100], 'not where it changes slowly')
})
