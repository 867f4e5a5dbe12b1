import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { LIMITS, poseOf, unitOfSlant } from '../../../../trainer/model/posed/pose.js'
import { momentSlant } from '../../../../trainer/model/posed/moments.js'
import { shear } from '../../../../trainer/model/posed/warp.js'
import { largestDifference, runEagerly, uniform, type Input } from '../../../helpers/compare-engines.js'

const deviations = { slant: 0.3, height: 0.15, width: 0.2 }

t.test('units become slant, height and width, in deviations near zero and bounded far from it', async t => {
  const units: Input = { shape: [3, 3], values: Float32Array.of(0.1, -0.1, 0.2, 50, -50, 50, 0, 0, 0) }
  const { slant, height, width } = await runEagerly(({ units }) => ({ ...poseOf(units!, deviations) }), { units })
  const bounded = (value: number, limit: number) => limit * Math.tanh(value / limit)
  t.ok(Math.abs(slant!.values[0]! - bounded(0.03, LIMITS.slant)) < 1e-6)
  t.ok(Math.abs(height!.values[0]! - bounded(-0.015, LIMITS.height)) < 1e-6)
  t.ok(Math.abs(width!.values[0]! - bounded(0.04, LIMITS.width)) < 1e-6)
  t.strictSame(
    [slant!.values[1], height!.values[1]!.toFixed(6), width!.values[1]!.toFixed(6)],
    [1, '-0.600000', '0.600000']
  )
  t.strictSame([slant!.values[2], height!.values[2], width!.values[2]], [0, 0, 0])
})

t.test('a pose of one unit slants, one of two units has a height too', async t => {
  const units: Input = { shape: [2, 2], values: Float32Array.of(1, 2, 3, 4) }
  t.strictSame(Object.keys(await runEagerly(({ units }) => ({ ...poseOf(units!, deviations) }), { units })), [
    'slant',
    'height',
  ])
  t.strictSame(
    Object.keys(
      await runEagerly(({ units }) => ({ ...poseOf(units!, deviations) }), {
        units: { shape: [4, 1], values: units.values },
      })
    ),
    ['slant']
  )
})

t.test('a slant\'s unit is the one that gives it; beyond the limit it stays finite', async t => {
  const slant = { shape: [4], values: Float32Array.of(-0.8, 0, 0.3, 7) }
  const { back } = await runEagerly(
    ({ slant }) => ({ back: poseOf(tf.expandDims(unitOfSlant(slant!, deviations), 1), deviations).slant }),
    { slant }
  )
  for (const [i, value] of [-0.8, 0, 0.3, 0.95].entries()) {
    t.ok(Math.abs(back!.values[i]! - value) < 1e-5, String(value))
  }
})

/** A bell with covariances slant · variance of y, at (2, -1) from the centre. */
function bell (slant: number): number[] {
  return Array.from({ length: 21 * 25 }, (_, i) => {
    const [x, y] = [i % 25 - 12 - 2, Math.floor(i / 25) - 10 + 1]
    return Math.exp(-((x - slant * y) ** 2) / 4 - y * y / 8)
  })
}

t.test('the moment slant of a sheared bell is its shear, wherever it lies; an empty image has none', async t => {
  const slants = [-0.5, 0, 0.25]
  const image = {
    shape: [4, 21, 25, 1],
    values: Float32Array.from([...slants.flatMap(bell), ...new Array<number>(21 * 25).fill(0)]),
  }
  const program = ({ image }: Parameters<Parameters<typeof runEagerly>[0]>[0]) => ({ slant: momentSlant(image!) })
  const { slant } = await runEagerly(program, { image })
  // μ₀₂ is 4 px², and the image ends.
  for (const [i, value] of [...slants, 0].entries()) {
    t.ok(Math.abs(slant!.values[i]! - value) < 0.03, `${slant!.values[i]} for ${value}`)
  }
  t.ok(await largestDifference(program, { image }) < 1e-5)
  // Undoing it leaves none.
  const { rest } = await runEagerly(
    ({ image }) => ({ rest: momentSlant(shear(image!, tf.neg(momentSlant(image!)))) }),
    { image }
  )
  t.ok(rest!.values.every(value => Math.abs(value) < 0.02), [...rest!.values].join())
})

t.test('channels are brightness together', async t => {
  const grey = uniform(1, 0, 1, 2, 6, 8, 1)
  const rgb = {
    shape: [2, 6, 8, 3],
    values: Float32Array.from({ length: 288 }, (_, i) => grey.values[Math.floor(i / 3)]! * [0.2, 0.3, 0.5][i % 3]!),
  }
  const { a, b } = await runEagerly(({ grey, rgb }) => ({ a: momentSlant(grey!), b: momentSlant(rgb!) }), { grey, rgb })
  t.ok(a!.values.every((value, i) => Math.abs(value - b!.values[i]!) < 1e-4))
})
