import t from 'tap'
import { bytesFromPlanar, bytesFromUnit, pixelCount, planarFromBytes, unitFromBytes } from '@partition-vae/models'

const every = Uint8Array.from({ length: 256 }, (_, i) => i)

t.test('every byte survives the way to [0, 1] and back', async t => {
  const unit = unitFromBytes(every)
  t.equal(unit[0], 0)
  t.equal(unit[255], 1)
  t.equal(unit[51], Math.fround(0.2))
  t.strictSame(bytesFromUnit(unit), every)
  const shape = { height: 16, width: 16, channels: 1 }
  t.strictSame(planarFromBytes(every, shape), unit, 'one channel has one layout')
  t.strictSame(bytesFromPlanar(unit, shape), every)
})

t.test('results go into a given buffer', async t => {
  const floats = new Float32Array(256)
  const bytes = new Uint8Array(256)
  t.equal(unitFromBytes(every, floats), floats)
  t.equal(bytesFromUnit(floats, bytes), bytes)
  t.strictSame(bytes, every)
})

t.test('values are rounded to the nearest byte and clamped, NaN is 0', async t => {
  const values = Float32Array.of(-1, 1.5, NaN, Infinity, -Infinity, 0.4 / 255, 0.6 / 255, 254.6 / 255)
  const bytes = Uint8Array.of(0, 255, 0, 255, 0, 0, 1, 255)
  t.strictSame(bytesFromUnit(values), bytes)
  t.strictSame(bytesFromPlanar(values, { height: 2, width: 4, channels: 1 }), bytes)
})

t.test('colours move between interleaved and planar, image by image', async t => {
  const shape = { height: 1, width: 2, channels: 3 }
  t.equal(pixelCount(shape), 6)
  const interleaved = Uint8Array.of(1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16)
  const planar = planarFromBytes(interleaved, shape)
  t.strictSame([...planar].map(value => Math.round(value * 255)), [1, 4, 2, 5, 3, 6, 11, 14, 12, 15, 13, 16])
  t.strictSame(bytesFromPlanar(planar, shape), interleaved)
})
