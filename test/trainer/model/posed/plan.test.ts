import t from 'tap'
import type { PosedModelConfig } from '../../../../trainer/config/posed-schema.js'
import { createNetwork } from '../../../../trainer/model/create-network.js'
import { planPosed, poseUnitsOf } from '../../../../trainer/model/posed/plan.js'
import { image, posedModel, withSizes, withUnits } from './model.js'

t.test('a pose has the units that its config names, else as many of slant, height, width as it is large', async t => {
  t.strictSame(poseUnitsOf(withUnits(['angle', 'row'])), ['angle', 'row'])
  t.strictSame(poseUnitsOf(posedModel), ['slant', 'height', 'width'])
  t.strictSame(poseUnitsOf(withSizes({ pose: 1 })), ['slant'])
})

t.test('units of a pose that contradict, or that it does not have, are refused by name', async t => {
  const cases = [
    [
      withSizes({ pose: 4 }),
      'expected 1 (slant), 2 (slant, height) or 3 (slant, height, width) units of the partition of kind pose for ' +
        'model.partitions[1].size but received 4',
    ],
    [
      { ...withUnits(['row', 'column']), partitions: posedModel.partitions },
      'expected 2, as many units as model.pose.units names (row, column), for model.partitions[1].size but received 3',
    ],
    [
      withUnits(['row', 'angle', 'row']),
      'expected a unit that is not named before for model.pose.units[2] but received "row"',
    ],
    [
      withUnits(['scale', 'angle', 'width']),
      'expected no height and no width beside the scale, which is both, for model.pose.units[2] but received "width"',
    ],
    [
      withUnits(['row', 'column'], { moments: ['row', 'slant'] }),
      'expected a unit of the pose (row, column) for model.pose.moments[1] but received "slant"',
    ],
    [
      withUnits(['row', 'slant'], { moments: ['slant'], slantFrom: 'network' }),
      'expected "moments", as model.pose.moments names the slant, for model.pose.slantFrom but received "network"',
    ],
    [
      withUnits(['row', 'column'], { openAt: { row: 0, angle: 0.1 } }),
      'expected a unit of the pose (row, column) for model.pose.openAt but received "angle"',
    ],
    [
      withUnits(['row', 'column'], { scale: 0.2 }),
      'expected no deviation of what is no unit of the pose (row, column) for model.pose.scale but received 0.2',
    ],
    [
      withUnits(['slant', 'angle'], { moments: ['slant'] }),
      'expected angle too, which is undone before slant is found, for model.pose.moments but received slant',
    ],
    [
      withUnits(['slant', 'width'], { moments: ['width'] }),
      'expected slant too, which is undone before width is found, for model.pose.moments but received width',
    ],
  ] as const
  for (const [model, message] of cases) {
    t.throws(() => createNetwork(model, image), { code: 'PVAE_CONFIG_INVALID', message })
  }
  t.ok(createNetwork(withUnits(['slant', 'angle'], { moments: ['angle'] }), image), 'a slant that is learned')
})

t.test('a plan has the units in order, which of them are found, and defaults that configs do not hold', async t => {
  t.match(planPosed(posedModel, image), {
    units: ['slant', 'height', 'width'],
    found: ['slant'],
    openAt: {},
    extent: 4,
    deviations: { slant: 0.3, height: 0.15, width: 0.2, row: 0.15, column: 0.15, scale: 0.25 },
  })
  const network: PosedModelConfig = { ...posedModel, pose: { ...posedModel.pose, slantFrom: 'network' } }
  t.strictSame(planPosed(network, image).found, [])
  const units = ['angle', 'slant', 'row', 'height'] as const
  t.match(planPosed(withUnits([...units], { row: 0.3, extent: 6 }), image), {
    units, found: ['angle', 'slant', 'row'], extent: 6, deviations: { row: 0.3, column: 0.15 },
  })
  t.strictSame(planPosed(withUnits([...units], { moments: ['height', 'angle'] }), image).found, ['angle', 'height'])
})
