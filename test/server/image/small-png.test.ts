import t from 'tap'
import sharp from 'sharp'
import { encodeImage } from '../../../server/image/codec.js'
import { encodeSmallPng, SMALL_PNG } from '../../../server/image/small-png.js'

for (const [height, width, channels] of [[1, 1, 1], [28, 28, 1], [5, 9, 3], [SMALL_PNG / 2, 2, 1]] as const) {
  t.test(`${height} × ${width} × ${channels}: the file decodes to the same pixels, in as many channels`, async t => {
    const bytes = Uint8Array.from({ length: height * width * channels }, (_, i) => (i * 37 + (i >> 3) * 11) % 256)
    for (const file of [
      encodeSmallPng(bytes, { height, width, channels }),
      await encodeImage(bytes, { height, width, channels }, 'png'),
    ]) {
      const metadata = await sharp(file).metadata()
      t.match(metadata, { format: 'png', height, width, channels, depth: 'uchar' })
      const image = sharp(file)
      const pixels = await (channels === 1 ? image.toColourspace('b-w') : image).raw().toBuffer()
      t.same(new Uint8Array(pixels), bytes)
    }
  })
}
