import { crc32 } from '../../server/images.js'
import t from 'tap'
import { imageOf, pngOf } from '../../server/images.js'
import { readPlainPng } from '../../../models/image/png-header.js'

const size = { height: 3, width: 5 }
const pixels = (channels: number) => Uint8Array.from({ length: 15 * channels }, (_, i) => i * 5)

/** The file with a chunk after its header. */
function withChunk (png: Buffer, type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(data.length, 0)
  frame.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([png.subarray(0, 33), frame.subarray(0, 4), body, frame.subarray(4), png.subarray(33)])
}

t.test('the four plain kinds', async t => {
  for (const channels of [1, 2, 3, 4]) {
    t.strictSame(readPlainPng(await pngOf(pixels(channels), { ...size, channels })), {
      ...size,
      channels,
      described: false,
    })
  }
  const grey = await pngOf(pixels(1), { ...size, channels: 1 })
  for (const [described, types] of [
    [false, ['pHYs', 'tIME', 'sRGB', 'bKGD']],
    [true, ['eXIf', 'iTXt', 'zTXt', 'tEXt']],
  ] as const) {
    for (const type of types) {
      t.match(readPlainPng(withChunk(grey, type, new Uint8Array(9))), { ...size, described }, type)
    }
  }
})

t.test('what may change pixels is for the general decoder', async t => {
  const grey = await pngOf(pixels(1), { ...size, channels: 1 })
  for (const type of ['iCCP', 'gAMA', 'cHRM', 'cICP', 'sBIT', 'tRNS', 'acTL', 'PLTE', 'abcd']) {
    t.equal(readPlainPng(withChunk(grey, type, new Uint8Array(9))), undefined, type)
  }
  const colour = imageOf(pixels(3), { ...size, channels: 3 })
  t.equal(readPlainPng(await colour.clone().png({ palette: true }).toBuffer()), undefined, 'palette')
  t.equal(readPlainPng(await colour.clone().png({ progressive: true }).toBuffer()), undefined, 'interlaced')
  t.equal(readPlainPng(await colour.clone().toColourspace('rgb16').png().toBuffer()), undefined, '16 bit')
})

t.test('what is not whole is for the general decoder', async t => {
  const grey = await pngOf(pixels(1), { ...size, channels: 1 })
  for (let length = 0; length < grey.length; length++) {
    t.equal(readPlainPng(grey.subarray(0, length)), undefined, `the first ${length} bytes`)
  }
  t.equal(readPlainPng(Buffer.concat([grey, Buffer.alloc(1)])), undefined, 'something behind the end')
  for (const [offset, value, what] of [
    [8, 1, 'a header of another length'],
    [12, 0, 'another first chunk'],
    [19, 0, 'no width'],
    [23, 0, 'no height'],
    [26, 1, 'another compression'],
    [27, 1, 'another filter'],
    [25, 5, 'no colour type'],
  ] as const) {
    const changed = Buffer.from(grey)
    changed[offset] = value
    t.equal(readPlainPng(changed), undefined, what)
  }
})
