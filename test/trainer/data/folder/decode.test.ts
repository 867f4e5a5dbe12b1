import t from 'tap'
import { decodeImage, decoderVersion, type DecodeOptions } from '../../../../trainer/data/folder/decode.js'
import { decodeImage as serve } from '../../../../server/image/codec.js'
import { encode, pattern, png } from './images.js'

const as = (height: number, width: number, channels: 1 | 3, fit: DecodeOptions['fit'] = 'fill'): DecodeOptions => ({
  height,
  width,
  channels,
  fit,
})

t.test('an image of the right size keeps its exact pixels, in every lossless form', async t => {
  const grey = pattern(4, 6, 1)
  const rgb = pattern(4, 6, 3)
  const files: Array<[string, 1 | 3, Buffer]> = [
    ['grey PNG', 1, await png(4, 6, 1)],
    ['RGB PNG', 3, await png(4, 6, 3)],
    ['16 bit grey PNG', 1, await encode(Uint16Array.from(grey, v => v * 257), 4, 6, 1).png().toBuffer()],
    ['16 bit RGB PNG', 3, await encode(Uint16Array.from(rgb, v => v * 257), 4, 6, 3).png().toBuffer()],
    ['palette PNG', 3, await encode(rgb, 4, 6, 3).png({ palette: true, dither: 0 }).toBuffer()],
    ['interlaced PNG', 3, await encode(rgb, 4, 6, 3).png({ progressive: true }).toBuffer()],
    ['lossless WebP', 3, await encode(rgb, 4, 6, 3).webp({ lossless: true }).toBuffer()],
  ]
  for (const [name, channels, file] of files) {
    t.strictSame([...await decodeImage(file, as(4, 6, channels))], channels === 1 ? [...grey] : [...rgb], name)
  }
  const asRgb = await decodeImage(files[0]![2], as(4, 6, 3))
  t.strictSame([...asRgb], [...grey].flatMap(v => [v, v, v]), 'grey as RGB')
})

t.test('JPEG: close to what was encoded; grey is luminance', async t => {
  const smooth = Uint8Array.from({ length: 16 * 16 * 3 }, (_, i) => 40 + Math.floor(i / 3 / 16) * 8)
  const file = await encode(smooth, 16, 16, 3).jpeg({ quality: 95 }).toBuffer()
  for (const channels of [1, 3] as const) {
    const decoded = await decodeImage(file, as(16, 16, channels))
    t.equal(decoded.length, 256 * channels)
    t.ok(decoded.every((value, i) => Math.abs(value - smooth[Math.floor(i / channels) * 3]!) <= 3))
  }
  const cmyk = await encode(smooth, 16, 16, 3).toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer()
  t.equal((await decodeImage(cmyk, as(16, 16, 3))).length, 768)
})

t.test('transparency lies over black', async t => {
  const rgba = Uint8Array.from([200, 100, 50, 255, 200, 100, 50, 0, 200, 100, 50, 128, 10, 20, 30, 255])
  const file = await encode(rgba, 1, 4, 4).png().toBuffer()
  t.strictSame([...await decodeImage(file, as(1, 4, 3))], [200, 100, 50, 0, 0, 0, 100, 50, 25, 10, 20, 30])
  const greyAlpha = await encode(Uint8Array.of(200, 255, 200, 0), 1, 2, 2).png().toBuffer()
  t.strictSame([...await decodeImage(greyAlpha, as(1, 2, 1))], [200, 0])
})

t.test('EXIF orientation: turned upright before it is fitted', async t => {
  // Stored 2 wide and 3 high; orientation 6 shows it turned by 90° clockwise: 3 wide and 2 high.
  const stored = Uint8Array.of(1, 2, 3, 4, 5, 6)
  const file = await encode(stored, 3, 2, 1).withMetadata({ orientation: 6 }).png().toBuffer()
  t.strictSame([...await decodeImage(file, as(2, 3, 1))], [5, 3, 1, 6, 4, 2])
})

