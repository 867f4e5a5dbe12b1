import t from 'tap'
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
