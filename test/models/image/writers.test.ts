/**
 * One picture, however it was written, gives the same pixels: by Pillow and ImageMagick (files made by
 * test/fixtures/pixels/make.py), and by libraries here; in every container and kind, turned in each way that EXIF can
 * state; and so the same latents from the service, and the same bytes to train on.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { Transformer } from '@napi-rs/image'
import { encode as encodePng } from 'fast-png'
import t from 'tap'
import type { ImageShape } from '@partition-vae/models'
import { decodeImage, type Fit } from '@partition-vae/models/image'
import { decodeImage as decodeForTraining } from '../../../trainer/data/folder/decode.js'
import { imageOf, pixelsOf } from '../../server/images.js'
import { startService } from '../../server/service.js'

const folder = new URL('../../fixtures/pixels/writers/', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, folder))
const { bytes: pixels, ...size } = await pixelsOf(read('pil.png'))
const image = imageOf(pixels, size)
const rgba = Uint8Array.from({ length: (pixels.length / 3) * 4 }, (_, i) =>
  i % 4 === 3 ? 255 : pixels[((i - (i % 4)) / 4) * 3 + (i % 4)]!
)
const raw = Transformer.fromRgbaPixels(rgba, size.width, size.height)

const files: Record<string, Uint8Array> = {
  ...Object.fromEntries(readdirSync(folder).map(name => [name, read(name)])),
  'sharp.png': await image.clone().png().toBuffer(),
  'sharp-palette.png': await image.clone().png({ palette: true, dither: 0 }).toBuffer(),
  'sharp-interlaced.png': await image.clone().png({ progressive: true }).toBuffer(),
  'sharp-16-bit.png': await imageOf(pixels, size).toColourspace('rgb16').png().toBuffer(),
  'sharp.webp': await image.clone().webp({ lossless: true }).toBuffer(),
  'sharp.jpg': await image.clone().jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer(),
  'sharp-progressive.jpg': await image
    .clone()
    .jpeg({ quality: 100, chromaSubsampling: '4:4:4', progressive: true })
    .toBuffer(),
  'sharp-mozjpeg.jpg': await image
    .clone()
    .jpeg({ quality: 100, chromaSubsampling: '4:4:4', mozjpeg: true })
    .toBuffer(),
  'fast-png.png': encodePng({ data: Uint8Array.from(pixels), ...size, channels: 3, depth: 8 }),
  'fast-png-16-bit.png': encodePng({
    data: Uint16Array.from(pixels, value => value * 257),
    ...size,
    channels: 3,
    depth: 16,
  }),
  'fast-png-alpha.png': encodePng({ data: rgba, ...size, channels: 4, depth: 8 }),
  'napi.png': raw.pngSync(),
  'napi.webp': raw.webpLosslessSync(),
}

/**
 * Levels that what was a JPEG of quality 100, without subsampling, may be off: rounding to its colours, its
 * coefficients, and back.
 */
const JPEG_LEVELS = 4

const shapes: ReadonlyArray<[ImageShape, Fit]> = [
  [{ width: 26, height: 22, channels: 3 }, 'fill'],
  [{ width: 28, height: 28, channels: 1 }, 'fill'],
  [{ width: 64, height: 48, channels: 3 }, 'contain'],
  [{ width: 19, height: 12, channels: 3 }, 'cover'],
]

const largest = (a: Uint8Array, b: Uint8Array) =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0)

t.test('the same pixels, and the same bytes for training', async t => {
  t.ok(Object.keys(files).length > 60, `${Object.keys(files).length} files`)
  for (const [shape, fit] of shapes) {
    const decode = (file: Uint8Array) =>
      decodeImage(file, shape, { fit, invert: false, maxPixels: 1e6, blocking: true })
    const expected = await decode(files['pil.png']!)
    for (const [name, file] of Object.entries(files)) {
      const given = await decode(file)
      const bound = name.includes('jpg') ? JPEG_LEVELS : 0
      t.ok(
        largest(given, expected) <= bound,
        `${name}, ${fit}, ${shape.width} × ${shape.height}: ${largest(given, expected)} levels`
      )
      const trained = await decodeForTraining(file, { ...shape, channels: shape.channels as 1 | 3, fit })
      t.ok(Buffer.from(trained).equals(given), `${name}: as it is served`)
    }
  }
})

t.test('baseline and progressive JPEGs of the same coefficients give the same pixels', async t => {
  for (let orientation = 1; orientation <= 8; orientation++) {
    for (const [shape, fit] of shapes) {
      const [baseline, progressive] = await Promise.all(
        [`pil-${orientation}.jpg`, `pil-progressive-${orientation}.jpg`].map(
          async name => await decodeImage(read(name), shape, { fit, invert: false, maxPixels: 1e6, blocking: true })
        )
      )
      t.strictSame(progressive, baseline, `orientation ${orientation}, ${fit}`)
    }
  }
})

t.test('the same latents over HTTP', async t => {
  const { app } = await startService(t, { model: { image: { height: 28, width: 28, channels: 3 }, name: 'linear' } })
  const encode = async (file: Uint8Array): Promise<number[]> => {
    const response = await app.inject({
      method: 'POST',
      url: '/v1/models/linear/encode',
      headers: { 'content-type': 'application/octet-stream' },
      payload: Buffer.from(file),
    })
    t.equal(response.statusCode, 200)
    return response.json().encodings[0].partitions.flatMap(({ mean }: { mean: number[] }) => mean)
  }
  const expected = await encode(files['pil.png']!)
  for (const [name, file] of Object.entries(files)) {
    const latents = await encode(file)
    const off = Math.max(...latents.map((value, i) => Math.abs(value - expected[i]!)))
    // The latents' tolerance; a JPEG has lost a little.
    t.ok(off <= (name.includes('jpg') ? 0.05 : 1e-5), `${name}: ${off}`)
  }
})
