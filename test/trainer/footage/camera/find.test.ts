import t from 'tap'
import { findCamera } from '../../../../trainer/footage/camera/find.js'
import { frameAt, type Frames } from '../../../../trainer/footage/frames.js'
import { createRandom } from '../../../../trainer/random/index.js'
import { movingFrames, block, toAndFro } from '../moving.js'

const pause = async () => undefined
const [HEIGHT, WIDTH] = [40, 48]

/** A room that is drawn smoothly, seen from places that are given in fractions of a pixel; a block walks in it. */
function shaken (shiftAt: (n: number) => readonly [number, number], count = 120): Frames {
  const shape = { height: HEIGHT, width: WIDTH, channels: 3 }
  const bytes = new Uint8Array(count * HEIGHT * WIDTH * 3)
  for (let n = 0; n < count; n++) {
    const [down, right] = shiftAt(n)
    const walked = toAndFro(4, 36)(n)
    for (let p = 0; p < HEIGHT * WIDTH; p++) {
      const [y, x] = [Math.floor(p / WIDTH) - down, p % WIDTH - right]
      const inside = Math.abs(y - 20) < 4 && Math.abs(x - walked) < 3
      const wall = 120 + 40 * Math.sin(0.37 * x + 0.1 * y) + 35 * Math.sin(0.31 * y - 0.23 * x)
      bytes.set(inside ? [240, 30, 30] : [wall, wall * 0.8, 200 - wall], (n * HEIGHT * WIDTH + p) * 3)
    }
  }
  return { shape, count, bytes, indices: Uint32Array.from({ length: count }, (_, n) => n) }
}

t.test('a camera that shakes by fractions of pixels is found, and its frames are registered', async t => {
  const random = createRandom(1, 'shake')
  const shifts = Array.from({ length: 120 }, () => [4 * random.uniform() - 2, 4 * random.uniform() - 2] as const)
  const found = await findCamera(shaken(n => shifts[n]!), pause)
  if (found.kind !== 'registered') {
    t.fail(`the camera is ${found.kind}`)
    return
  }
  const { camera, frames } = found
  const errors = [0, 1].map(axis => {
    const differences = shifts.map((shift, n) => shift[axis]! - camera.shifts[n]![axis]!).sort((a, b) => a - b)
    return differences.map(value => Math.abs(value - differences[60]!)).sort((a, b) => a - b)[108]!
  })
  t.ok(errors[0]! < 0.2, `nine of ten rows are right to a fifth of a pixel: ${errors[0]!.toFixed(2)}`)
  t.ok(errors[1]! < 0.2, `nine of ten columns are right to a fifth of a pixel: ${errors[1]!.toFixed(2)}`)
  t.ok(camera.reach.every(reach => reach > 1.5 && reach < 2.6), `it reaches two pixels: ${camera.reach.join()}`)
  t.strictSame(camera.canvas.shape, {
    height: HEIGHT + 2 * camera.canvas.margin[0], width: WIDTH + 2 * camera.canvas.margin[1], channels: 3,
  }, 'the canvas is wider than a frame')
  // Row 34 is never passed by the block.
  const at = (34 * WIDTH + 24) * 3
  const values = Array.from({ length: frames.count }, (_, n) => frameAt(frames, n)[at]!).sort((a, b) => a - b)
  t.ok(values[108]! - values[12]! < 8, `what stands still looks so: from ${values[12]!} to ${values[108]!}`)
})

t.test('a camera that drifts far is told with its reach and the limit', async t => {
  const found = await findCamera(shaken(n => [0, 7.5 * Math.sin(n / 19)]), pause)
  if (found.kind !== 'beyond') {
    t.fail(`the camera is ${found.kind}`)
    return
  }
  t.strictSame(found.limit, [5, 6])
  t.ok(found.reach[1] > 6, `beyond the limit: ${found.reach[1].toFixed(1)}`)
})

t.test('things that move before a still camera are no camera', async t => {
  const { frames } = movingFrames({
    count: 150,
    things: [0, 1, 2, 3].map(i => ({
      blocks: [block(8, 14, [220, 40, 40])], corner: (n: number) => [1 + 10 * i, toAndFro(0, 26, 5 * i)(n)] as const,
    })),
  })
  const found = await findCamera(frames, pause)
  t.equal(found.kind, 'still')
  t.equal(found.frames, frames, 'the frames are left as they are')
})
