import t from 'tap'
import { createRandom } from '../../helpers/linear-model.js'
import { halvedSize, halveTowards } from '../../../server/image/halve.js'

const random = createRandom(3)
const imageOf = (width: number, height: number) => {
  const bytes = Uint8Array.from({ length: width * height * 4 }, () => Math.floor(random() * 256))
  return { width, height, bytes, pixels: new Int32Array(bytes.buffer) }
}

t.test('each pixel is the mean of its four to the nearest, channel by channel; ties go up as often as down', async t => {
  const { width, height, bytes: image, pixels } = imageOf(60, 40)
  const bytes = image.slice()
  const half = halveTowards({ width, height, pixels }, { width: 20, height: 10 })
  t.match(half, { width: 30, height: 20 })
  t.equal(half.pixels.buffer, pixels.buffer, 'in place')
  const given = new Uint8Array(half.pixels.buffer, 0, 30 * 20 * 4)
  const errors = Array.from(given, (value, i) => {
    const [y, x, c] = [Math.floor(i / 120), Math.floor(i / 4) % 30, i % 4]
    const at = (dy: number, dx: number) => bytes[4 * ((2 * y + dy) * 60 + 2 * x + dx) + c]!
    return value - (at(0, 0) + at(0, 1) + at(1, 0) + at(1, 1)) / 4
  })
  t.ok(errors.every(error => Math.abs(error) <= 0.5))
  const ties = errors.filter(error => Math.abs(error) === 0.5)
  const up = ties.filter(error => error > 0).length / ties.length
  t.ok(ties.length > 400 && up > 0.4 && up < 0.6, `${up} of ${ties.length} ties`)
  const white = halveTowards({ width: 2, height: 2, pixels: new Int32Array(4).fill(-1) }, { width: 0.5, height: 0.5 })
  t.strictSame([...white.pixels], [-1], 'white stays white')
})

t.test('again and again, but not too near to the target, nor at odd sizes', async t => {
  const cases: Array<[[number, number], [number, number], [number, number]]> = [
    [[640, 360], [160, 96], [320, 180]],
    [[640, 360], [28, 28], [80, 45]],
    [[64, 64], [28, 28], [64, 64]],
    [[84, 84], [28, 28], [42, 42]],
    [[641, 360], [28, 28], [641, 360]],
    [[640, 361], [28, 28], [640, 361]],
    [[640, 60], [28, 28], [640, 60]],
  ]
  for (const [[width, height], [w, h], [left, over]] of cases) {
    t.strictSame(halvedSize({ width, height }, { width: w, height: h }), { width: left, height: over }, `${width} × ${height}`)
    t.match(halveTowards({ width, height, pixels: new Int32Array(width * height) }, { width: w, height: h }), { width: left, height: over })
  }
  const image = imageOf(3, 3)
  t.equal(halveTowards(image, { width: 1, height: 1 }), image, 'the same where there is nothing to halve')
})
