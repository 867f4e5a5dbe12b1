import t from 'tap'
import { initialState } from '../../../../trainer/model/initial-state.js'
import { growWeights } from '../../../../trainer/model/layered/growth.js'
import {
  atFullResolution,
  checkMilestones,
  grow,
  phaseAt,
  phasesOf,
  reductionOf,
} from '../../../../trainer/model/phases.js'
import { bilinearMatrix } from '../../../../trainer/model/upsampling.js'
import { runEagerly } from '../../../helpers/compare-engines.js'
import { layeredModel } from '../../../helpers/layered-model.js'
import { modelVariants } from '../../../helpers/model-variants.js'

const image = { height: 12, width: 16, channels: 3 }
const model = layeredModel({ coarseSteps: 10, activeFrom: 4, layerFrom: 6 })

t.test('grown weights have the full model\'s names and shapes; only what is drawn is changed', async t => {
  const coarse = initialState(model, image, 1, [], 2)
  const full = initialState(model, image, 1)
  const grown = growWeights(coarse.weights, model, image, 2)
  t.strictSame(Object.keys(grown), Object.keys(full.weights))
  for (const [name, { shape, values }] of Object.entries(grown)) {
    t.strictSame(shape, full.weights[name]!.shape, name)
    t.equal(values.length, full.weights[name]!.values.length)
    if (!/decoder\/(image|layer2)/.test(name)) t.equal(values, coarse.weights[name]!.values)
  }
})

t.test('canvases are upsampled linearly, plane by plane', async t => {
  const { weights } = initialState(model, image, 1, [], 2)
  const { rows, columns } = await runEagerly(() => ({ rows: bilinearMatrix(6, 2), columns: bilinearMatrix(8, 2) }), {})
  const image0 = { shape: [6, 3, 8], values: Float32Array.from({ length: 144 }, (_, i) => Math.sin(i)) }
  const grown = growWeights({ ...weights, 'partition/wall/decoder/image': image0 }, model, image, 2)[
    'partition/wall/decoder/image'
  ]!
  let at = 0
  for (let i = 0; i < 12; i++) {
    for (let plane = 0; plane < 3; plane++) {
      for (let j = 0; j < 16; j++, at++) {
        let sum = 0
        for (let I = 0; I < 6; I++) {
          for (let J = 0; J < 8; J++) {
            sum += rows!.values[i * 6 + I]! * columns!.values[j * 8 + J]! * image0.values[(I * 3 + plane) * 8 + J]!
          }
        }
        if (Math.abs(grown.values[at]! - sum) > 1e-5) t.fail(`element ${at} is ${grown.values[at]} instead of ${sum}`)
      }
    }
  }
  t.equal(at, grown.values.length)
})

t.test('phases follow from the config, and a state tells its own', async t => {
  t.strictSame(phasesOf(model), [{ from: 0, reduction: 2 }, { from: 10, reduction: 1 }])
  t.strictSame(phasesOf(layeredModel()), [{ from: 0, reduction: 1 }])
  t.strictSame(phasesOf(Object.values(modelVariants)[0]!), [{ from: 0, reduction: 1 }])
  t.strictSame([0, 9, 10, 99].map(step => phaseAt(phasesOf(model), step).reduction), [2, 2, 1, 1])
  const [coarse, full] = [initialState(model, image, 1, [], 2), initialState(model, image, 1)]
  t.equal(reductionOf(model, image, coarse), 2)
  t.equal(reductionOf(model, image, full), 1)
  t.equal(reductionOf(model, image, { ...full, weights: {} }), 1, 'what fits nowhere is for the engine to refuse')
  t.equal(atFullResolution(model, image, full), full)
  const moved = { ...coarse, firstMoments: coarse.weights, secondMoments: coarse.weights, step: 10 }
  const grown = grow(model, image, moved)
  t.equal(reductionOf(model, image, grown), 1)
  t.equal(grown.step, 10)
  for (const slots of [grown.firstMoments, grown.secondMoments]) {
    for (const [name, { shape, values }] of Object.entries(slots)) {
      t.strictSame(shape, grown.weights[name]!.shape)
      t.ok(values.every(value => value === 0))
    }
  }
})

t.test('a run has to be longer than its stages', async t => {
  checkMilestones(model, image, 11)
  checkMilestones(Object.values(modelVariants)[0]!, { ...image, channels: 1 }, 1)
  t.throws(() => checkMilestones(model, image, 10), {
    code: 'PVAE_CONFIG_INVALID',
    message:
      "expected a step before the run's last, below 10 (or more --steps or --epochs), for model.coarse.steps but " +
        'received 10',
  })
  t.throws(() => checkMilestones(model, image, 6), {
    message:
      "expected a step before the run's last, below 6 (or more --steps or --epochs), for " +
        'model.partitions[2].activeFrom but received 6',
  })
})
