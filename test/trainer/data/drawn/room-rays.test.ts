import t from 'tap'
import { ROOM_SHAPES, SIDE, traceRoom } from '../../../../trainer/data/drawn/room-rays.js'

const part = (light: Float32Array, pixel: number) => [0, 1, 2].map(i => light[3 * pixel + i]!)
const at = (row: number, column: number) => row * SIDE + column

t.test('floor below, walls above, the thing in the middle', async t => {
  const { light, isObject } = traceRoom({ scale: 1, shape: 2, orientation: 0 })
  const [floor, wall, thing] = [at(SIDE - 1, 2), at(1, 2), at(SIDE / 2, SIDE / 2)].map(pixel => part(light, pixel))
  t.strictSame(floor!.map(value => value > 0), [true, false, false])
  t.strictSame(wall!.map(value => value > 0), [false, true, false])
  t.strictSame(thing!.map(value => value > 0), [false, false, true])
  t.equal(isObject[at(SIDE / 2, SIDE / 2)], 1)
  t.ok(light.every(value => value >= 0 && value <= 1 + 1e-6))
})

t.test('a pixel is the light of its rays, whatever they meet', async t => {
  for (const shape of ROOM_SHAPES.keys()) {
    const { light } = traceRoom({ scale: 1.25, shape, orientation: 30 })
    const sums = Array.from({ length: SIDE * SIDE }, (_, pixel) => part(light, pixel).reduce((a, b) => a + b))
    // The darkest is ambient light in the thing's shadow.
    t.ok(sums.every(sum => sum > 0.35 * 0.39 && sum < 1 + 1e-6), ROOM_SHAPES[shape]!)
  }
})

t.test('a thing grows with its scale, and shapes differ', async t => {
  const areaOf = (shape: number, scale: number) =>
    traceRoom({ scale, shape, orientation: 0 }).isObject.reduce((a, b) => a + b)
  for (const shape of ROOM_SHAPES.keys()) {
    const [small, large] = [areaOf(shape, 0.75), areaOf(shape, 1.25)]
    // Nearer to the viewer as it grows, it grows by a little more than the square of its scale.
    t.ok(large / small > 2.4 && large / small < 4, `${ROOM_SHAPES[shape]}: ${small} and ${large} pixels`)
  }
  const silhouettes = ROOM_SHAPES.map((_, shape) => traceRoom({ scale: 1, shape, orientation: 0 }).isObject.join(''))
  t.equal(new Set(silhouettes).size, 4)
})

t.test('the corner of the room moves as the viewer turns', async t => {
  /** The column at which the uppermost row changes from one wall to the other. */
  const cornerAt = (orientation: number) => {
    const { light } = traceRoom({ scale: 1, shape: 0, orientation })
    const row = Array.from({ length: SIDE }, (_, column) => light[3 * column + 1]!)
    return row.findIndex((value, column) => column > 0 && Math.abs(value - row[0]!) > 0.05)
  }
  const [left, middle, right] = [30, 0, -30].map(cornerAt)
  t.equal(middle, SIDE / 2)
  t.ok(left! > 0 && left! < middle! - 10, `to the left: ${left}`)
  t.ok(right! > middle! + 10, `to the right: ${right}`)
  t.ok(Math.abs(left! + right! - SIDE) <= 1, 'by as much')
})
