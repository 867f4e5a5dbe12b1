import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import type { PosedModelConfig } from '../../../../trainer/config/posed-schema.js'
import { inferPose } from '../../../../trainer/model/posed/infer-pose.js'
import { findPose } from '../../../../trainer/model/posed/moments.js'
import { planPosed } from '../../../../trainer/model/posed/plan.js'
import { unitOf } from '../../../../trainer/model/posed/pose.js'
import { normal, runEagerly, uniform } from '../../../helpers/compare-engines.js'
import { image, withUnits } from './model.js'

/** Infers poses of two images, with parameters whose heads give 0 about their initial bias; the slices too. */
async function infer (model: PosedModelConfig) {
  const plan = planPosed(model, image)
  const x = uniform(1, 0, 1, 2, image.height, image.width, image.channels)
  const slice = normal(2, 2, plan.units.length)
  const inferred = await runEagerly(({ x, slice }) => {
    const { mean, logVariance } = inferPose(slice!, x!, plan, model, (_, shape, initializer) =>
      initializer.kind === 'given' ? tf.tensor([...initializer.values], [...shape]) : tf.zeros([...shape]))
    const found = Object.entries(findPose(x!, plan.found, plan.extent))
    return {
      mean,
      logVariance,
      ...Object.fromEntries(found.map(([unit, value]) => [unit, unitOf(unit as 'row', value, plan)])),
    }
  }, { x, slice })
  const column = (values: Float32Array, unit: number) => [0, 1].map(n => values[n * plan.units.length + unit]!)
  return {
    logVariances: [...inferred['logVariance']!.values].slice(0, plan.units.length),
    means: plan.units.map((_, i) => column(inferred['mean']!.values, i)),
    found: plan.units.map(unit => inferred[unit] && [...inferred[unit].values]),
    slices: plan.units.map((_, i) => column(slice.values, i)),
  }
}

t.test('units that are found have the image\'s own means, the others what is learned, each in its place', async t => {
  const units = ['height', 'row', 'slant', 'angle', 'width', 'column'] as const
  const model = withUnits([...units], { moments: ['row', 'angle', 'slant'] })
  const { means, found, slices, logVariances } = await infer(model)
  for (const [i, unit] of units.entries()) {
    const isFound = ['row', 'angle', 'slant'].includes(unit)
    t.strictSame(means[i], isFound ? found[i] : slices[i], unit)
  }
  t.strictSame(logVariances, [0, -6, 0, -4, 0, -6])
  const plain = await infer({ ...model, heads: { hidden: 4, residual: false } })
  t.strictSame(plain.means[0], [0, 0], 'without the slice where heads are plain')
})

t.test('all units may be found, or none', async t => {
  const all = await infer(withUnits(['scale', 'angle']))
  t.strictSame(all.means, all.found)
  const none = await infer(withUnits(['scale', 'angle'], { moments: [] }))
  t.strictSame(none.means, none.slices)
  t.strictSame(none.logVariances, [-4, -4])
})
