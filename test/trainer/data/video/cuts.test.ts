import t from 'tap'
import { createCutFinder } from '../../../../trainer/data/video/cuts.js'
import { FRAME_BYTES, frameOf, HEIGHT, WIDTH } from './clips.js'

/** Finds cuts among frames: the moving square, or a plain frame of that level. */
function find (count: number, levelOf: (i: number) => number | undefined): number[] {
  const finder = createCutFinder({ height: HEIGHT, width: WIDTH, channels: 3 })
  for (let i = 0; i < count; i++) {
    const level = levelOf(i)
    finder.add(level === undefined ? frameOf(i) : new Uint8Array(FRAME_BYTES).fill(level))
  }
  return finder.cuts()
}

t.test('another scene is a cut', async t => {
  t.strictSame(find(40, i => i < 25 ? undefined : 160), [25])
  t.strictSame(find(40, i => i < 10 || i > 25 ? undefined : 160), [10, 26], 'and back')
})

t.test('motion, a flash and a flicker are none', async t => {
  t.strictSame(find(40, () => undefined), [])
  t.strictSame(find(40, i => i === 20 ? 255 : undefined), [], 'a flash')
  t.strictSame(find(40, i => i % 2 === 0 ? 20 : 220), [], 'a flicker')
  t.strictSame(find(1, () => 5), [])
})
