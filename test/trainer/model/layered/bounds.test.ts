import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { bounded, boundedLogVariance } from '../../../../trainer/model/layered/bounds.js'
import { planLayers } from '../../../../trainer/model/layered/plan.js'
import { runEagerly } from '../../../helpers/compare-engines.js'
import { layeredModel } from '../../../helpers/layered-model.js'

const image = { height: 12, width: 16, channels: 3 }
const x = { shape: [4], values: Float32Array.of(-100, -0.1, 0.1, 100) }

t.test('means are nearly as they are about 0, and within ±4', async t => {
  const { y } = await runEagerly(({ x }) => ({ y: bounded(x!) }), { x })
  t.ok([-4, -0.1, 0.1, 4].every((value, i) => Math.abs(y!.values[i]! - value) < 1e-4))
})

t.test('the floor of log-variances is the same in pixels at every resolution', async t => {
  const model = layeredModel({ coarseSteps: 5 })
  const leastAt = async (reduction: number) =>
    (await runEagerly(({ x }) => ({ y: boundedLogVariance(x!, planLayers(model, image, reduction), model) }), { x }))
      .y!.values
  t.strictSame([...await leastAt(2)], [-7, Math.fround(-0.1), Math.fround(0.1), 4])
  t.ok(Math.abs((await leastAt(1))[0]! - (-7 - 2 * Math.log(2))) < 1e-6)
})

t.test('what is beyond the bounds has a gradient to come back by; within them it is that of what is seen', async t => {
  const model = layeredModel({ coarseSteps: 5 })
  const plan = planLayers(model, image, 1)
  const outer = { shape: [4], values: Float32Array.of(-30, -1, 1, 30) }
  const { mean, logVariance } = await runEagerly(({ x }) => ({
    mean: tf.grad(x => bounded(x))(x!),
    logVariance: tf.grad(x => boundedLogVariance(x, plan, model))(x!),
  }), { x: outer })
  const slope = 1 - Math.tanh(1 / 4) ** 2
  for (const [i, expected] of [0.1, slope, slope, 0.1].entries()) {
    t.ok(Math.abs(mean!.values[i]! - expected) < 1e-5, `of a mean at ${outer.values[i]}: ${mean!.values[i]}`)
  }
  t.strictSame([...logVariance!.values], [0, 1, 1, 1], 'below the floor is where certain units rest')
})
