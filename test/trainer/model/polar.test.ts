import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { analyse, angleOf, HARMONICS, synthesise, turn } from '../../../trainer/model/polar.js'
import { largestDifference, normal, runEagerly, type Input } from '../../helpers/compare-engines.js'

const CELLS = 24
const ANGLES = [0.3, -1.1, 2.6, -2.9, 1.57, 0.8, -0.4, 2]

type IsInside = (u: number, v: number) => boolean

/** Shares of each cell that a shape covers; turned by an angle from columns towards rows, and moved by some cells. */
function drawn (isInside: IsInside, angle: number, cells = CELLS, [down, right] = [0, 0]): Float32Array {
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)]
  return Float32Array.from({ length: cells * cells }, (_, i) => {
    let inside = 0
    for (let j = 0; j < 64; j++) {
      const y = (Math.floor(i / cells) + (Math.floor(j / 8) + 0.5) / 8 - down) / cells * 2 - 1
      const x = (i % cells + (j % 8 + 0.5) / 8 - right) / cells * 2 - 1
      if (isInside(x * cosine + y * sine, y * cosine - x * sine)) inside++
    }
    return inside / 64
  })
}

/** A shape brought to its middle and to the size that things have in a patch. */
function centred (isInside: IsInside): IsInside {
  const side = 200
  let [u, v, area] = [0, 0, 0]
  for (let i = 0; i < side * side; i++) {
    const [x, y] = [i % side / side * 2 - 1, Math.floor(i / side) / side * 2 - 1]
    if (!isInside(x, y)) continue
    area++
    u += x
    v += y
  }
  const radius = Math.sqrt(4 * area / side ** 2 / Math.PI)
  return (x, y) => isInside(x * radius * 1.5 + u / area, y * radius * 1.5 + v / area)
}

const heart: IsInside = (u, v) => {
  const [a, b] = [u * 1.6, 0.1 - v * 1.6]
  return (a * a + b * b - 1) ** 3 < a * a * b ** 3
}
/** A regular polygon: along each side, the distance from the middle is the same. */
const polygon = (sides: number): IsInside => (u, v) => {
  const off = Math.atan2(v, u) / (2 * Math.PI / sides)
  return Math.hypot(u, v) * Math.cos((off - Math.round(off)) * 2 * Math.PI / sides) < 0.5
}
const squares = (...rows: string[]): IsInside =>
  (u, v) => rows[Math.floor(v / 0.3) + 1]?.[Math.floor(u / 0.3) + 1] === '1'
const frame = (inner: number): IsInside => (u, v) => {
  const distance = Math.max(Math.abs(u), Math.abs(v))
  return distance < 0.55 && distance > inner
}

const shapes: Record<string, readonly [symmetry: number, isInside: IsInside]> = {
  square: [4, (u, v) => Math.abs(u) < 0.5 && Math.abs(v) < 0.5],
  ellipse: [2, (u, v) => (u / 0.8) ** 2 + (v / 0.4) ** 2 < 1],
  heart: [1, heart],
  // Longer than wide, so that their strongest frequency has two ends, where they have not.
  'narrow heart': [1, (u, v) => heart(1.7 * u, v)],
  'wide heart': [1, (u, v) => heart(0.6 * u, v)],
  'piece L': [1, squares('10', '10', '11')],
  'piece J': [1, squares('01', '01', '11')],
  'piece T': [1, squares('111', '010')],
  'piece S': [2, squares('011', '110')],
  'piece P': [1, squares('11', '11', '10')],
  'piece U': [1, squares('101', '111')],
  wedge: [1, (u, v) => Math.abs(u) < 0.6 && Math.abs(v) < 0.3 + 0.2 * u],
  arrow: [1, (u, v) => u < 0.2 ? u > -0.7 && Math.abs(v) < 0.15 : Math.abs(v) < 0.4 * (0.8 - u) / 0.6],
  // Of frequencies 3, 5, 6 and 7 and no lower ones.
  triangle: [3, polygon(3)],
  pentagon: [5, polygon(5)],
  hexagon: [6, polygon(6)],
  heptagon: [7, polygon(7)],
  // Whose inner and outer edges cancel where radii are added up.
  'thin frame': [4, frame(0.4)],
  'thick frame': [4, frame(0.28)],
}

