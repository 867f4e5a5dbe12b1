import t from 'tap'
import { imageOf } from '../../server/images.js'
import { readSize } from '../../../models/image/size.js'
import { sniffImage } from '../../../models/image/sniff.js'

const size = { height: 19, width: 300 }
const image = imageOf(Uint8Array.from({ length: 19 * 300 * 3 }, (_, i) => i % 253), { ...size, channels: 3 })

t.test('every container says its size', async t => {
  const files = {
    PNG: image.clone().png(),
    JPEG: image.clone().jpeg(),
    'JPEG, progressive, with EXIF and a profile': image
      .clone()
      .withMetadata({ orientation: 6 })
      .withIccProfile('p3')
      .jpeg({ progressive: true }),
    'WebP, lossy': image.clone().webp(),
    'WebP, lossless': image.clone().webp({ lossless: true }),
    'WebP, extended': image.clone().withMetadata({ orientation: 6 }).webp(),
    'WebP, with alpha': image.clone().ensureAlpha(0.5).webp(),
  }
  for (const [name, pipeline] of Object.entries(files)) {
    const bytes = await pipeline.toBuffer()
    const format = sniffImage(bytes)!
    t.strictSame(readSize(bytes, format), size, name)
    for (let length = 12; length < 30; length++) t.doesNotThrow(() => readSize(bytes.subarray(0, length), format))
  }
})

t.test('what does not read is unknown', async t => {
  const jpeg = await image.clone().jpeg().toBuffer()
  t.equal(readSize(jpeg.subarray(0, 3), 'jpeg'), undefined)
  t.strictSame(
    readSize(Buffer.concat([jpeg.subarray(0, 2), Buffer.from([0xff]), jpeg.subarray(2)]), 'jpeg'),
    size,
    'a filling byte'
  )
  t.equal(readSize(Buffer.from([0xff, 0xd8, 0, 0, 0, 0, 0, 0, 0, 0]), 'jpeg'), undefined)
  t.equal(readSize(Buffer.from('RIFF....WEBPVP9 ....................'), 'webp'), undefined)
})
