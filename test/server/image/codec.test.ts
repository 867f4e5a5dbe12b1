import t from 'tap'
import sharp from 'sharp'
import { pixelCount, type ImageShape } from '@partition-vae/models'
import { decodeImage, encodeImage, type DecodeOptions } from '../../../server/image/codec.js'
import { createRandom } from '../../helpers/linear-model.js'
import { imageOf, pixelsOf, pngBomb, pngOf, readDigit, SVG } from '../images.js'
import { largestDifference } from '../service.js'

const options: DecodeOptions = { fit: 'fill', invert: false, maxPixels: 1e6 }
const decode = (bytes: Uint8Array, shape: ImageShape, other: Partial<DecodeOptions> = {}) =>
  decodeImage(bytes, shape, { ...options, ...other }, 'image[0]')

const grey: ImageShape = { height: 6, width: 4, channels: 1 }
const colour: ImageShape = { ...grey, channels: 3 }
const random = createRandom(1)
const noise = (shape: ImageShape) => Uint8Array.from({ length: pixelCount(shape) }, () => Math.floor(random() * 256))
/** Smooth, so that lossy containers keep it. */
const ramp = (shape: ImageShape) => Uint8Array.from({ length: pixelCount(shape) }, (_, i) => {
  const pixel = Math.floor(i / shape.channels)
  return 40 + Math.round(160 * (Math.floor(pixel / shape.width) / shape.height)) + 20 * (i % shape.channels)
})

t.test('an image of the model\'s size keeps every pixel', async t => {
  for (const shape of [grey, colour]) {
    const pixels = noise(shape)
    for (const container of ['png', 'webp'] as const) {
      const bytes = await imageOf(pixels, shape)[container]({ lossless: true } as object).toBuffer()
      t.strictSame(new Uint8Array(await decode(bytes, shape)), pixels, `${container}, ${shape.channels} channels`)
    }
  }
})

t.test('the same image in another container is the same within 4 levels', async t => {
  for (const shape of [{ height: 48, width: 32, channels: 1 }, { height: 48, width: 32, channels: 3 }]) {
    const pixels = ramp(shape)
    const files = {
      jpeg: await imageOf(pixels, shape).jpeg({ quality: 98, chromaSubsampling: '4:4:4' }).toBuffer(),
      webp: await imageOf(pixels, shape).webp({ quality: 98 }).toBuffer(),
      'indexed png': await imageOf(pixels, shape).png({ palette: true, colours: 256 }).toBuffer(),
    }
    for (const [name, bytes] of Object.entries(files)) {
      const difference = largestDifference(await decode(bytes, shape), pixels)
      t.ok(difference <= 4, `${name}, ${shape.channels} channels: ${difference}`)
    }
  }
})

t.test('16 bit becomes 8', async t => {
  const pixels = noise(grey)
  const wide = await sharp(
    Uint16Array.from(pixels, value => value * 257),
    { raw: { ...grey, channels: 1 } }
  )
    .toColourspace('grey16')
    .png()
    .toBuffer()
  t.equal((await sharp(wide).metadata()).depth, 'ushort')
  t.strictSame(new Uint8Array(await decode(wide, grey)), pixels)
})

t.test('grey for a colour model, colour for a grey one', async t => {
  const pixels = noise(grey)
  t.strictSame(
    new Uint8Array(await decode(await pngOf(pixels, grey), colour)),
    Uint8Array.from(pixels, value => value).reduce((out, value, i) => {
      out.fill(value, 3 * i, 3 * i + 3)
      return out
    }, new Uint8Array(72))
  )
  const neutral = Uint8Array.from({ length: 72 }, (_, i) => pixels[Math.floor(i / 3)]!)
  t.ok(
    largestDifference(await decode(await pngOf(neutral, colour), grey), pixels) <= 1,
    'a colour image without colour'
  )
  const [red, green, blue] = [[255, 0, 0], [0, 255, 0], [0, 0, 255]]
  const one = { height: 1, width: 3, channels: 1 }
  const [r, g, b] = await decode(
    await pngOf(Uint8Array.from([red, green, blue].flat() as number[]), { ...one, channels: 3 }),
    one
  )
  t.ok(g! > r!, `luminance: green ${g} above red ${r}`)
  t.ok(r! > b!, `luminance: red ${r} above blue ${b}`)
})

t.test('CMYK comes out as colour', async t => {
  const bytes = await sharp({ create: { width: 4, height: 6, channels: 3, background: '#f00' } })
    .toColourspace('cmyk')
    .jpeg({ quality: 100 })
    .toBuffer()
  t.equal((await sharp(bytes).metadata()).space, 'cmyk')
  const [r, g, b] = await decode(bytes, colour)
  t.ok(r! > 200, `red: ${r}`)
  t.ok(g! < 60, `green: ${g}`)
  t.ok(b! < 60, `blue: ${b}`)
})

t.test('transparency shows black, also where the image is inverted', async t => {
  const two = { height: 1, width: 4, channels: 1 }
  const bytes = await pngOf(Uint8Array.of(200, 255, 200, 0, 200, 128, 60, 255), { ...two, channels: 2 })
  t.ok(largestDifference(await decode(bytes, two), [200, 0, 100, 60]) <= 1)
  t.ok(largestDifference(await decode(bytes, two, { invert: true }), [55, 0, 28, 195]) <= 1)
})

