import sharp from 'sharp'
import t from 'tap'
import { Thumbnails } from '../../../trainer/export/thumbnails.js'

const image = { height: 48, width: 64, channels: 3 }
const filled = (colours: ReadonlyArray<readonly number[]>) =>
  Uint8Array.from({ length: colours.length * 48 * 64 * 3 }, (_, i) => colours[Math.floor(i / (48 * 64 * 3))]![i % 3]!)

t.test('large images become small, each in its place', async t => {
  const colours = [[250, 10, 10], [10, 250, 10], [10, 10, 250], [240, 240, 240], [20, 20, 20]]
  const thumbnails = new Thumbnails(image, 5)
  thumbnails.add(0, filled(colours.slice(0, 3)))
  thumbnails.add(3, filled(colours.slice(3)))
  const { file, type, columns, width, height } = await thumbnails.finish()
  t.strictSame([type, width, height, columns], ['image/webp', 32, 24, 2])
  const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true })
  t.match(info, { width: 64, height: 72, channels: 3 })
  for (const [i, colour] of colours.entries()) {
    const [y, x] = [Math.floor(i / 2) * 24 + 12, (i % 2) * 32 + 16]
    const at = (y * 64 + x) * 3
    t.ok(colour.every((value, c) => Math.abs(value - data[at + c]!) < 12), `${i}: ${[...data.subarray(at, at + 3)]}`)
  }
})

t.test('a pixel is the mean of those that it covers, at the edge of fewer', async t => {
  const thumbnails = new Thumbnails({ height: 1, width: 65, channels: 1 }, 1)
  thumbnails.add(0, Uint8Array.from({ length: 65 }, (_, i) => (i < 63 ? 100 : 200)))
  const { file, width, height } = await thumbnails.finish()
  t.strictSame([width, height], [22, 1])
  const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true })
  t.ok(Math.abs(data[0]! - 100) < 8)
  t.ok(Math.abs(data[21 * info.channels]! - 200) < 20, String(data[21 * info.channels]))
})

t.test('small ones keep their size', async t => {
  const thumbnails = new Thumbnails({ height: 28, width: 28, channels: 1 }, 1)
  thumbnails.add(0, new Uint8Array(28 * 28))
  t.match(await thumbnails.finish(), { width: 28, height: 28, columns: 1 })
})
