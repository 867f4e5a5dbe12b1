import t from 'tap'
import sharp from 'sharp'
import { createRandom } from '../../helpers/linear-model.js'
import { flatten, toChannels } from '../../../models/image/colour.js'

t.test('every value of every transparency, over black and over white, as libvips lays it', async t => {
  const pairs = Uint8Array.from({ length: 2 * 65536 }, (_, i) => i % 2 === 0 ? i >> 9 : (i >> 1) & 255)
  for (const [background, css] of [[0, '#000'], [255, '#fff']] as const) {
    const expected = await sharp(pairs, { raw: { height: 256, width: 256, channels: 2 } })
      .toColourspace('b-w')
      .flatten({ background: css })
      .raw({ depth: 'uchar' })
      .toBuffer()
    t.ok(expected.equals(flatten(pairs, 2, background)), css)
  }
  t.strictSame([...flatten(Uint8Array.of(200, 100, 50, 128, 1, 2, 3, 255), 4, 0)], [100, 50, 25, 1, 2, 3])
})

t.test('colour to grey: libvips\' luminance, off by one in a few of a hundred thousand', async t => {
  const random = createRandom(7)
  const rgb = Uint8Array.from({ length: 3 * 400_000 }, () => Math.floor(random() * 256))
  const expected = await sharp(rgb, { raw: { height: 400, width: 1000, channels: 3 } })
    .toColourspace('b-w')
    .raw({ depth: 'uchar' })
    .toBuffer()
  const grey = toChannels(rgb, 3, 1)
  const off = grey.map((value, i) => Math.abs(value - expected[i]!))
  t.ok(off.every(levels => levels <= 1))
  t.ok(off.filter(levels => levels > 0).length <= 12, `${off.filter(levels => levels > 0).length} of 400,000`)
})

t.test('grey to colour repeats; the same stays the same array', async t => {
  t.strictSame([...toChannels(Uint8Array.of(1, 2), 1, 3)], [1, 1, 1, 2, 2, 2])
  const bytes = Uint8Array.of(1, 2, 3)
  t.equal(toChannels(bytes, 3, 3), bytes)
  t.equal(toChannels(bytes, 1, 1), bytes)
})
