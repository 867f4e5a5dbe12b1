import t from 'tap'
import type { LayeredModelConfig } from '../../../../trainer/config/layered-schema.js'
import { planLayers } from '../../../../trainer/model/layered/plan.js'
import { prepareStage, priorFrom } from '../../../../trainer/model/layered/stages.js'
import { initialStatistics } from '../../../../trainer/model/layered/statistics.js'
import { createRandom } from '../../../../trainer/random/index.js'
import { layeredModel } from '../../../helpers/layered-model.js'

const sprite = { extent: [8, 6] as const }

function cloud (count: number, centre: readonly [number, number], deviation: number, seed: number): number[] {
  const noise = createRandom(seed, 'cloud').fillNormal(new Float32Array(2 * count))
  return Array.from(noise, (value, i) => centre[i % 2]! + deviation * value)
}

t.test('the prior sits at the densest cluster of key points', async t => {
  const points = [...cloud(300, [10, 20], 0.5, 1), ...cloud(200, [3, 5], 3, 2)]
  const { mean, variance, broad } = priorFrom(Float32Array.from([...points, -1, -1]), sprite, [24, 32], 0.5)!
  t.ok(Math.abs(mean[0] - 10) < 0.2, 'the mode, not the mean, and no empty row', { mean })
  t.ok(Math.abs(mean[1] - 20) < 0.2, 'and no empty column', { mean })
  t.ok(Math.min(...variance) > 0.5, 'the cluster\'s variance and half a pixel', { variance })
  t.ok(Math.max(...variance) < 1.5, 'and no more', { variance })
  t.notOk(broad)
})

t.test('the prior is on the larger of two things, even where the other is denser', async t => {
  const random = createRandom(5, 'moving')
  const moving = Array.from({ length: 600 }, (_, i) =>
    i % 2 === 0 ? 6 + 1.2 * random.normal() : 7 + 18 * random.uniform()
  )
  const still = cloud(200, [13, 16], 0.8, 6)
  const { mean, variance, broad } = priorFrom(
    Float32Array.from([...moving, ...still]),
    { extent: [12, 11] },
    [24, 32],
    0.3
  )!
  t.notOk(broad)
  t.ok(Math.abs(mean[0] - 6) < 0.5, 'the row in which the moving one moves', { mean })
  t.ok(Math.abs(mean[1] - 16) < 1, 'the middle of where it moves', { mean })
  t.ok(variance[0] < 4, 'without the rows of the still one', { variance })
  t.ok(Math.abs(variance[1] - 26) < 6, 'all of its columns, whose variance is 27', { variance })
  const few = priorFrom(Float32Array.from([...moving, ...still]), { extent: [12, 11] }, [24, 32], 0.7)!
  t.ok(few.broad, 'a cluster that is too small stands for nothing')
})

t.test('key points without a cluster give a broad prior over all of them', async t => {
  const random = createRandom(3, 'everywhere')
  const points = Float32Array.from({ length: 1000 }, (_, i) => random.uniform() * (i % 2 === 0 ? 24 : 32))
  const { mean, variance, broad } = priorFrom(points, sprite, [24, 32], 0.5)!
  t.ok(broad)
  t.ok(Math.abs(mean[0] - 12) < 1, 'the middle row', { mean })
  t.ok(Math.abs(mean[1] - 16) < 1.5, 'the middle column', { mean })
  t.ok(variance[0] >= 36, 'at least a quarter of the height', { variance })
  t.ok(variance[1] >= 64, 'at least a quarter of the width', { variance })
  t.equal(priorFrom(new Float32Array(1024).fill(-1), sprite, [24, 32], 0.5), undefined, 'nothing from nothing')
})

t.test('a sprite is looked for before it is drawn, and begins where it was found', async t => {
  const model: LayeredModelConfig = layeredModel({ activeFrom: 40, layerFrom: 30 })
  const plan = planLayers(model, { height: 12, width: 16, channels: 3 }, 1)
  const before = initialStatistics(plan)
  t.strictSame([0, 1, 23, 25, 39, 41].map(step => prepareStage(step, plan, model)), Array(6).fill(undefined))
  const watched = prepareStage(24, plan, model)!(before)
  t.equal(watched['ball/observed']!.values[0], 1)
  t.equal(watched['ball/active']!.values[0], 0)
  const veiled = prepareStage(30, plan, model)!(watched)
  t.equal(veiled['haze/active']!.values[0], 1)
  veiled['ball/key-points']!.values.set(cloud(256, [3, 4], 0.1, 4))
  const drawn = prepareStage(40, plan, model)!(veiled)
  t.equal(drawn['ball/active']!.values[0], 1)
  t.ok(Math.abs(drawn['ball/prior-mean']!.values[0]! - 3) < 0.1)
  t.ok(drawn['ball/prior-variance']!.values[0]! < 1)
  t.equal(drawn['ball/broad']!.values[0], 0)
  t.equal(before['ball/active']!.values[0], 0, 'what was given is as it was')

  const unseen = prepareStage(40, plan, model)!(initialStatistics(plan))
  t.equal(unseen['ball/prior-variance']!.values[0], 1e4, 'without a key point the prior stays open')
})

t.test('what takes part from the first step needs no preparation', async t => {
  const model = layeredModel({ activeFrom: 0, layerFrom: 0 })
  const plan = planLayers(model, { height: 12, width: 16, channels: 3 }, 1)
  t.equal(prepareStage(0, plan, model), undefined)
  t.equal(initialStatistics(plan)['ball/active']!.values[0], 1)
  t.equal(prepareStage(0, plan, layeredModel({ activeFrom: 5, layerFrom: 0 })), undefined)
  const early = layeredModel({ activeFrom: 5, layerFrom: 0 })
  t.equal(
    prepareStage(0, planLayers(early, { height: 12, width: 16, channels: 3 }, 1), early)!(initialStatistics(plan))[
      'ball/observed'
    ]!.values[0],
    1,
    'looked for from the first step'
  )
})
