import t from 'tap'
import { DIGIT_MOMENTS, digitMoments } from '../../../../trainer/measure/classification/index.js'

const shape = { height: 28, width: 28, channels: 1 as const }

/** Ink of 1 where `inked`, elsewhere 0. */
const draw = (inked: (x: number, y: number) => boolean) =>
  Float32Array.from({ length: 28 * 28 }, (_, i) => (inked(i % 28, Math.floor(i / 28)) ? 1 : 0))
const near = (actual: number, expected: number) => Math.abs(actual - expected) < 1e-4
const momentsOf = (image: Float32Array) =>
  Object.fromEntries(DIGIT_MOMENTS.map((name, i) => [name, digitMoments(image, shape)[i]!])) as Record<
    (typeof DIGIT_MOMENTS)[number],
    number
  >

t.test('an upright bar of 5 × 15 pixels', async t => {
  const bar = momentsOf(draw((x, y) => x >= 10 && x < 15 && y >= 5 && y < 20))
  t.ok(near(bar.slant, 0))
  // The variance of n neighbouring pixels is (n² − 1)/12.
  t.ok(near(bar.height, Math.sqrt(224 / 12)))
  t.ok(near(bar.width, Math.sqrt(2)))
  t.ok(near(bar.ink, 0.75))
  t.ok(near(bar.thickness, 3 * 13 / 75), 'one pixel off each side')
})

t.test('a sheared bar has the slant of its shear, and the upright bar’s width and height', async t => {
  const sheared = momentsOf(draw((x, y) => y >= 5 && y < 20 && x - (y - 12) >= 10 && x - (y - 12) < 15))
  t.ok(near(sheared.slant, 1))
  t.ok(near(sheared.height, Math.sqrt(224 / 12)))
  t.ok(near(sheared.width, Math.sqrt(2)))
})

t.test('several images, blank and thin ones', async t => {
  const line = draw((_, y) => y === 3)
  const all = digitMoments(Float32Array.of(...line, ...new Float32Array(784), ...draw(() => true)), shape)
  t.equal(all.length, 15)
  t.same([...all.subarray(5, 10)], [0, 0, 0, 0, 0])
  t.equal(all[0], 0, 'a line has no height to lean over')
  t.ok(near(all[2]!, Math.sqrt(783 / 12)))
  t.equal(all[14], 1, 'nothing lies beyond the border')
})

t.test('bad input is named', async t => {
  t.throws(() => digitMoments(new Float32Array(784), { ...shape, channels: 3 }), {
    code: 'PVAE_INVALID_PARAMETER',
    message: /1 channel/,
  })
  t.throws(() => digitMoments(new Float32Array(785), shape), {
    message: 'expected a multiple of 784 values for images but received 785',
  })
})
