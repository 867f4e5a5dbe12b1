import t from 'tap'
import { createNetwork } from '../../../../trainer/model/create-network.js'
import { planLayers } from '../../../../trainer/model/layered/plan.js'
import { packChange } from '../../../../trainer/model/layered/still-image.js'
import { layeredModel } from '../../../helpers/layered-model.js'

const image = { height: 12, width: 16, channels: 3 }

t.test('parts are explained in the order in which they are added', async t => {
  const plan = planLayers(layeredModel({ layerFrom: 10, activeFrom: 5 }), image, 1)
  t.strictSame(plan.foreground.map(({ partition }) => partition.name), ['player', 'ball', 'haze'])
  t.strictSame(plan.sprites.map(({ partition, map }) => [partition.name, map]), [['player', 0], ['ball', 1]])
  t.match(plan.background, { partition: { name: 'wall', offset: 0 }, rank: 3 })
  t.match(plan.gain, { partition: { name: 'light', offset: 9 } })
  t.equal(plan.latentSize, 10)
})

t.test('at half the resolution sprites have half the cells, which look as large; glimpses and attention stay as they ' +
  'are', async t => {
  const model = layeredModel({ coarseSteps: 10 })
  const [coarse, full] = [planLayers(model, image, 2), planLayers(model, image, 1)]
  t.match(coarse, { height: 6, width: 8, attention: { factor: 1, height: 6, width: 8 } })
  t.match(full, { height: 12, width: 16, attention: { factor: 2, height: 6, width: 8 } })
  t.match(coarse.sprites[1], {
    drawn: { rows: 2, columns: 2, cell: 1.5 },
    glimpse: { rows: 2, columns: 2, cell: 1.5 },
    extent: [3, 3],
  })
  t.match(full.sprites[1], {
    drawn: { rows: 4, columns: 4, cell: 1.5 },
    glimpse: { rows: 2, columns: 2, cell: 3 },
    extent: [3, 3],
  })
})

t.test('contradictions are told by their field', async t => {
  const wall = { name: 'wall', kind: 'background', size: 2 }
  const light = { name: 'light', kind: 'gain', size: 1 }
  const ball = { name: 'ball', kind: 'sprite', size: 2, rows: 4, columns: 4 }
  const refused = (partitions: unknown[], message: string, options: Parameters<typeof layeredModel>[0] = {}) => {
    t.throws(() => createNetwork(layeredModel({ ...options, model: { partitions, ...options.model } }), image), {
      code: 'PVAE_CONFIG_INVALID',
      message,
    })
  }
  refused([ball], 'expected exactly one partition of kind background for model.partitions but received none')
  refused(
    [wall, { ...wall, name: 'sky' }],
    'expected exactly one partition of kind background for model.partitions but received 2: wall, sky'
  )
  refused(
    [wall, light, { ...light, name: 'dusk' }],
    'expected at most one partition of kind gain for model.partitions but received 2: light, dusk'
  )
  refused(
    [wall, { ...ball, kind: 'sprit' }],
    'expected "sprite" or "layer" or "background" or "gain" or "camera" for model.partitions[1].kind but received ' +
      '"sprit"'
  )
  refused([wall, { name: 'ball', size: 2 }], 'expected a value for model.partitions[1].kind but received nothing')
  refused(
    [wall, { ...ball, size: 1 }],
    'expected at least 2 for a sprite, whose first two units place it for model.partitions[1].size but received 1'
  )
  refused(
    [wall, { ...ball, rows: 13 }],
    "expected cells within the image's 12 pixels, at most 12 of 1 for model.partitions[1].rows but received 13"
  )
  refused(
    [wall, { ...ball, columns: 12, cell: 1.5 }],
    "expected cells within the image's 16 pixels, at most 10 of 1.5 for model.partitions[1].columns but received 12"
  )
  refused(
    [wall, { ...ball, rows: 5 }],
    'expected a multiple of model.coarse.factor (2) for model.partitions[1].rows but received 5',
    { coarseSteps: 5 }
  )
  refused([wall, ball], "expected a divisor of the image's size 12×16 for model.coarse.factor but received 5", {
    model: { coarse: { factor: 5, steps: 1 } },
  })
  refused(
    [wall, ball],
    'expected at most 12, as many as the image has at 1/1 of its size for model.encoder.poolRows but received 13',
    { model: { encoder: { poolRows: 13 } } }
  )
  refused(
    [wall, ball],
    'expected at most 8, as many as the image has at 1/2 of its size for model.encoder.poolColumns but received 9',
    { coarseSteps: 5, model: { encoder: { poolRows: 3, poolColumns: 9 } } }
  )
})

t.test('changes of the background are images of its size, at most as many as it mixes', t => {
  const refused = (changes: string[], message: RegExp) => {
    const partitions = [{ name: 'wall', kind: 'background', size: 2, rank: 1, changes }]
    t.throws(() => planLayers(layeredModel({ model: { partitions } }), image, 1), {
      code: 'PVAE_CONFIG_INVALID',
      message,
    })
  }
  const change = packChange(new Float32Array(576))
  refused([change, change], /at most 1 images, as many as model.partitions\[0\].rank says, for .*changes but received 2/)
  refused(['eJw='], /of a 12×16×3 image in Base64 for model.partitions\[0\].changes\[0\]/)
  t.end()
})

t.test('what counts as rare can differ from sprite to sprite', async t => {
  const ball = { name: 'ball', kind: 'sprite', size: 2, rows: 4, columns: 4 }
  const plan = planLayers(
    layeredModel({
      model: {
        partitions: [{ name: 'wall', kind: 'background', size: 2 }, ball, { ...ball, name: 'table', rarity: 0 }],
      },
    }),
    image,
    1
  )
  t.strictSame(plan.sprites.map(({ rarity }) => rarity), [1, 0])
})

t.test('a model without sprites or gain is a background with layers', async t => {
  const plan = planLayers(
    layeredModel({ model: { partitions: [{ name: 'wall', kind: 'background', size: 2 }] } }),
    image,
    1
  )
  t.match(plan, { sprites: [], foreground: [], gain: undefined })
})