for (const [name, [symmetry, isInside]] of Object.entries(shapes)) {
  t.test(`the angle turns with what is seen: ${name}`, async t => {
    const shape = centred(isInside)
    // A little off the middle, as things are found.
    const maps = [0, ...ANGLES].flatMap((angle, i) =>
      [...drawn(shape, angle, CELLS, [0.05 * Math.sin(7 * i), 0.05 * Math.cos(5 * i)])])
    const { angles } = await runEagerly(({ maps }) => ({ angles: angleOf(analyse(maps!)) }), {
      maps: { shape: [ANGLES.length + 1, CELLS, CELLS], values: Float32Array.from(maps) },
    })
    ANGLES.forEach((angle, i) => {
      const period = 2 * Math.PI / symmetry
      const off = angles!.values[i + 1]! - angles!.values[0]! - angle
      const distance = Math.abs(off - period * Math.round(off / period))
      t.ok(distance < 0.06, `turned by ${angle}, found to be ${distance} off`)
      t.ok(Math.abs(angles!.values[i]!) < Math.PI + Math.PI / 144, `within a turn: ${angles!.values[i]}`)
    })
  })
}

t.test('of the angles that a symmetry makes alike, the nearest to 0 is taken', async t => {
  for (const name of ['square', 'ellipse']) {
    const [symmetry, isInside] = shapes[name]!
    const maps = ANGLES.flatMap(angle => [...drawn(centred(isInside), angle)])
    const { angles } = await runEagerly(({ maps }) => ({ angles: angleOf(analyse(maps!)) }), {
      maps: { shape: [ANGLES.length, CELLS, CELLS], values: Float32Array.from(maps) },
    })
    t.ok(angles!.values.every(angle => Math.abs(angle) < Math.PI / symmetry + 0.06), `${name}: ${angles!.values}`)
  }
})

for (const cells of [16, 17, 64]) {
  t.test(`of ${cells} cells, too`, async t => {
    const shape = centred(shapes['piece L']![1])
    const maps = [0, ...ANGLES].flatMap(angle => [...drawn(shape, angle, cells)])
    const { angles } = await runEagerly(({ maps }) => ({ angles: angleOf(analyse(maps!)) }), {
      maps: { shape: [ANGLES.length + 1, cells, cells], values: Float32Array.from(maps) },
    })
    ANGLES.forEach((angle, i) => {
      const off = angles!.values[i + 1]! - angles!.values[0]! - angle
      const distance = Math.abs(off - 2 * Math.PI * Math.round(off / 2 / Math.PI))
      t.ok(distance < 0.06, `turned by ${angle}, found to be ${distance} off`)
    })
  })
}

t.test('what is turned has the coefficients turned', async t => {
  // Smooth, so that cells hold all of it, and of an arbitrary angle.
  const blob = (angle: number) => Float32Array.from({ length: CELLS * CELLS }, (_, i) => {
    const [y, x] = [(Math.floor(i / CELLS) + 0.5) / CELLS * 2 - 1, (i % CELLS + 0.5) / CELLS * 2 - 1]
    const [radius, at] = [Math.hypot(y, x), Math.atan2(y, x) - angle]
    const around = 1 + 0.6 * Math.cos(at - 1) + 0.4 * Math.cos(2 * at) + 0.3 * Math.sin(3 * at)
    return Math.exp(-((radius - 0.45) ** 2) / 0.04) * around
  })
  const maps = Float32Array.from([blob(0), blob(0.7)].flatMap(map => [...map]))
  const { turned, seen } = await runEagerly(({ maps, angle }) => {
    const [still, seen] = tf.split(analyse(maps!), 2, 0) as [tf.Tensor, tf.Tensor]
    return { turned: turn(still, angle!), seen }
  }, { maps: { shape: [2, CELLS, CELLS], values: maps }, angle: { shape: [1, 1], values: Float32Array.of(0.7) } })
  const largest = Math.max(...seen!.values.map(Math.abs))
  const off = Math.max(...seen!.values.map((value, i) => Math.abs(value - turned!.values[i]!)))
  t.ok(off < 0.03 * largest, `off by ${off} of ${largest}`)
})

t.test('a form is drawn turned by any angle', async t => {
  // Of the first three frequencies only, which cells tell well.
  const coefficients = normal(1, 1, 2 * HARMONICS)
  coefficients.values.fill(0, 2 * 8 * 4)
  const angle = 0.6
  const { still, turned } = await runEagerly(({ coefficients, angle }) => ({
    still: synthesise(coefficients!, 64), turned: synthesise(turn(coefficients!, angle!), 64),
  }), { coefficients, angle: { shape: [1, 1], values: Float32Array.of(angle) } })
  let [error, variance] = [0, 0]
  for (let row = 12; row < 52; row++) {
    for (let column = 12; column < 52; column++) {
      // Where it was before, between four cells.
      const [y, x] = [row - 31.5, column - 31.5]
      const from = [31.5 + y * Math.cos(angle) - x * Math.sin(angle), 31.5 + x * Math.cos(angle) + y * Math.sin(angle)]
      const [top, left] = from.map(Math.floor) as [number, number]
      const [down, right] = [from[0]! - top, from[1]! - left]
      const at = (i: number, j: number) => still!.values[(top + i) * 64 + left + j]!
      const before = (1 - down) * ((1 - right) * at(0, 0) + right * at(0, 1)) +
        down * ((1 - right) * at(1, 0) + right * at(1, 1))
      error += (before - turned!.values[row * 64 + column]!) ** 2
      variance += before ** 2
    }
  }
  t.ok(error < 0.01 * variance, `${error / variance} of its power is elsewhere`)
})

