import t from 'tap'
import type { Region } from '../../../../trainer/footage/motion/regions.js'
import { findSwitching } from '../../../../trainer/footage/motion/switches.js'
import { linkRegions } from '../../../../trainer/footage/motion/tracklets.js'

const looks = Float32Array.of(0, 1, 1, 0)
const colour = [200, 40, 40]

/** A region of 5×5 pixels. */
const at = (top: number, left: number): Region => ({
  label: 1,
  top,
  bottom: top + 5,
  left,
  right: left + 5,
  row: top + 2.5,
  column: left + 2.5,
  area: 25,
  energy: 1,
  looks,
  colour,
})
const link = (frames: Region[][]) => linkRegions(frames, 60)
const frames = Array.from({ length: 60 }, (_, n) => n)

t.test('what stays switches, though it looks like something that moves elsewhere meanwhile', async t => {
  const found = findSwitching(link(frames.map(n => n < 20 ? [at(30, n)] : [at(30, n), at(4, 40)])))
  t.equal(found.length, 1)
  t.strictSame([found[0]!.middle, found[0]!.frames.length], [[6.5, 42.5], 40])
})

t.test('what comes to rest does not, nor what is seen nowhere else meanwhile', async t => {
  // It stands where one that moved had come to, two frames after that was last told apart.
  const rest = frames.map(n => n < 25 ? [at(4, n)] : n < 28 ? [] : [at(4, 26), at(30, n)])
  t.strictSame(findSwitching(link(rest)), [])
  const alone = frames.map(n => n < 25 ? [at(30, n)] : [at(4, 40)])
  t.strictSame(findSwitching(link(alone)), [])
})

t.test('what goes to and fro between two places switches between them', async t => {
  const arm = frames.map(n => [at(4, n), at(30, n % 2 === 0 ? 20 : 24)])
  const found = findSwitching(link(arm))
  t.strictSame(found.map(({ middle }) => middle).sort(), [[32.5, 22.5], [32.5, 26.5]], 'a state for each place')
  t.strictSame(found.map(({ frames }) => frames.length), [30, 30])
})

t.test('a place that is seldom taken is no state', async t => {
  const arm = frames.map(n => [at(4, n), at(30, n === 21 ? 22 : n % 2 === 0 ? 20 : 24)])
  t.strictSame(findSwitching(link(arm)).map(({ middle }) => middle).sort(), [[32.5, 22.5], [32.5, 26.5]])
})
