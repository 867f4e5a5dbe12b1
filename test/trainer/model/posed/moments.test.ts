import t, { type Test } from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { findPose, momentSlant } from '../../../../trainer/model/posed/moments.js'
import { shear } from '../../../../trainer/model/posed/warp.js'
import { largestDifference, runEagerly, uniform } from '../../../helpers/compare-engines.js'
import { pictures, type Values } from './picture.js'

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

/** Finds units in pictures of known poses, each by unit, [N]. */
async function foundIn (poses: readonly Values[], units: ReadonlyArray<keyof Values>, height = 40, width = 40) {
  const found = await runEagerly(
    ({ image }) => ({ ...findPose(image!, units, 14) }), { image: pictures(poses, height, width) })
  return (unit: keyof Values) => [...found[unit]!.values]
}

/** Compares with what was drawn, up to what the first picture has too much. */
function agree (
  t: Test, unit: keyof Values, found: readonly number[], poses: readonly Values[], tolerance: number
): void {
  const expected = poses.map(pose => (pose[unit] ?? 0) - (poses[0]![unit] ?? 0) + found[0]!)
  const differences = found.map((value, i) => value - expected[i]!)
    .map(difference => unit === 'angle' ? Math.atan2(Math.sin(difference), Math.cos(difference)) : difference)
  t.ok(differences.every(difference => Math.abs(difference) < tolerance), unit, { found, expected })
}

t.test('place, scale and angle are found where a picture is drawn with them', async t => {
  const poses: Values[] = [
    {}, { row: 0.1, column: -0.15 }, { scale: 0.3 }, { scale: -0.3, row: -0.1 }, { angle: 0.8 }, { angle: -2.9 },
    { row: 0.05, column: 0.1, scale: -0.2, angle: 3.1 }, { angle: 1.5708, column: -0.1, scale: 0.2 },
  ]
  for (const [height, width] of [[40, 40], [36, 47]] as const) {
    const found = await foundIn(poses, ['row', 'column', 'scale', 'angle'], height, width)
    t.ok(Math.max(...found('row').slice(0, 1), ...found('column').slice(0, 1)) < 1e-3, 'in the middle')
    agree(t, 'row', found('row'), poses, 2e-3)
    agree(t, 'column', found('column'), poses, 2e-3)
    agree(t, 'scale', found('scale'), poses, 0.02)
    agree(t, 'angle', found('angle'), poses, 0.06)
  }
})

t.test('scale, height and width are 0 for a square of the extent; an empty image has finite units', async t => {
  const image = {
    shape: [2, 30, 30, 1],
    values: Float32Array.from({ length: 1800 }, (_, i) => {
      const [x, y] = [i % 30, Math.floor(i / 30)]
      return i < 900 && x >= 8 && x < 22 && y >= 8 && y < 22 ? 1 : 0
    }),
  }
  const units = ['row', 'column', 'height', 'width', 'scale', 'slant', 'angle'] as const
  const program = ({ image }: Record<string, tf.Tensor>) => ({ ...findPose(image!, units, 14) })
  const found = await runEagerly(program, { image })
  for (const unit of units.filter(unit => unit !== 'angle')) {
    t.ok(Math.abs(found[unit]!.values[0]!) < 0.01, `${unit} ${found[unit]!.values[0]}`)
  }
  t.ok(Math.abs(Math.abs(found['angle']!.values[0]!) - Math.PI / 4) < 0.01, 'a square points to its corners')
  for (const unit of units) t.ok(Number.isFinite(found[unit]!.values[1]!), `${unit} of nothing`)
  t.ok(await largestDifference(program, { image }) < 1e-4)
})

t.test('slant, height and width are found beside an angle, in the picture turned back', async t => {
  const upright: Values[] = [
    {}, { slant: 0.4 }, { height: 0.2, width: -0.2 }, { slant: -0.3, height: -0.2, width: 0.1 },
  ]
  const found = await foundIn(upright, ['slant', 'height', 'width'])
  agree(t, 'height', found('height'), upright, 0.02)
  agree(t, 'width', found('width'), upright, 0.02)
  const units = ['slant', 'height', 'width', 'angle'] as const
  const poses = upright.flatMap(pose => [0, 1, -2].map(angle => ({ ...pose, angle })))
  const turned = await foundIn(poses, units)
  // Whatever angle it takes for 0, turning is the angle's, and leaves the others as they were.
  for (const unit of units) {
    for (let i = 0; i < poses.length; i += 3) {
      const own = turned(unit).slice(i, i + 3)
      agree(t, unit, own, poses.slice(i, i + 3).map(({ angle }) => unit === 'angle' ? { angle } : {}), 0.06)
    }
  }
})
