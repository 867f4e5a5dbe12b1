import t from 'tap'
import { createNetwork } from '../../../../trainer/model/create-network.js'
import { partitionOfPart } from '../../../../trainer/model/posed/partitions.js'
import { image, posedModel, withSizes } from './model.js'

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
  ] as const
  for (const [partitions, message] of cases) {
    t.throws(() => createNetwork({ ...posedModel, partitions: [...partitions] }, image), {
      code: 'PVAE_CONFIG_INVALID',
      message,
    })
  }
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