t.test('a form turned by a quarter is exactly that', async t => {
  const coefficients = normal(1, 1, 2 * HARMONICS)
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
  const coefficients = normal(2, 3, 2 * HARMONICS)
  const angle = { shape: [3, 1], values: Float32Array.of(0.7, -2, 3) }
  const { back, whole } = await runEagerly(({ coefficients, angle }) => ({
    back: turn(turn(coefficients!, angle!), tf.neg(angle!)),
    whole: turn(coefficients!, tf.add(tf.mul(angle!, 0), 2 * Math.PI)),
  }), { coefficients, angle })
  for (const { values } of [back!, whole!]) {
    t.ok(values.every((value, i) => Math.abs(value - coefficients.values[i]!) < 1e-4))
  }
})

t.test('a round thing, an even map and an empty one have no frequency, and some angle', async t => {
  const round = drawn((u, v) => Math.hypot(u, v) < 0.6, 0)
  const values = Float32Array.from([...round, ...round.map(() => 1), ...round.map(() => 0)])
  const maps = { shape: [3, CELLS, CELLS], values }
  const { coefficients, angles } = await runEagerly(({ maps }) => {
    const coefficients = analyse(maps!)
    return { coefficients, angles: angleOf(coefficients) }
  }, { maps })
  const of = (map: number) => coefficients!.values.slice(map * 2 * HARMONICS, (map + 1) * 2 * HARMONICS)
  const largest = Math.max(...of(0).slice(0, 16).map(Math.abs))
  // Frequencies 1 to 3: the grid itself has the symmetry of a square.
  for (const map of [0, 1, 2]) t.ok(of(map).slice(16, 64).every(value => Math.abs(value) < 1e-3 * largest), `map ${map}`)
  t.ok(of(2).every(value => value === 0), 'nothing')
  t.ok(angles!.values.every(Number.isFinite), `${angles!.values.join()}`)
})

t.test('the gradients of turning and drawing are those of differences, also at an angle of 0', async t => {
  const weights = normal(4, 1, CELLS, CELLS)
  const coefficients = normal(3, 1, 2 * HARMONICS)
  const loss = (coefficients: tf.Tensor, angle: tf.Tensor, weights: tf.Tensor) =>
    tf.sum(tf.mul(synthesise(turn(coefficients, angle), CELLS), weights))
  for (const angle of [0, Math.PI, -2.2]) {
    const at = (off: number): Input => ({ shape: [1, 1], values: Float32Array.of(angle + off) })
    const { gradient, before, after } = await runEagerly(({ coefficients, angle, low, high, weights }) => ({
      gradient: tf.grad(angle => loss(coefficients!, angle, weights!))(angle!),
      before: loss(coefficients!, low!, weights!),
      after: loss(coefficients!, high!, weights!),
    }), { coefficients, angle: at(0), low: at(-5e-3), high: at(5e-3), weights })
    const slope = (after!.values[0]! - before!.values[0]!) / 1e-2
    t.ok(Math.abs(gradient!.values[0]! - slope) < 0.01 * Math.abs(slope) + 0.5, `${gradient!.values[0]} and ${slope}`)
  }
})

t.test('the compiled program gives what TensorFlow.js gives', async t => {
  const values = Float32Array.from(['heart', 'piece U'].flatMap(name => [...drawn(shapes[name]![1], 1)]))
  const difference = await largestDifference(({ maps, coefficients, angle }) => ({
    seen: analyse(maps!),
    angles: angleOf(analyse(maps!)),
    drawn: synthesise(turn(coefficients!, angle!), 16),
  }), {
    maps: { shape: [2, CELLS, CELLS], values },
    coefficients: normal(5, 2, 2 * HARMONICS),
    angle: { shape: [2, 1], values: Float32Array.of(1, -3) },
  })
  t.ok(difference < 1e-3, `differs by ${difference}`)
})
