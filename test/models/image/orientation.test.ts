import { deflateSync } from 'node:zlib'
import t from 'tap'
import { readOrientation } from '../../../models/image/orientation.js'
import { readTiffOrientation } from '../../../models/image/tiff.js'
import { crc32, imageOf } from '../../server/images.js'

/** An EXIF block with nothing but an orientation. Types: 1 byte, 3 short, 4 long. */
function exif (orientation: number, { little = true, type = 3 } = {}): Buffer {
  const block = Buffer.alloc(26)
  block.write(little ? 'II' : 'MM', 'latin1')
  const [two, four] = little
    ? [block.writeUInt16LE.bind(block), block.writeUInt32LE.bind(block)]
    : [block.writeUInt16BE.bind(block), block.writeUInt32BE.bind(block)]
  two(42, 2)
  four(8, 4)
  two(1, 8)
  two(0x112, 10)
  two(type, 12)
  four(1, 14)
  if (type === 1) block[18] = orientation
  else if (type === 3) two(orientation, 18)
  else four(orientation, 18)
  return block
}

function chunk (type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(data.length, 0)
  frame.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
}

const image = imageOf(Uint8Array.from({ length: 12 }, (_, i) => i * 20), { width: 4, height: 3, channels: 1 })
const png = await image.clone().png().toBuffer()
const jpeg = await image.clone().jpeg().toBuffer()
/** The picture with chunks before its pixels, or before its end. */
const early = (...chunks: Buffer[]) => Buffer.concat([png.subarray(0, 33), ...chunks, png.subarray(33)])
const late = (...chunks: Buffer[]) => Buffer.concat([png.subarray(0, -12), ...chunks, png.subarray(-12)])

/** As ImageMagick writes it. */
function rawProfile (block: Uint8Array, kind = 'exif'): string {
  return `\n${kind}\n${String(block.length).padStart(8)}\n${Buffer.from(block).toString('hex').replace(/.{72}/g, '$&\n')}\n`
}
const latin1 = (text: string) => Buffer.from(text, 'latin1')
const named = (text: string, name = 'Raw profile type exif') => latin1(`${name}\0${text}`)
const deflated = (text: string, name = 'Raw profile type exif') =>
  Buffer.concat([latin1(`${name}\0\0`), deflateSync(latin1(text))])

t.test('TIFF: either order of bytes, every type of number, with JPEG\'s prefix or without', async t => {
  for (const little of [true, false]) {
    for (const type of [1, 3, 4]) {
      t.equal(readTiffOrientation(exif(6, { little, type })), 6, `${little ? 'II' : 'MM'}, type ${type}`)
    }
  }
  t.equal(readTiffOrientation(Buffer.concat([latin1('Exif\0\0'), exif(3)])), 3)
  for (const bad of [0, 9, 65535]) t.equal(readTiffOrientation(exif(bad)), undefined, `orientation ${bad}`)
  for (let length = 0; length < 20; length++) {
    t.equal(readTiffOrientation(exif(6).subarray(0, length)), undefined, `${length} bytes of it`)
  }
  const far = exif(6)
  far.writeUInt32LE(0xfffffff0, 4)
  t.equal(readTiffOrientation(far), undefined, 'a directory beyond the end')
  t.equal(readTiffOrientation(latin1('http://ns.adobe.com/xap/1.0/\0')), undefined, 'XMP')
})

