import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { LIMITS, poseOf, unitOf } from '../../../../trainer/model/posed/pose.js'
import { runEagerly, type Input } from '../../../helpers/compare-engines.js'

const deviations = { row: 0.15, column: 0.1, scale: 0.25, slant: 0.3, height: 0.15, width: 0.2 }
const plan = { units: ['slant', 'height', 'width'], deviations } as const

t.test('units become slant, height and width, in deviations near zero and bounded far from it', async t => {
  const units: Input = { shape: [3, 3], values: Float32Array.of(0.1, -0.1, 0.2, 50, -50, 50, 0, 0, 0) }
  const { slant, height, width } = await runEagerly(({ units }) => ({ ...poseOf(units!, plan) }), { units })
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

t.test('each unit moves what its name says, in the order given; an angle has no limit and no deviation', async t => {
  const units = ['angle', 'column', 'row', 'scale'] as const
  const values: Input = { shape: [2, 4], values: Float32Array.of(Math.sqrt(3), 0.1, -0.1, 0.2, -6, 50, -50, 50) }
  const pose = await runEagerly(({ values }) => ({ ...poseOf(values!, { units, deviations }) }), { values })
  t.strictSame(Object.keys(pose), units)
  const expected = {
    angle: [Math.PI, -6 * Math.PI / Math.sqrt(3)],
    column: [0.5 * Math.tanh(0.01 / 0.5), 0.5],
    row: [0.5 * Math.tanh(-0.015 / 0.5), -0.5],
    scale: [Math.tanh(0.05), 1],
  }
  for (const unit of units) {
    t.ok(expected[unit].every((value, i) => Math.abs(pose[unit]!.values[i]! - value) < 1e-5), unit)
  }
})

t.test('a unit is the one that gives the value; beyond a limit it stays finite', async t => {
  const value = { shape: [4], values: Float32Array.of(-0.8, 0, 0.3, 7) }
  for (const unit of ['slant', 'row', 'column', 'scale', 'height', 'width', 'angle'] as const) {
    const limit = unit === 'angle' ? Infinity : LIMITS[unit]
    const { back } = await runEagerly(({ value }) => ({
      back: poseOf(tf.expandDims(unitOf(unit, value!, { deviations }), 1), { units: [unit], deviations })[unit]!,
    }), { value })
    for (const [i, expected] of value.values.entries()) {
      const kept = Math.sign(expected) * Math.min(Math.abs(expected), 0.95 * limit)
      t.ok(Math.abs(back!.values[i]! - kept) < 1e-5, `${unit} of ${expected}: ${back!.values[i]}`)
    }
  }
})
