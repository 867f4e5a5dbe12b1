import t from 'tap'
import type { Orientation } from '../../../models/image/picture.js'
import { turnUpright } from '../../../models/image/turn.js'

t.test('turned upright, as EXIF numbers it', async t => {
  // 3 wide, 2 high.
  const stored = Uint8Array.of(1, 2, 3, 4, 5, 6)
  const upright: Record<Orientation, number[]> = {
    1: [1, 2, 3, 4, 5, 6],
    2: [3, 2, 1, 6, 5, 4],
    3: [6, 5, 4, 3, 2, 1],
    4: [4, 5, 6, 1, 2, 3],
    5: [1, 4, 2, 5, 3, 6],
    6: [4, 1, 5, 2, 6, 3],
    7: [6, 3, 5, 2, 4, 1],
    8: [3, 6, 2, 5, 1, 4],
  }
  for (const [orientation, expected] of Object.entries(upright)) {
    const turned = (pixels: Uint8Array, channels: number) =>
      turnUpright(pixels, { width: 3, height: 2, channels }, Number(orientation) as Orientation)
    t.strictSame([...turned(stored, 1)], expected, orientation)
    const colour = Uint8Array.from({ length: 18 }, (_, i) => 10 * stored[Math.floor(i / 3)]! + i % 3)
    t.strictSame(
      [...turned(colour, 3)],
      expected.flatMap(value => [10 * value, 10 * value + 1, 10 * value + 2]),
      `${orientation}, colour`
    )
  }
})
