import t from 'tap'
import { sniffImage } from '../../../models/image/sniff.js'
import { imageOf, readDigit, SVG } from '../../server/images.js'

const pixels = imageOf(new Uint8Array(12), { height: 2, width: 2, channels: 3 })

t.test('bytes say what they are', async t => {
  t.equal(sniffImage(await readDigit()), 'png')
  t.equal(sniffImage(await pixels.clone().jpeg().toBuffer()), 'jpeg')
  t.equal(sniffImage(await pixels.clone().webp().toBuffer()), 'webp')
})

t.test('everything else is nothing', async t => {
  const others = [
    SVG,
    Buffer.from('GIF89a'),
    Buffer.from('hello'),
    Buffer.alloc(0),
    Buffer.from([0x89]),
    Buffer.from('RIFF    WAVE'),
    await pixels.clone().tiff().toBuffer(),
  ]
  for (const bytes of others) {
    t.equal(sniffImage(bytes), undefined, JSON.stringify(bytes.subarray(0, 8).toString('latin1')))
  }
})
