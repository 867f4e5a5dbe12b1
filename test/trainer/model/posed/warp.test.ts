import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { shear, unwarp, warp } from '../../../../trainer/model/posed/warp.js'
import { largestDifference, normal, runEagerly, uniform, type Input } from '../../../helpers/compare-engines.js'

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
