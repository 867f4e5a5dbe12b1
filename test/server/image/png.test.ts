import t from 'tap'
import sharp from 'sharp'
import type { ImageShape } from '@partition-vae/models'
import { encodeImage } from '../../../server/image/codec.js'
import { encodePng } from '../../../server/image/png.js'

/** The pixels as another decoder reads them, which checks every chunk's sum too. */
async function readBack (file: Uint8Array, { channels }: ImageShape): Promise<Uint8Array> {
  const image = sharp(file, { failOn: 'warning' })
  return new Uint8Array(await (channels === 1 ? image.toColourspace('b-w') : image).raw().toBuffer())
}

const shapes = [[1, 1, 1], [28, 28, 1], [5, 9, 3], [7, 3, 4], [578, 636, 1], [96, 161, 3]] as const
for (const [height, width, channels] of shapes) {
  t.test(`${height} × ${width} × ${channels}: the file decodes to the same pixels, in as many channels`, async t => {
    const shape = { height, width, channels }
    const bytes = Uint8Array.from({ length: height * width * channels }, (_, i) => (i * 37 + (i >> 3) * 11) % 256)
    for (const file of [encodePng(bytes, shape), await encodeImage(bytes, shape, 'png')]) {
      t.match(await sharp(file).metadata(), { format: 'png', height, width, channels, depth: 'uchar' })
      t.same(await readBack(file, shape), bytes)
    }
  })
}

t.test('rows that come again take next to nothing', async t => {
  const shape = { height: 64, width: 640, channels: 1 }
  const row = Uint8Array.from({ length: 640 }, (_, i) => (i * i * 7) % 251)
  const repeated = new Uint8Array(64 * 640)
  for (let y = 0; y < 64; y++) repeated.set(row, y * 640)
  const file = encodePng(repeated, shape)
  t.same(await readBack(file, shape), repeated)
  const one = encodePng(row, { ...shape, height: 1 })
  t.ok(file.length < one.length + 500, `${file.length} bytes for 64 rows, ${one.length} for one`)
})

t.test('a part of a larger array is written as it is', async t => {
  const all = Uint8Array.from({ length: 100 }, (_, i) => i)
  const shape = { height: 3, width: 4, channels: 1 }
  t.same(await readBack(encodePng(all.subarray(30, 42), shape), shape), all.slice(30, 42))
})
