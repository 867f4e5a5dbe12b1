/** JPEGs against libjpeg-turbo's accurate decoding (by sharp, at full size), which is what Pillow has too. */
import sharp, { type JpegOptions } from 'sharp'
import t from 'tap'
import { pixelCount, type ImageShape } from '@partition-vae/models'
import { decodeImage, type Fit } from '@partition-vae/models/image'
import { createRandom } from '../../helpers/linear-model.js'
import { imageOf } from '../../server/images.js'

const decode = (file: Uint8Array, shape: ImageShape, fit: Fit = 'fill') =>
  decodeImage(file, shape, { fit, invert: false, maxPixels: 4e7, blocking: true })

function differences (a: Uint8Array, b: Uint8Array): { most: number, mean: number } {
  let [most, sum] = [0, 0]
  for (let i = 0; i < a.length; i++) {
    const off = Math.abs(a[i]! - b[i]!)
    most = Math.max(most, off)
    sum += off
  }
  return { most, mean: sum / a.length }
}

/** Edges, noise and saturated colours, which are hard on every decoder, on a smooth ground. */
function scene (width: number, height: number): Uint8Array {
  const random = createRandom(width * height)
  return Uint8Array.from({ length: pixelCount({ width, height, channels: 3 }) }, (_, i) => {
    const [x, y, c] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width), i % 3]
    const block = (Math.floor(x / 29) + Math.floor(y / 23)) % 3 === c ? 90 : 0
    return Math.min(255, 60 + block + 50 * Math.sin(x / 17 + c) + 40 * Math.cos(y / 13 - c) + 30 * random())
  })
}

const jpegOf = (width: number, height: number, options: JpegOptions) =>
  imageOf(scene(width, height), { width, height, channels: 3 }).jpeg(options).toBuffer()
/** The file's pixels, without loss: what the rule then makes of them needs no JPEG. */
const pngOf = (jpeg: Uint8Array) => sharp(jpeg).png({ compressionLevel: 0 }).toBuffer()

t.test('at its own size: within 5 levels of libjpeg-turbo, ½ in the mean, whatever is sampled', async t => {
  for (const [width, height] of [[28, 28], [64, 48], [101, 75], [97, 64]] as const) {
    for (const quality of [60, 90, 100]) {
      for (const chromaSubsampling of ['4:4:4', '4:2:0']) {
        const file = await jpegOf(width, height, { quality, chromaSubsampling })
        const shape = { width, height, channels: 3 }
        const { most, mean } = differences(await decode(file, shape), await sharp(file).raw().toBuffer())
        t.ok(most <= 5, `${width} × ${height}, quality ${quality}, ${chromaSubsampling}: ${most} levels`)
        t.ok(mean <= (chromaSubsampling === '4:4:4' ? 0.05 : 0.5), `${mean} in the mean`)
        const progressive = await decode(
          await jpegOf(width, height, { quality, chromaSubsampling, progressive: true }),
          shape
        )
        t.strictSame(progressive, await decode(file, shape), 'progressive')
      }
    }
  }
})

t.test('edges that take no colour from padding: within 5 levels of libjpeg-turbo, also where colours are ' +
  'clipped', async t => {
  const random = createRandom(9)
  for (let i = 0; i < 60; i++) {
    const [width, height] = [17 + Math.floor(84 * random()), 17 + Math.floor(84 * random())]
    // Half of them without black and white.
    const pixels = scene(width, height).map(value => i % 2 === 0 ? value : 60 + value / 2)
    const image = imageOf(pixels, { width, height, channels: 3 })
    const quality = 60 + Math.floor(41 * random())
    const file = await image.jpeg({ quality, chromaSubsampling: '4:2:0', progressive: i % 3 === 0 }).toBuffer()
    const given = await decode(file, { width, height, channels: 3 })
    const { most } = differences(given, await sharp(file).raw().toBuffer())
    t.ok(most <= 5, `${width} × ${height}, quality ${quality}: ${most} levels`)
  }
})

t.test('resized: within 4 levels of the same pixels from a PNG, ½ in the mean', async t => {
  for (const [width, height] of [[90, 70], [320, 181], [640, 360]] as const) {
    const file = await jpegOf(width, height, { quality: 75 })
    for (const [shape, fit] of [
      [{ width: 28, height: 28, channels: 1 }, 'fill'],
      [{ width: 160, height: 96, channels: 3 }, 'contain'],
      [{ width: 64, height: 48, channels: 3 }, 'cover'],
    ] as const) {
      const { most, mean } = differences(await decode(file, shape, fit), await decode(await pngOf(file), shape, fit))
      t.ok(most <= 4, `${width} × ${height}, ${fit}: ${most} levels`)
      t.ok(mean <= 0.5, `${mean} in the mean`)
    }
  }
})

t.test('so large that it is shrunk as it is decoded: within 3 levels of the whole; of an odd size, the same as the ' +
  'whole', async t => {
  for (const [width, height, bound] of [[4096, 2200, 3], [4095, 2201, 2]] as const) {
    const file = await jpegOf(width, height, { quality: 90 })
    const whole = await pngOf(file)
    for (const shape of [
      { width: 20, height: 11, channels: 3 },
      { width: 28, height: 28, channels: 1 },
      { width: 100, height: 90, channels: 3 },
    ]) {
      const { most, mean } = differences(await decode(file, shape), await decode(whole, shape))
      t.ok(most <= bound, `${width} × ${height} → ${shape.width} × ${shape.height}: ${most} levels`)
      t.ok(mean <= 0.4, `${mean} in the mean`)
    }
  }
})

t.test('up to 8 megapixels the whole is decoded, also where bright stripes are a pixel wide; beyond, within 8 ' +
  'levels', async t => {
  for (const [width, height, bound] of [[2400, 1600, 2], [4096, 2208, 8]] as const) {
    const stripes = new Uint8Array(width * height * 3)
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const colour =
          x % 5 === 0 ? [255, 255, 255] : y % 11 === 0 ? [255, 0, 0] : x % 2 === 0 ? [0, 0, 255] : [0, 0, 0]
        stripes.set(colour, (y * width + x) * 3)
      }
    }
    const file = await imageOf(stripes, { width, height, channels: 3 })
      .jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
      .toBuffer()
    const shape = { width: 64, height: 48, channels: 3 }
    const { most } = differences(await decode(file, shape), await decode(await pngOf(file), shape))
    t.ok(most <= bound, `${width} × ${height}: ${most} levels`)
  }
})

t.test('lossy WebP: the same as its pixels from a PNG, since it is decoded whole', async t => {
  const file = await imageOf(scene(301, 199), { width: 301, height: 199, channels: 3 }).webp({ quality: 80 }).toBuffer()
  for (const fit of ['fill', 'contain', 'cover'] as const) {
    t.strictSame(
      await decode(file, { width: 28, height: 28, channels: 3 }, fit),
      await decode(await pngOf(file), { width: 28, height: 28, channels: 3 }, fit),
      fit
    )
  }
})