t.test('PNG: eXIf before and after the pixels, raw profiles in each kind of text', async t => {
  const block = Buffer.concat([latin1('Exif\0\0'), exif(6, { little: false })])
  const text = rawProfile(block)
  const files: Record<string, Buffer> = {
    'eXIf before the pixels': early(chunk('eXIf', exif(6))),
    'eXIf after them': late(chunk('eXIf', exif(6))),
    'eXIf with the prefix of JPEG': early(chunk('eXIf', block)),
    tEXt: early(chunk('tEXt', named(text))),
    zTXt: early(chunk('zTXt', deflated(text))),
    'zTXt after the pixels': late(chunk('zTXt', deflated(text))),
    'zTXt, type APP1': early(chunk('zTXt', deflated(rawProfile(block, 'generic'), 'Raw profile type APP1'))),
    iTXt: early(chunk('iTXt', named(`\0\0\0\0${text}`))),
    'iTXt, with its language': early(chunk('iTXt', named(`\0\0en\0EXIF\0${text}`))),
    'iTXt, deflated': early(chunk('iTXt', Buffer.concat([named('\x01\0\0\0'), deflateSync(latin1(text))]))),
    'a damaged eXIf, then a profile': early(chunk('eXIf', latin1('nothing')), chunk('zTXt', deflated(text))),
    'an XMP profile, then EXIF': early(
      chunk('zTXt', deflated(rawProfile(latin1('http://ns.adobe.com/xap/1.0/\0'), 'app1'), 'Raw profile type APP1')),
      chunk('zTXt', deflated(text))
    ),
    'both: eXIf counts': late(chunk('zTXt', deflated(rawProfile(exif(3)))), chunk('eXIf', exif(6))),
  }
  for (const [name, file] of Object.entries(files)) t.equal(readOrientation(file, 'png'), 6, name)
})

t.test('PNG: damaged or hostile metadata is no orientation, and no error', async t => {
  const bomb = Buffer.concat([latin1('Raw profile type exif\0\0'), deflateSync(Buffer.alloc(2 ** 24, ' '))])
  const files: Record<string, Buffer> = {
    'no EXIF': png,
    'text of another name': early(chunk('tEXt', named(rawProfile(exif(6)), 'Comment'))),
    'a profile that is not hexadecimal': early(chunk('tEXt', named('\nexif\n 26\nzz'))),
    'half a profile': early(chunk('tEXt', named(rawProfile(exif(6)).slice(0, 30)))),
    'no profile at all': early(chunk('tEXt', named(''))),
    'a name without an end': early(chunk('tEXt', Buffer.alloc(100, 'x'))),
    'what does not inflate': early(chunk('zTXt', named('\0what'))),
    'what inflates to 16 MiB': early(chunk('zTXt', bomb)),
    'iTXt without its fields': early(chunk('iTXt', named('\0\0en'))),
    'after the end': Buffer.concat([png, chunk('eXIf', exif(6))]),
    'a chunk that is longer than the file': png.subarray(0, 40),
  }
  for (const [name, file] of Object.entries(files)) t.equal(readOrientation(file, 'png'), 1, name)
  // However many there are, two are looked into.
  const many = early(...new Array(2000).fill(chunk('zTXt', bomb)), chunk('zTXt', deflated(rawProfile(exif(6)))))
  t.equal(readOrientation(many, 'png'), 1)
})

t.test('JPEG and WebP', async t => {
  const segment = (marker: number, data: Buffer) =>
    Buffer.concat([Buffer.from([0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 255]), data])
  const within = (...segments: Buffer[]) => Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)])
  const block = Buffer.concat([latin1('Exif\0\0'), exif(8)])
  t.equal(readOrientation(jpeg, 'jpeg'), 1)
  t.equal(readOrientation(within(segment(0xe1, block)), 'jpeg'), 8)
  t.equal(
    readOrientation(
      within(segment(0xe1, latin1('http://ns.adobe.com/xap/1.0/\0')), Buffer.from([0xff]), segment(0xe1, block)),
      'jpeg'
    ),
    8,
    'after XMP and a filling byte'
  )
  t.equal(readOrientation(within(segment(0xe1, latin1('Exif\0\0damaged'))), 'jpeg'), 1)
  t.equal(readOrientation(Buffer.concat([jpeg, segment(0xe1, block)]), 'jpeg'), 1, 'behind the scan')
  t.equal(readOrientation(within(segment(0xe1, block)).subarray(0, 20), 'jpeg'), 1)
  t.equal(readOrientation(await image.clone().webp({ lossless: true }).toBuffer(), 'webp'), 1)
  for (const orientation of [2, 5, 8]) {
    t.equal(
      readOrientation(await image.clone().withMetadata({ orientation }).webp({ lossless: true }).toBuffer(), 'webp'),
      orientation
    )
  }
})
