import t from 'tap'
import { createNetwork } from '../../../../trainer/model/create-network.js'
import { partitionOfPart } from '../../../../trainer/model/posed/partitions.js'
import type { PosedModelConfig } from '../../../../trainer/config/posed-schema.js'
import { planPosed } from '../../../../trainer/model/posed/plan.js'
import { image, posedModel, withSizes, withUnits } from './model.js'

t.test('each part has its partition, in whatever order', async t => {
  t.strictSame(partitionOfPart(posedModel), {
    pose: { name: 'where', size: 3, offset: 3 },
    shape: { name: 'what', size: 3, offset: 0 },
    style: { name: 'how', size: 2, offset: 6 },
  })
})

t.test('kinds that contradict are refused by name', async t => {
  const [shape, pose, style] = posedModel.partitions as [
    (typeof posedModel.partitions)[0],
    (typeof posedModel.partitions)[0],
    (typeof posedModel.partitions)[0]
  ]
  const cases = [
    [[shape, style], 'expected exactly one partition of kind pose for model.partitions but received none'],
    [
      [shape, pose, style, { ...pose, name: 'again' }],
      'expected exactly one partition of kind pose for model.partitions but received 2 ("where", "again")',
    ],
    [[pose, style], 'expected exactly one partition of kind shape for model.partitions but received none'],
    [[shape, pose], 'expected exactly one partition of kind style for model.partitions but received none'],
    [
      [shape, { ...pose, size: 4 }, style],
      'expected 1 (slant), 2 (slant, height) or 3 (slant, height, width) units of the partition of kind pose for ' +
        'model.partitions[1].size but received 4',
    ],
  ] as const
  for (const [partitions, message] of cases) {
    t.throws(() => createNetwork({ ...posedModel, partitions: [...partitions] }, image), {
      code: 'PVAE_CONFIG_INVALID',
      message,
    })
  }
})

t.test('units of a pose that contradict, or that it does not have, are refused by name', async t => {
  const cases = [
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

t.test('sizes that do not fit the image are refused with the field', async t => {
  const halves = Array.from({ length: 4 }, () => ({ channels: 2, kernel: 3, downsample: 'stride' as const }))
  const deep = { blocks: [...halves, ...halves], hidden: [] }
  t.throws(() => createNetwork({ ...posedModel, pose: { ...posedModel.pose, encoder: deep } }, image), {
    message: /model\.pose\.encoder\.blocks\[3\] would halve 1×2/,
  })
  t.throws(() => createNetwork({ ...posedModel, encoder: deep }, image), {
    message: /model\.encoder\.blocks\[3\] would halve 1×2/,
  })
  t.throws(() => createNetwork(posedModel, { ...image, height: 7 }), {
    message: /expected 7×12 to be divisible by .* for model\.decoder\.blocks but received 2/,
  })
  t.throws(
    () =>
      createNetwork(
        { ...posedModel, style: { hidden: 6, from: 'blocks' }, decoder: { ...posedModel.decoder, blocks: [] } },
        image
      ),
    { message: /at least one block for the style to modulate, .* for model\.decoder\.blocks but received none/ }
  )
  t.ok(createNetwork(withSizes({ pose: 1, shape: 1, style: 1 }), image))
})
