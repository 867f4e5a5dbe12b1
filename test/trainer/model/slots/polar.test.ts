import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { analyse, angleOf, synthesise, turn } from '../../../../trainer/model/slots/polar.js'
import { normal, runEagerly } from '../../../helpers/compare-engines.js'

const CELLS = 24
const ANGLES = [0.3, -1.1, 2.6, -2.9, 1.57]

/** Shapes on a grid of cells, turned by an angle from columns towards rows, as hard masks that are sampled finely. */
function drawn (isInside: (u: number, v: number) => boolean, angle: number): Float32Array {
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)]
  return Float32Array.from({ length: CELLS * CELLS }, (_, i) => {
    let inside = 0
    for (let j = 0; j < 16; j++) {
      const y = (Math.floor(i / CELLS) + (Math.floor(j / 4) + 0.5) / 4) / CELLS * 2 - 1
      const x = (i % CELLS + (j % 4 + 0.5) / 4) / CELLS * 2 - 1
      if (isInside(x * cosine + y * sine, y * cosine - x * sine)) inside++
    }
    return inside / 16
  })
}
const shapes = {
  square: { symmetry: 4, isInside: (u: number, v: number) => Math.abs(u) < 0.5 && Math.abs(v) < 0.5 },
  ellipse: { symmetry: 2, isInside: (u: number, v: number) => (u / 0.8) ** 2 + (v / 0.4) ** 2 < 1 },
  heart: {
    symmetry: 1,
    isInside (u: number, v: number) {
      const [a, b] = [u * 1.6, 0.1 - v * 1.6]
      return (a * a + b * b - 1) ** 3 < a * a * b ** 3
    },
  },
}

for (const [name, { symmetry, isInside }] of Object.entries(shapes)) {
  t.test(`the angle of a ${name} turns with it`, async t => {
    const maps = [0, ...ANGLES].flatMap(angle => [...drawn(isInside, angle)])
    const { angles } = await runEagerly(({ maps }) => ({ angles: angleOf(analyse(maps!)) }), {
      maps: { shape: [ANGLES.length + 1, CELLS, CELLS], values: Float32Array.from(maps) },
    })
    ANGLES.forEach((angle, i) => {
      const period = 2 * Math.PI / symmetry
      const off = angles!.values[i + 1]! - angles!.values[0]! - angle
      const distance = Math.abs(off - period * Math.round(off / period))
      t.ok(distance < 0.06, `turned by ${angle}, found to be ${distance} off`)
    })
  })
}

t.test('a turned form is drawn turned', async t => {
  const coefficients = normal(1, 1, 144)
  const quarter = { shape: [1, 1], values: Float32Array.of(Math.PI / 2) }
  const { still, turned } = await runEagerly(({ coefficients, quarter }) => ({
    still: synthesise(coefficients!, CELLS), turned: synthesise(turn(coefficients!, quarter!), CELLS),
  }), { coefficients, quarter })
  for (let row = 0; row < CELLS; row++) {
    for (let column = 0; column < CELLS; column++) {
      // From columns towards rows: what was to the right is below.
      const [before, after] = [still!.values[row * CELLS + column]!, turned!.values[column * CELLS + CELLS - 1 - row]!]
      if (Math.abs(before - after) > 1e-3) t.fail(`${row}, ${column}: ${before} and ${after}`)
    }
  }
  t.ok(Math.max(...still!.values) > 1, 'something is drawn')
})

t.test('turning back undoes turning, and a whole turn does nothing', async t => {
  const coefficients = normal(2, 3, 144)
  const angle = { shape: [3, 1], values: Float32Array.of(0.7, -2, 3) }
  const { back, whole } = await runEagerly(({ coefficients, angle }) => ({
    back: turn(turn(coefficients!, angle!), tf.neg(angle!)),
    whole: turn(coefficients!, tf.add(tf.mul(angle!, 0), 2 * Math.PI)),
  }), { coefficients, angle })
  for (const { values } of [back!, whole!]) {
    t.ok(values.every((value, i) => Math.abs(value - coefficients.values[i]!) < 1e-4))
  }
})
