/**
 * The rule against Pillow's own answers, made by test/fixtures/pixels/make.py, and against what must hold of any
 * picture.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import t from 'tap'
import type { ImageShape } from '@partition-vae/models'
import { decodeImage, type Fit } from '@partition-vae/models/image'
import { imageOf, pixelsOf, pngOf, readDigit } from '../../server/images.js'

type Case = [picture: string, fit: Fit, width: number, height: number, answer: string]
const cases = JSON.parse(readFileSync(new URL('../../fixtures/pixels/pillow.json', import.meta.url), 'utf8')) as Case[]

/** As make.py draws it. */
function noise (width: number, height: number, channels: number): Uint8Array {
  let state = 7n
  return Uint8Array.from({ length: width * height * channels }, () => {
    state = (1103515245n * state + 12345n) % 2n ** 31n
    return Number(state >> 23n)
  })
}

const png = (width: number, height: number, channels: 1 | 3, pixels: Uint8Array) =>
  pngOf(pixels, { width, height, channels })
const steps = Uint8Array.from(
  { length: 90 * 61 },
  (_, i) => ((Math.floor((i % 90) / 7) + Math.floor(Math.floor(i / 90) / 5)) % 2) * 255
)
const pictures: Record<string, { channels: 1 | 3, file: Uint8Array }> = {
  digit: { channels: 1, file: await readDigit() },
  noise: { channels: 3, file: await png(31, 23, 3, noise(31, 23, 3)) },
  steps: { channels: 1, file: await png(90, 61, 1, steps) },
  large: { channels: 3, file: await png(120, 85, 3, noise(120, 85, 3)) },
}

const decode = (file: Uint8Array, shape: ImageShape, fit: Fit = 'fill') =>
  decodeImage(file, shape, { fit, invert: false, maxPixels: 1e6, blocking: true })
const largest = (a: Uint8Array, b: Uint8Array) =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0)
const digest = (pixels: Uint8Array) => createHash('sha256').update(pixels).digest('hex').slice(0, 12)

t.test('small pictures: Pillow\'s pixels to the last bit, up and down, in every fit', async t => {
  const small = cases.filter(([picture]) => picture === 'digit' || picture === 'noise')
  t.equal(small.length, 2 * 23 * 3)
  for (const [picture, fit, width, height, answer] of small) {
    const { channels, file } = pictures[picture]!
    t.equal(
      digest(await decode(file, { width, height, channels }, fit)),
      answer,
      `${picture}, ${fit}, ${width} × ${height}`
    )
  }
})

t.test('larger pictures: Pillow\'s pixels to the last bit, on this thread and on others', async t => {
  const large = cases.filter(([picture]) => picture === 'steps' || picture === 'large')
  t.equal(large.length, 2 * 3 * 3)
  for (const [picture, fit, width, height, answer] of large) {
    const { channels, file } = pictures[picture]!
    for (const blocking of [true, false]) {
      const given = await decodeImage(
        file,
        { width, height, channels },
        { fit, invert: false, maxPixels: 1e6, blocking }
      )
      const expected = Buffer.from(answer, 'base64')
      t.equal(given.length, expected.length)
      t.equal(largest(given, expected), 0, `${picture}, ${fit}, ${width} × ${height}`)
    }
  }
})

t.test('a ramp stays a ramp, at whatever size, along either axis', async t => {
  const ends = 3
  for (const from of [20, 29, 64, 97]) {
    for (const to of [11, 28, 33, 70, 150]) {
      for (const along of ['x', 'y'] as const) {
        const [width, height] = along === 'x' ? [from, 40] : [40, from]
        const value = (position: number) => 20 + 200 * position / from
        const file = await png(
          width,
          height,
          1,
          Uint8Array.from({ length: width * height }, (_, i) =>
            value((along === 'x' ? i % width : Math.floor(i / width)) + 0.5)
          )
        )
        const shape = along === 'x' ? { width: to, height: 40, channels: 1 } : { width: 40, height: to, channels: 1 }
        const given = await decode(file, shape)
        // Away from the ends, where there is nothing beyond the edge.
        const skipped = Math.ceil(ends * Math.max(1, to / from))
        const off = Array.from({ length: to - 2 * skipped }, (_, i) => {
          const position = i + skipped
          return Math.abs(
            given[along === 'x' ? 20 * to + position : position * 40 + 20]! - value(((position + 0.5) * from) / to)
          )
        })
        t.ok(Math.max(...off) <= 2, `${from} → ${to} along ${along}: ${Math.max(...off)}`)
      }
    }
  }
})

