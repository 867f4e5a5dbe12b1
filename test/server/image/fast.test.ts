import t from 'tap'
import sharp from 'sharp'
import { pixelCount, type ImageShape } from '@partition-vae/models'
import { decodeFast } from '../../../server/image/fast.js'
import { sniffImage } from '../../../server/image/sniff.js'
import type { DecodeOptions } from '../../../server/image/codec.js'
import { createRandom } from '../../helpers/linear-model.js'
import { imageOf, pngOf } from '../images.js'

const options: DecodeOptions = { fit: 'fill', invert: false, maxPixels: 1e6 }
const random = createRandom(11)
const noise = (shape: ImageShape) => Uint8Array.from({ length: pixelCount(shape) }, () => Math.floor(random() * 256))
const fast = (bytes: Uint8Array, shape: ImageShape, other: Partial<DecodeOptions> = {}) => decodeFast(bytes, sniffImage(bytes), shape, { ...options, ...other })

/** The rule, as sharp follows it: what training uses. */
async function reference (bytes: Uint8Array, { height, width, channels }: ImageShape, { fit = 'fill', invert = false }: Partial<DecodeOptions> = {}): Promise<Buffer> {
  const background = invert ? '#fff' : '#000'
  return await sharp(bytes, { failOn: 'error' }).autoOrient().flatten({ background }).resize(width, height, { fit, background })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb').raw({ depth: 'uchar' }).toBuffer()
}

/** Smooth shapes, an edge and a little grain: what a photograph has. */
function photograph (height: number, width: number): Uint8Array {
  return Uint8Array.from({ length: height * width * 3 }, (_, i) => {
    const [y, x, c] = [Math.floor(i / 3 / width) / height, Math.floor(i / 3) % width / width, i % 3]
    const disc = Math.hypot(x - 0.4, y - 0.5) < 0.3 ? 60 - 20 * c : 0
    return 70 + disc + 30 * c * x + 25 * Math.sin(9 * x + 7 * y + c) + 6 * random()
  })
}

t.test('plain PNG of the model\'s size: the pixels that sharp gives', async t => {
  for (const channels of [1, 2, 3, 4]) {
    const file = await pngOf(noise({ height: 13, width: 17, channels }), { height: 13, width: 17, channels })
    for (const shape of [{ height: 13, width: 17, channels: 1 }, { height: 13, width: 17, channels: 3 }]) {
      for (const invert of [false, true]) {
        const [given, expected] = [fast(file, shape, { invert })!, await reference(file, shape, { invert })]
        if (channels > 2 && shape.channels === 1) t.ok(given.every((value, i) => Math.abs(value - expected[i]!) <= 1), `luminance, ${channels} channels`)
        else t.ok(expected.equals(given), `${channels} → ${shape.channels}, invert=${invert}`)
      }
    }
  }
})

t.test('plain JPEG: what sharp gives, within 6 levels and 1.5 in the mean', async t => {
  const sizes: Array<[number, number]> = [[96, 160], [180, 320], [360, 640], [100, 170], [97, 161], [600, 800]]
  for (const [height, width] of sizes) {
    for (const quality of [75, 90]) {
      const colour = imageOf(photograph(height, width), { height, width, channels: 3 })
      const files = { colour: await colour.clone().jpeg({ quality }).toBuffer(), grey: await colour.clone().toColourspace('b-w').jpeg({ quality }).toBuffer() }
      for (const [kind, file] of Object.entries(files)) {
        for (const shape of [{ height: 96, width: 160, channels: 3 }, { height: 28, width: 28, channels: 1 }]) {
          // Of an odd size, a decoder that shrinks keeps half a block at the edges and stretches what it has: there, the truth is the whole image, resized.
          const truth = height % 2 === 0 ? file : await sharp(file).png().toBuffer()
          const [given, expected] = [fast(file, shape), await reference(truth, shape)]
          t.ok(given, 'by the fast way')
          const levels = given!.map((value, i) => Math.abs(value - expected[i]!))
          const mean = levels.reduce((sum, level) => sum + level, 0) / levels.length
          t.ok(Math.max(...levels) <= 6 && mean <= 1.5, `${kind} ${width} × ${height} → ${shape.width} × ${shape.height}, quality ${quality}: ${Math.max(...levels)}, ${mean.toFixed(2)}`)
        }
      }
    }
  }
})

t.test('JPEG and PNG of one image agree, whichever way each takes', async t => {
  const image = imageOf(photograph(360, 640), { height: 360, width: 640, channels: 3 })
  const shape = { height: 96, width: 160, channels: 3 }
  const given = fast(await image.clone().jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer(), shape)!
  const expected = await reference(await image.clone().png().toBuffer(), shape)
  const levels = given.map((value, i) => Math.abs(value - expected[i]!))
  t.ok(Math.max(...levels) <= 12, `${Math.max(...levels)} levels`)
  t.ok(levels.reduce((sum, level) => sum + level, 0) / levels.length <= 1.5)
})

t.test('a JPEG of the same proportions is fitted alike whatever the fit; another is for the general decoder', async t => {
  const jpeg = await imageOf(photograph(72, 120), { height: 72, width: 120, channels: 3 }).jpeg().toBuffer()
  const same = { height: 36, width: 60, channels: 3 }
  const filled = fast(jpeg, same)!
  for (const fit of ['contain', 'cover'] as const) {
    t.strictSame(fast(jpeg, same, { fit }), filled)
    t.equal(fast(jpeg, { height: 36, width: 36, channels: 3 }, { fit }), undefined)
  }
})

t.test('everything else is for the general decoder', async t => {
  const shape = { height: 36, width: 60, channels: 3 }
  const png = await pngOf(noise(shape), shape)
  const image = imageOf(photograph(36, 60), shape)
  const jpeg = await image.clone().jpeg().toBuffer()
  const large = (height: number, width: number) => sharp({ create: { height, width, channels: 3, background: '#321' } }).jpeg().toBuffer()
  const cases: Array<[string, Uint8Array, ImageShape, Partial<DecodeOptions>]> = [
    ['a PNG of another size', png, { ...shape, width: 30 }, {}],
    ['a PNG beyond the limit', png, shape, { maxPixels: 36 * 60 - 1 }],
    ['a JPEG beyond the limit', jpeg, shape, { maxPixels: 36 * 60 - 1 }],
    ['a JPEG that is too narrow', jpeg, { ...shape, width: 61 }, {}],
    ['a JPEG that is too low', jpeg, { ...shape, height: 37 }, {}],
    ['a large JPEG', await large(725, 725), shape, {}],
    ['a JPEG of an odd size that is not small', await large(601, 401), shape, {}],
    ['a progressive JPEG', await image.clone().jpeg({ progressive: true }).toBuffer(), shape, {}],
    ['WebP', await image.clone().webp({ lossless: true }).toBuffer(), shape, {}],
    ['a damaged PNG', Buffer.concat([png.subarray(0, 45), Buffer.alloc(20), png.subarray(65)]), shape, {}],
    ['a JPEG that is cut off', jpeg.subarray(0, jpeg.length - 100), shape, {}],
    ['a shrunk JPEG that is cut off', jpeg.subarray(0, jpeg.length - 100), { height: 18, width: 30, channels: 3 }, {}],
  ]
  for (const [name, bytes, target, other] of cases) t.equal(fast(bytes, target, other), undefined, name)
  t.equal(decodeFast(Buffer.from('hello'), undefined, shape, options), undefined)
})