t.test('fit: fill stretches, contain adds black bars, cover crops the edges', async t => {
  // 4 wide, 2 high: left half 100, right half 200.
  const file = await encode(Uint8Array.of(100, 100, 200, 200, 100, 100, 200, 200), 2, 4, 1).png().toBuffer()
  const contain = await decodeImage(file, as(4, 4, 1, 'contain'))
  t.strictSame([...contain], [0, 0, 0, 0, 100, 100, 200, 200, 100, 100, 200, 200, 0, 0, 0, 0])
  const cover = await decodeImage(file, as(2, 2, 1, 'cover'))
  t.strictSame([...cover], [100, 200, 100, 200])
  const fill = await decodeImage(file, as(4, 4, 1, 'fill'))
  t.strictSame([...fill.subarray(0, 4)], [...fill.subarray(12)])
  t.ok(fill.every((value, i) => (i % 4 < 2) === (value < 150)))
})

t.test('no train/serve skew: the service decodes to the same bytes', async t => {
  const files = {
    'RGB PNG': await png(31, 47, 3),
    'grey PNG': await png(31, 47, 1),
    'RGBA PNG': await png(31, 47, 4),
    '16 bit PNG': await encode(Uint16Array.from(pattern(31, 47, 3), v => v * 250), 31, 47, 3).png().toBuffer(),
    JPEG: await encode(pattern(90, 120, 3), 90, 120, 3).jpeg().toBuffer(),
    'progressive JPEG': await encode(pattern(90, 120, 3), 90, 120, 3).jpeg({ progressive: true }).toBuffer(),
    'turned JPEG': await encode(pattern(40, 30, 3), 40, 30, 3).withMetadata({ orientation: 8 }).jpeg().toBuffer(),
    WebP: await encode(pattern(90, 70, 3), 90, 70, 3).webp().toBuffer(),
  }
  for (const [name, file] of Object.entries(files)) {
    for (const fit of ['fill', 'contain', 'cover'] as const) {
      for (const channels of [1, 3] as const) {
        const served = await serve(
          file,
          { height: 20, width: 28, channels },
          { fit, invert: false, maxPixels: 1e6 },
          'image'
        )
        t.ok(
          Buffer.from(served).equals(await decodeImage(file, as(20, 28, channels, fit))),
          `${name}, ${fit}, ${channels} channels`
        )
      }
    }
  }
})

t.test('what does not decode: a one-line reason', async t => {
  const file = await png(64, 64, 3)
  const jpeg = await encode(pattern(64, 64, 3), 64, 64, 3).jpeg().toBuffer()
  // 30,000 × 30,000: a header alone is enough to be refused.
  const bomb = Buffer.from(await png(1, 1, 1))
  bomb.writeUInt32BE(30_000, 16)
  bomb.writeUInt32BE(30_000, 20)
  bomb.writeUInt32BE(crc32(bomb.subarray(12, 29)), 29)
  const cases: Array<[string, Uint8Array, RegExp]> = [
    ['truncated PNG', file.subarray(0, file.length / 2), /./],
    ['PNG header only', file.subarray(0, 40), /./],
    ['truncated JPEG', jpeg.subarray(0, jpeg.length / 2), /./],
    ['text', Buffer.from('hello'), /unsupported image format/],
    [
      'SVG',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"><rect width="4" height="4"/></svg>'),
      /unsupported image format/,
    ],
    [
      'GIF',
      await encode(pattern(4, 4, 3), 4, 4, 3)
        .gif()
        .toBuffer(),
      /unsupported image format/,
    ],
    [
      'TIFF',
      await encode(pattern(4, 4, 3), 4, 4, 3)
        .tiff()
        .toBuffer(),
      /unsupported image format/,
    ],
    ['bomb', bomb, /^30000 × 30000 pixels, more than 40000000$/],
  ]
  for (const [name, bytes, message] of cases) {
    const error: Error = await decodeImage(bytes, as(8, 8, 3)).then(() => t.fail(name), error => error)
    t.match(error.message, message, name)
    t.notMatch(error.message, /\n|^$|\s$|:$/, name)
  }
})

t.test('the cache of decoded images is of one rule and of the versions that decoded them', async t => {
  t.match(decoderVersion, /^rule 2, @napi-rs\/image \d+\.\d+\.\d+, sharp \d+\.\d+\.\d+, libvips \d/)
})

/** CRC-32 as in PNG, bit by bit. */
function crc32 (bytes: Uint8Array): number {
  let crc = ~0
  for (const byte of bytes) {
    crc ^= byte
    for (let k = 0; k < 8; k++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ~crc >>> 0
}