t.test('what is mirrored or turned before is mirrored or turned after, in every container that states an ' +
  'orientation', async t => {
  const [width, height] = [47, 62]
  const upright = imageOf(noise(width, height, 3).map(value => 60 + value / 2), { width, height, channels: 3 })
  // What a viewer does to each orientation, undone. Mirroring comes before rotating here.
  const stored = [
    upright.clone(),
    upright.clone().flop(),
    upright.clone().rotate(180),
    upright.clone().flip(),
    upright.clone().flip().rotate(90),
    upright.clone().rotate(270),
    upright.clone().flop().rotate(90),
    upright.clone().rotate(90),
  ]
  const file = await upright.clone().png().toBuffer()
  for (const [i, image] of stored.entries()) {
    const { bytes, ...size } = await pixelsOf(await image.png().toBuffer())
    const turned = imageOf(bytes, size).withMetadata({ orientation: i + 1 })
    const files = {
      PNG: await turned.clone().png().toBuffer(),
      WebP: await turned.clone().webp({ lossless: true }).toBuffer(),
    }
    for (const [container, other] of Object.entries(files)) {
      for (const fit of ['fill', 'contain', 'cover'] as const) {
        for (const shape of [
          { width: 47, height: 62, channels: 3 },
          { width: 28, height: 21, channels: 3 },
          { width: 55, height: 96, channels: 3 },
        ]) {
          const [given, expected] = [await decode(other, shape, fit), await decode(file, shape, fit)]
          // A mirrored sum's weights may round otherwise.
          t.ok(
            largest(given, expected) <= 1,
            `${container}, orientation ${i + 1}, ${fit}, ${shape.width} × ${shape.height}: ${largest(given, expected)}`
          )
        }
      }
    }
  }
})

t.test('a mirrored picture gives the mirrored pixels, and a shifted one shifted pixels', async t => {
  const [width, height, size] = [40, 30, 28]
  const pixels = noise(width, height, 1)
  const given = await decode(await png(width, height, 1, pixels), { width: size, height: size, channels: 1 })
  const flopped = await decode(
    await png(
      width,
      height,
      1,
      pixels.map((_, i) => pixels[i - (i % width) + width - 1 - (i % width)]!)
    ),
    { width: size, height: size, channels: 1 }
  )
  t.ok(largest(given, flopped.map((_, i) => flopped[i - i % size + size - 1 - i % size]!)) <= 1, 'mirrored')
  // Half of the size: two pixels to the right become one.
  const wide = (shift: number) =>
    Uint8Array.from({ length: 80 * 10 }, (_, i) => 128 + 90 * Math.sin(((i % 80) - shift) / 5))
  const [still, moved] = await Promise.all(
    [0, 2].map(async shift => await decode(await png(80, 10, 1, wide(shift)), { width: 40, height: 5, channels: 1 }))
  )
  for (let x = 6; x < 34; x++) if (Math.abs(moved![80 + x + 1]! - still![80 + x]!) > 1) t.fail(`column ${x}`)
})

t.test('a narrow, high picture that becomes wide takes no more memory than it must', async t => {
  const file = await imageOf(new Uint8Array(2 * 60_000).fill(90), { width: 2, height: 60_000, channels: 1 })
    .png()
    .toBuffer()
  const before = process.memoryUsage().rss
  const given = await decode(file, { width: 4096, height: 8, channels: 1 })
  t.ok(given.every(value => value === 90))
  t.ok(process.memoryUsage().rss - before < 150e6, '4096 × 60,000 RGBA would be a gigabyte')
})
