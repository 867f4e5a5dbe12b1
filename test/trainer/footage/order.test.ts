import t from 'tap'
import { areInOrder } from '../../../trainer/footage/order.js'
import type { Frames } from '../../../trainer/footage/frames.js'
import { findScene } from '../../../trainer/footage/scene.js'
import { createRandom } from '../../../trainer/random/index.js'
import { block, movingFrames, toAndFro } from './moving.js'

const pause = () => undefined
const walk = {
  things: [{ blocks: [block(8, 6, [220, 40, 40])], corner: (n: number) => [9, toAndFro(0, 34)(n)] as const }],
}

async function ordered (frames: Frames): Promise<boolean> {
  return await areInOrder(frames, await findScene(frames, false, 0, pause), 0.1, 0, pause)
}

t.test('frames in the order of time are told from the same frames shuffled', async t => {
  const { frames } = movingFrames(walk)
  t.ok(await ordered(frames))
  const order = createRandom(1, 'order').shuffle(Uint32Array.from({ length: frames.count }, (_, n) => n))
  const size = frames.bytes.length / frames.count
  const bytes = new Uint8Array(frames.bytes.length)
  order.forEach((from, n) => bytes.set(frames.bytes.subarray(from * size, (from + 1) * size), n * size))
  t.notOk(await ordered({ ...frames, bytes }))
})

t.test('a background of two states that follow one another is no order', async t => {
  const random = createRandom(2, 'places')
  const places = Array.from({ length: 300 }, () =>
    [Math.floor(8 + 24 * random.uniform()), Math.floor(34 * random.uniform())] as const)
  const { frames } = movingFrames({
    things: [
      { blocks: [block(6, 40, [200, 200, 60])], corner: n => Math.floor(n / 50) % 2 === 0 ? [0, 0] : undefined },
      { blocks: [block(8, 6, [220, 40, 40])], corner: n => places[n] },
    ],
  })
  t.notOk(await ordered(frames))
})
