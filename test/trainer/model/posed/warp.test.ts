import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { shear, unwarp, warp } from '../../../../trainer/model/posed/warp.js'
import { largestDifference, normal, runEagerly, uniform, type Input } from '../../../helpers/compare-engines.js'
import { inputsOf, pictures, type Values } from './picture.js'

const numbers = (...values: number[]): Input => ({ shape: [values.length], values: Float32Array.from(values) })
const largest = (a: Float32Array, b: Float32Array | number[]) =>
  Math.max(...a.map((value, i) => Math.abs(value - b[i]!)))

/**
 * A bell on each of `count` canvases, smooth at the scale of a pixel. [N, H, W, C] with brightness 1, 2, … by channel.
 */
function bells (count: number, height: number, width: number, channels: number, deviation: number): Input {
  const values = new Float32Array(count * height * width * channels)
  values.forEach((_, i) => {
    const [c, x, y] = [i % channels, Math.floor(i / channels) % width, Math.floor(i / channels / width) % height]
    const [dx, dy] = [x - (width - 1) / 2 - 1, y - (height - 1) / 2 + 0.5]
    values[i] = (c + 1) * Math.exp(-(dx * dx + dy * dy + 0.6 * dx * dy) / (2 * deviation ** 2))
  })
  return { shape: [count, height, width, channels], values }
}

t.test('a slant of whole pixels a row moves rows, and nothing comes in from the other side', async t => {
  const x = normal(1, 2, 5, 6, 2)
  const { y } = await runEagerly(({ x, slant }) => ({ y: shear(x!, slant!) }), { x, slant: numbers(1, -1) })
  t.strictSame(y!.shape, [2, 5, 6, 2])
  const expected = Float32Array.from(x.values, (_, i) => {
    const [c, column, row, n] = [i % 2, Math.floor(i / 2) % 6, Math.floor(i / 12) % 5, Math.floor(i / 60)]
    const source = column - (row - 2) * (n === 0 ? 1 : -1)
    return source < 0 || source > 5 ? 0 : x.values[((n * 5 + row) * 6 + source) * 2 + c]!
  })
  t.ok(largest(y!.values, expected) < 1e-5)
})

t.test('a fraction of a pixel is band-limited interpolation: twice half a pixel is one pixel', async t => {
  const x = bells(1, 4, 24, 1, 2)
  const { twice, once } = await runEagerly(
    ({ x, half, full }) => ({ twice: shear(shear(x!, half!), half!), once: shear(x!, full!) }),
    { x, half: numbers(1 / 3), full: numbers(2 / 3) }
  )
  t.ok(largest(twice!.values, once!.values) < 2e-3)
})

t.test('scaling interpolates linearly around the centre', async t => {
  const x = normal(2, 1, 4, 6, 2)
  const [height, width] = [0.3, -0.4]
  const { y } = await runEagerly(
    ({ x, slant, height, width }) => ({ y: warp(x!, { slant: slant!, height: height!, width: width! }, -6) }),
    { x, slant: numbers(0), height: numbers(height), width: numbers(width) }
  )
  const at = (row: number, column: number, c: number) =>
    row < 0 || row > 3 || column < 0 || column > 5 ? -6 : x.values[(row * 6 + column) * 2 + c]!
  const expected = Float32Array.from(x.values, (_, i) => {
    const row = 1.5 + (Math.floor(i / 12) - 1.5) * Math.exp(-height)
    const column = 2.5 + (Math.floor(i / 2) % 6 - 2.5) * Math.exp(-width)
    const [r, c, fr, fc] = [Math.floor(row), Math.floor(column), row - Math.floor(row), column - Math.floor(column)]
    const corner = (dr: number, dc: number) =>
      (dr === 0 ? 1 - fr : fr) * (dc === 0 ? 1 - fc : fc) * at(r + dr, c + dc, i % 2)
    return corner(0, 0) + corner(0, 1) + corner(1, 0) + corner(1, 1)
  })
  t.ok(largest(y!.values, expected) < 2e-5, { difference: largest(y!.values, expected) })
})

