import t from 'tap'
import { imageOf } from '../../server/images.js'
import { readPlainJpeg } from '../../../models/image/jpeg-header.js'

const size = { height: 16, width: 24 }
const image = (channels: number) =>
  imageOf(
    Uint8Array.from({ length: 384 * channels }, (_, i) => i % 251),
    { ...size, channels }
  )
const colour = await image(3).jpeg().toBuffer()
const grey = await image(1).jpeg().toBuffer()

const segment = (marker: number, data: Buffer | string) => {
  const bytes = Buffer.from(data as string, 'latin1')
  return Buffer.concat([Buffer.from([0xff, marker, (bytes.length + 2) >> 8, (bytes.length + 2) & 255]), bytes])
}
/** The file with a segment at its begin. */
const withSegment = (jpeg: Buffer, marker: number, data: Buffer | string) =>
  Buffer.concat([jpeg.subarray(0, 2), segment(marker, data), jpeg.subarray(2)])
const at = (jpeg: Buffer, marker: number) => jpeg.indexOf(Buffer.from([0xff, marker]))
const changed = (jpeg: Buffer, offset: number, value: number) => {
  const copy = Buffer.from(jpeg)
  copy[offset] = value
  return copy
}

const progressive = await image(3).jpeg({ progressive: true }).toBuffer()
/** Its last scan, again and again. */
function withScans (scans: number): Buffer {
  const starts = Array.from(progressive, (_, i) => i).filter(
    i => progressive[i] === 0xff && progressive[i + 1] === 0xda
  )
  const last = progressive.subarray(starts.at(-1)!, -2)
  return Buffer.concat([
    progressive.subarray(0, -2),
    ...new Array(scans - starts.length).fill(last),
    progressive.subarray(-2),
  ])
}

const whole = { right: false, below: false }

t.test('plain ones: grey and colour, baseline and progressive, with whatever changes no pixel', async t => {
  t.match(readPlainJpeg(colour), { ...size, components: 3, padding: { right: true, below: false } })
  t.match(readPlainJpeg(grey), { ...size, components: 1, padding: whole })
  t.match(readPlainJpeg(await image(3).jpeg({ chromaSubsampling: '4:4:4' }).toBuffer()), {
    ...size,
    components: 3,
    padding: whole,
  })
  t.match(readPlainJpeg(progressive), { ...size, components: 3 })
  for (const [marker, data] of [
    [0xfe, 'a comment'],
    [0xe1, 'http://ns.adobe.com/xap/1.0/\0'],
    [0xe1, 'Exif\0\0'],
    [0xe2, 'MPF\0'],
    [0xed, 'Photoshop 3.0\0'],
    [0xee, 'Adobe\0d\0\0\0\0\x01'],
  ] as const) {
    t.match(readPlainJpeg(withSegment(colour, marker, data)), size, data)
  }
  t.match(readPlainJpeg(Buffer.concat([colour, Buffer.from('what a camera adds')])), size, 'something behind the end')
})

t.test('which edges take colour from beyond them, and whether there is light beyond them too', async t => {
  const cases = [
    [16, 32, false, false, true],
    [16, 24, true, false, false],
    [24, 32, false, true, false],
    [17, 33, false, false, true],
    [18, 30, true, true, true],
    [18, 40, true, true, false],
  ] as const
  for (const [height, width, right, below, widens] of cases) {
    const black = imageOf(new Uint8Array(height * width * 3), { height, width, channels: 3 })
    for (const progressive of [false, true]) {
      const file = await black.clone().jpeg({ chromaSubsampling: '4:2:0', progressive }).toBuffer()
      const expected = { padding: { right, below }, widens: widens || !progressive }
      t.match(readPlainJpeg(file), expected, `${width} × ${height}`)
    }
  }
})

t.test('where the size stands', async t => {
  for (const file of [colour, grey, progressive]) {
    const { frame } = readPlainJpeg(file)!
    t.same([file.readUInt16BE(frame + 1), file.readUInt16BE(frame + 3)], [16, 24])
  }
})

t.test('what may change pixels, or takes longer than it looks, is for the general decoder', async t => {
  const cases: Array<[string, Buffer]> = [
    ['a colour profile', await image(3).withIccProfile('p3').jpeg().toBuffer()],
    ['two scans of all', Buffer.concat([colour.subarray(0, -2), colour.subarray(at(colour, 0xda))])],
    ['a hundred and one scans', withScans(101)],
    ['a third of the samples across', changed(colour, at(colour, 0xc0) + 11, 0x31)],
    ['CMYK', await image(3).toColourspace('cmyk').jpeg().toBuffer()],
    ['Adobe RGB', withSegment(colour, 0xee, 'Adobe\0d\0\0\0\0\x00')],
    ['a short Adobe segment', withSegment(colour, 0xee, 'Adobe')],
    ['components with other names', changed(colour, at(colour, 0xc0) + 10, 82)],
    ['a scan of one component', changed(colour, at(colour, 0xda) + 4, 1)],
    ['12 bit', changed(colour, at(colour, 0xc0) + 4, 12)],
    ['lossless', changed(colour, at(colour, 0xc0) + 1, 0xc3)],
    ['arithmetic', changed(colour, at(colour, 0xc0) + 1, 0xc9)],
    ['two components', changed(colour, at(colour, 0xc0) + 9, 2)],
    ['two frames', withSegment(colour, 0xc0, colour.subarray(at(colour, 0xc0) + 4, at(colour, 0xc0) + 19))],
    ['no height', changed(colour, at(colour, 0xc0) + 6, 0)],
    ['no width', changed(colour, at(colour, 0xc0) + 8, 0)],
    ['a scan before its frame', withSegment(colour, 0xda, 'x')],
    ['bytes between segments', Buffer.concat([colour.subarray(0, 2), Buffer.from([0]), colour.subarray(2)])],
    ['a filling byte', Buffer.concat([colour.subarray(0, 2), Buffer.from([0xff]), colour.subarray(2)])],
    [
      'a segment without its length',
      Buffer.concat([colour.subarray(0, 2), Buffer.from([0xff, 0xe5, 0, 1]), colour.subarray(2)]),
    ],
    ['an empty frame', withSegment(colour, 0xc0, 'x')],
  ]
  for (const [name, bytes] of cases) t.equal(readPlainJpeg(bytes), undefined, name)
})

t.test('what is cut off is for the general decoder', async t => {
  for (const file of [colour, progressive]) {
    for (let length = 0; length < file.length; length++) {
      if (readPlainJpeg(file.subarray(0, length)) !== undefined) t.fail(`the first ${length} of ${file.length} bytes`)
    }
  }
  t.match(readPlainJpeg(withScans(100)), size, 'a hundred scans are let through')
})
