import t from 'tap'
import { describeCuts, findCuts } from '../../../trainer/footage/cuts.js'
import type { Frames } from '../../../trainer/footage/frames.js'

const pause = async () => undefined
const [HEIGHT, WIDTH, COUNT] = [16, 24, 120]

/** Two scenes of stripes, and a block that passes before them. */
function scenes (sceneOf: (n: number) => 0 | 1, lightOf: (n: number) => number | readonly number[] = () => 1): Frames {
  const shape = { height: HEIGHT, width: WIDTH, channels: 3 }
  const bytes = new Uint8Array(COUNT * HEIGHT * WIDTH * 3)
  for (let n = 0; n < COUNT; n++) {
    for (let p = 0; p < HEIGHT * WIDTH; p++) {
      const [row, column] = [Math.floor(p / WIDTH), p % WIDTH]
      const isThing = row < 6 && Math.abs(column - n % WIDTH) < 3
      const wall = sceneOf(n) === 0 ? [90, 60 + 90 * (column % 2), 70] : [40 + 120 * (row % 2), 100, 160]
      const light = [lightOf(n)].flat()
      const lit = (isThing ? [250, 30, 30] : wall).map((value, c) => value * light[c % light.length]!)
      bytes.set(lit, (n * HEIGHT * WIDTH + p) * 3)
    }
  }
  return { shape, count: COUNT, bytes, indices: Uint32Array.from({ length: COUNT }, (_, n) => n) }
}

t.test('a cut to another scene is named by its first image', async t => {
  const frames = scenes(n => n < 70 ? 0 : 1)
  const cuts = await findCuts(frames, pause)
  t.strictSame(cuts, [70])
  const later = { ...frames, indices: frames.indices.map(n => n + 5) }
  t.match(describeCuts(cuts, later), /^a cut to another scene at image 75 of the training images: train/)
  t.match(
    describeCuts(cuts, { ...later, nameOf: n => `walk/${n}.png` }),
    /^a cut to another scene at walk\/75.png: train/,
    'by its file where it has one'
  )
})

t.test('neither a flash nor light that is switched on is a cut', async t => {
  t.strictSame(await findCuts(scenes(n => n >= 50 && n < 53 ? 1 : 0), pause), [], 'a flash')
  t.strictSame(await findCuts(scenes(n => n >= 30 && n < 80 ? 1 : 0), pause), [], 'a state that passes')
  t.strictSame(await findCuts(scenes(() => 0, n => n < 60 ? 0.5 : 1), pause), [], 'light')
  const tint = scenes(() => 0, n => n < 60 ? [0.9, 0.45, 0.9] : [0.8, 0.9, 0.5])
  t.strictSame(await findCuts(tint, pause), [], 'light of another colour')
  const drained = scenes(() => 0, n => n < 60 ? 1 : [0.9, 0.1, 0.9])
  t.strictSame(await findCuts(drained, pause), [60], 'no light takes a channel away')
})

t.test('clips that are mixed frame by frame are told from cuts', async t => {
  const frames = scenes(n => n % 2 === 0 ? 0 : 1)
  const cuts = await findCuts(frames, pause)
  t.match(describeCuts(cuts, frames), /changes in 119 of 120 frames: clips seem to be mixed/)
  t.equal(describeCuts([], frames), undefined, 'no cut, no word')
})