t.test('unwarping undoes warping; no pose does nothing; what comes in from outside has the value given', async t => {
  const x = bells(2, 20, 24, 2, 3)
  const pose = { slant: numbers(0.4, -0.7), height: numbers(0.2, -0.3), width: numbers(0.1, 0.3) }
  const { back, still, outside } = await runEagerly(
    ({ x, slant, height, width }) => ({
      back: unwarp(warp(x!, { slant: slant!, height: height!, width: width! }), {
        slant: slant!,
        height: height!,
        width: width!,
      }),
      still: warp(x!, { slant: tf.zerosLike(slant!) }),
      outside: warp(tf.add(tf.zerosLike(x!), 3), { slant: slant!, height: tf.sub(height!, 0.5) }, -6),
    }),
    { x, ...pose }
  )
  t.ok(largest(still!.values, x.values) < 1e-5)
  // of a brightness of up to 2
  t.ok(largest(back!.values, x.values) < 0.15, { difference: largest(back!.values, x.values) })
  t.ok(Math.abs(outside!.values[0]! + 6) < 1e-4)
})

/** Poses of all units, of which each picture has some. */
const poses: Values[] = [
  { row: 0.1, column: -0.07, scale: 0.2, angle: 0.5 },
  { row: 0, column: 0.12, scale: -0.3, angle: -1.2 },
  { row: -0.08, column: 0, scale: 0, angle: 2.6 },
  { row: 0.05, column: 0.05, scale: 0.1, angle: -3.1 },
  { row: 0.111, column: -0.111, scale: 0, angle: Math.PI / 2 },
]
const affine = poses.map(({ row, column, angle }, i) => (
  { row: row!, column: column!, angle: angle!, height: 0.1, width: -0.1, slant: [0.3, -0.2, 0.1, 0, 0.2][i]! }))

t.test('a warped picture is the picture of the thing in that pose, drawn by formula', async t => {
  for (const [height, width] of [[48, 48], [40, 48], [41, 50]] as const) {
    for (const [name, cases] of Object.entries({
      move: poses.map(({ row, column }) => ({ row: row!, column: column! })),
      'move and slant': affine.map(({ row, column, slant }) => ({ row, column, slant })),
      turn: poses.map(({ angle }) => ({ angle: angle! })),
      'move, scale, turn': poses,
      all: affine,
    })) {
      const expected = pictures(cases, height, width)
      const still = pictures(cases.map(() => ({})), height, width)
      const { warped, back } = await runEagerly(({ still, expected, ...pose }) => (
        { warped: warp(still!, pose), back: unwarp(expected!, pose) }), { still, expected, ...inputsOf(cases) })
      // Of a brightness of up to 1.5; scaling interpolates linearly.
      const tolerance = name.includes('scale') || name === 'all' ? 0.08 : 0.01
      const differences = [largest(warped!.values, expected.values), largest(back!.values, still.values)]
      t.ok(Math.max(...differences) < tolerance, `${name} on ${height} × ${width}`, { differences })
    }
  }
})

t.test('what moves out does not come in on the other side', async t => {
  const x = { shape: [2, 10, 12, 1], values: new Float32Array(240).fill(1) }
  const { y } = await runEagerly(({ x, row, column }) => ({ y: warp(x!, { row: row!, column: column! }) }), {
    x, row: numbers(0.5, -0.5), column: numbers(0.5, -0.25),
  })
  const at = (n: number, row: number, column: number) => y!.values[(n * 10 + row) * 12 + column]!
  const expected = Float32Array.from(x.values, (_, i) => {
    const [row, column] = [Math.floor(i / 12) % 10, i % 12]
    return Number(i < 120 ? row >= 5 && column >= 6 : row < 5 && column < 9)
  })
  t.ok(largest(y!.values, expected) < 1e-4, { corner: at(0, 0, 0) })
})