t.test('EXIF orientation is applied before the fit', async t => {
  const pixels = noise({ height: 16, width: 24, channels: 1 }).map(value => value > 127 ? 255 : 0)
  // Blocks of 8 × 8 survive JPEG.
  const blocks = Uint8Array.from(
    { length: 16 * 24 },
    (_, i) => pixels[Math.floor(i / 24 / 8) * 24 + Math.floor((i % 24) / 8)]!
  )
  const upright = { height: 16, width: 24, channels: 1 }
  const turned = { height: 24, width: 16, channels: 1 }
  const bytes = await imageOf(blocks, upright).withMetadata({ orientation: 6 }).jpeg({ quality: 100 }).toBuffer()
  // Orientation 6: the stored image's left column is the top row, from the bottom up.
  const expected = Uint8Array.from({ length: 24 * 16 }, (_, i) => blocks[(15 - i % 16) * 24 + Math.floor(i / 16)]!)
  t.ok(largestDifference(await decode(bytes, turned), expected) <= 4)
})

t.test('fill stretches, contain pads with black, cover crops the middle', async t => {
  const wide = { height: 8, width: 16, channels: 1 }
  // Left quarter 200, middle half 100, right quarter 200.
  const bytes = await pngOf(Uint8Array.from({ length: 128 }, (_, i) => Math.abs(i % 16 - 7.5) > 4 ? 200 : 100), wide)
  const square = { height: 8, width: 8, channels: 1 }
  const row = async (other: Partial<DecodeOptions>, y: number) =>
    Array.from((await decode(bytes, square, other)).subarray(y * 8, y * 8 + 8))
  const filled = await row({ fit: 'fill' }, 0)
  t.ok(filled[0]! > 180, `fill, left: ${filled}`)
  t.ok(filled[7]! > 180, `fill, right: ${filled}`)
  t.ok(Math.abs(filled[4]! - 100) < 20, `fill, middle: ${filled}`)
  t.strictSame(await row({ fit: 'contain' }, 0), new Array(8).fill(0), 'contain: above')
  t.strictSame(await row({ fit: 'contain', invert: true }, 0), new Array(8).fill(0), 'contain: above, inverted')
  t.ok((await row({ fit: 'contain' }, 4)).every(value => value > 60), 'contain: the image')
  t.strictSame(await row({ fit: 'cover' }, 4), new Array(8).fill(100), 'cover')
  t.strictSame(await row({ fit: 'cover', invert: true }, 4), new Array(8).fill(155), 'cover, inverted')
})

t.test('what does not decode is refused by name', async t => {
  const digit = await readDigit()
  const shape = { height: 28, width: 28, channels: 1 }
  const jpeg = await imageOf(noise({ height: 64, width: 64, channels: 3 }), { height: 64, width: 64, channels: 3 })
    .jpeg()
    .toBuffer()
  const webp = await imageOf(noise({ height: 64, width: 64, channels: 3 }), { height: 64, width: 64, channels: 3 })
    .webp()
    .toBuffer()
  const bad = {
    'a truncated PNG': digit.subarray(0, digit.length - 40),
    'a truncated JPEG': jpeg.subarray(0, jpeg.length >> 1),
    'a truncated WebP': webp.subarray(0, webp.length >> 1),
    'a PNG signature': digit.subarray(0, 8),
    'an SVG': SVG,
    'a GIF': Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64'),
    text: Buffer.from('hello'),
  }
  for (const [name, bytes] of Object.entries(bad)) {
    const message = new RegExp(
      `^expected a whole PNG, JPEG or WebP for image\\[0\\] but received ${bytes.length} bytes that do not decode`
    )
    await t.rejects(decode(bytes, shape), { code: 'PVAE_IMAGE_INVALID', statusCode: 400, message }, name)
  }
  await t.rejects(decode(Buffer.alloc(0), shape), { code: 'PVAE_IMAGE_INVALID' }, 'nothing')
})

t.test('a picture of 900 million pixels is refused before it is decoded', async t => {
  const bomb = await pngBomb()
  t.ok(bomb.length < 200)
  const before = process.memoryUsage().rss
  await t.rejects(decode(bomb, grey, { maxPixels: 40e6 }), {
    code: 'PVAE_IMAGE_TOO_LARGE',
    statusCode: 413,
    message: 'expected at most 40000000 pixels (width × height) for image[0] but received more',
  })
  t.ok(process.memoryUsage().rss - before < 50e6, 'without the memory it would need')
})

t.test('what is encoded is what comes back', async t => {
  for (const shape of [grey, colour]) {
    const pixels = noise(shape)
    const png = await pixelsOf(await encodeImage(pixels, shape, 'png'))
    t.strictSame(
      { ...png, bytes: new Uint8Array(png.bytes) },
      { ...shape, bytes: pixels },
      `png, ${shape.channels} channels`
    )
    const webp = await pixelsOf(await encodeImage(pixels, shape, 'webp'))
    t.equal(webp.channels, 3)
    t.strictSame(
      new Uint8Array(webp.bytes).filter((_, i) => shape.channels === 3 || i % 3 === 0),
      pixels,
      `webp, ${shape.channels} channels`
    )
  }
})

t.test('WebP has an end: a strip that is too wide is refused, as PNG it is not', async t => {
  const wide = { height: 1, width: 16384, channels: 1 }
  await t.rejects(encodeImage(new Uint8Array(16384), wide, 'webp'), {
    code: 'PVAE_OUTPUT_TOO_LARGE',
    statusCode: 400,
    message: /at most 16383 pixels a side for a WebP but received a request for 16384 × 1/,
  })
  t.match(await pixelsOf(await encodeImage(new Uint8Array(16384), wide, 'png')), wide)
})