t.test('with an angle, values and gradients agree on both engines, and with finite differences', async t => {
  const cases = [{ row: 0.1, column: -0.1, scale: 0.2, slant: 0.2, angle: 0.5 },
    { row: -0.2, column: 0.05, scale: -0.1, slant: -0.1, angle: -2.4 }]
  for (const [height, width] of [[8, 8], [7, 9]] as const) {
    const x = normal(3, 2, height, width, 2)
    const w = normal(4, 2, height, width, 2)
    const names = ['row', 'column', 'scale', 'slant', 'angle'] as const
    for (const [name, map] of Object.entries({ warp, unwarp })) {
      const program = ({ x, w, ...pose }: Record<string, tf.Tensor>) => {
        const loss = (image: tf.Tensor, ...values: tf.Tensor[]) => tf.sum(tf.mul(
          map(image, Object.fromEntries(names.map((unit, i) => [unit, values[i]!]))), w!)) as tf.Scalar
        const inputs = [x!, ...names.map(unit => pose[unit]!)]
        const [dx, ...gradients] = tf.grads((image, ...values) => loss(image!, ...values))(inputs) as [tf.Tensor]
        const [image, ...values] = inputs as [tf.Tensor]
        return {
          value: loss(image, ...values), dx, ...Object.fromEntries(names.map((unit, i) => [`d-${unit}`, gradients[i]!])),
        }
      }
      const inputs = { x, w, ...inputsOf(cases) }
      t.ok(await largestDifference(program, inputs) < 5e-4, name)
      const base = await runEagerly(program, inputs)
      for (const unit of names) {
        const moved = async (step: number) => (await runEagerly(program, {
          ...inputs, ...inputsOf(cases.map((pose, i) => i === 0 ? { ...pose, [unit]: pose[unit] + step } : pose)),
        })).value!.values[0]!
        const quotient = (await moved(1e-3) - await moved(-1e-3)) / 2e-3
        const gradient = base[`d-${unit}`]!.values[0]!
        t.ok(Math.abs(quotient - gradient) < 0.03 * Math.max(3, Math.abs(quotient)), `${name}: ${unit}`, {
          quotient, gradient,
        })
      }
    }
  }
})

t.test('values and gradients agree on both engines, and with finite differences', async t => {
  const x = normal(3, 2, 5, 7, 2)
  const weights = normal(4, 2, 5, 7, 2)
  const pose = { slant: uniform(5, -0.6, 0.6, 2), height: uniform(6, -0.3, 0.3, 2), width: uniform(7, -0.3, 0.3, 2) }
  for (const [name, map] of Object.entries({ warp, unwarp })) {
    const loss = (image: tf.Tensor, slant: tf.Tensor, height: tf.Tensor, width: tf.Tensor, w: tf.Tensor) =>
      tf.sum(tf.mul(map(image, { slant, height, width }), w)) as tf.Scalar
    const program = ({ x, slant, height, width, w }: Record<string, tf.Tensor>) => {
      const [dx, dSlant, dHeight, dWidth] = tf.grads((a, b, c, d) => loss(a!, b!, c!, d!, w!))([
        x!,
        slant!,
        height!,
        width!,
      ]) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]
      return {
        y: map(x!, { slant: slant!, height: height!, width: width! }),
        value: loss(x!, slant!, height!, width!, w!),
        dx,
        dSlant,
        dHeight,
        dWidth,
      }
    }
    t.ok(await largestDifference(program, { x, w: weights, ...pose }) < 2e-5, name)
    const base = await runEagerly(program, { x, w: weights, ...pose })
    for (const [unit, gradient] of [['slant', 'dSlant'], ['height', 'dHeight'], ['width', 'dWidth']] as const) {
      const moved = async (step: number) =>
        (
          await runEagerly(program, {
            x,
            w: weights,
            ...pose,
            [unit]: { shape: [2], values: pose[unit].values.map((value, i) => (i === 0 ? value + step : value)) },
          })
        ).value!.values[0]!
      const quotient = (await moved(5e-3) - await moved(-5e-3)) / 1e-2
      t.ok(
        Math.abs(quotient - base[gradient]!.values[0]!) < 0.02 * Math.max(1, Math.abs(quotient)),
        `${name}: ${unit}`,
        { quotient, gradient: base[gradient]!.values[0] }
      )
    }
  }
})
