import t from 'tap'
import { kindsOf, nameUnit, poseUnitsOf, sourceOf } from '@partition-vae/models'

const partitions = [{ name: 'shape', size: 4, offset: 0 }, { name: 'tilt', size: 2, offset: 4 }]
const training = {
  config: {
    data: { source: 'mnist' },
    model: { architecture: 'posed', partitions: [{ name: 'shape', kind: 'shape' }, { name: 'tilt', kind: 'pose' }] },
  },
}

t.test('a pose has units in the order slant, height, width, as many as it is large', async t => {
  t.strictSame(poseUnitsOf({ partitions, training }), [
    { kind: 'slant', partition: 'tilt', at: 4 }, { kind: 'height', partition: 'tilt', at: 5 },
  ])
})

t.test('units that the config names come in its order; what is not known here has no name', async t => {
  const named = (units: readonly string[]) => {
    const { data, model } = training.config
    return poseUnitsOf({
      partitions: [partitions[0]!, { name: 'tilt', size: 3, offset: 4 }],
      training: { config: { data, model: { ...model, pose: { units } } } },
    })
  }
  const found = named(['angle', 'row', 'scale']).map(({ kind, at }) => [kind, at])
  t.strictSame(found, [['angle', 4], ['row', 5], ['scale', 6]])
  t.strictSame(named(['row', 'twist', 'column']).map(({ kind, at }) => [kind, at]), [['row', 4], ['column', 6]])
})

t.test('a model of another kind, or of another trainer, has none', async t => {
  const joint = { config: { model: { architecture: 'joint', partitions: [{ name: 'tilt', kind: 'pose' }] } } }
  for (const training of [joint, undefined, { config: 'mine' }, { config: { model: { architecture: 'posed' } } }]) {
    t.strictSame(poseUnitsOf({ partitions, training }), [])
  }
})

t.test('the source of the images is named where the card names it', async t => {
  t.equal(sourceOf({ partitions, training }), 'mnist')
  t.equal(sourceOf({ partitions }), undefined)
  t.equal(sourceOf({ partitions, training: { config: { data: { source: 3 } } } }), undefined)
})

t.test('kinds of partitions by name, where the card tells them', async t => {
  t.strictSame([...kindsOf({ partitions, training })], [['shape', 'shape'], ['tilt', 'pose']])
  const joint = { config: { model: { partitions: [{ name: 'tilt' }, 7] } } }
  for (const training of [joint, undefined, { config: { model: {} } }]) {
    t.equal(kindsOf({ partitions, training }).size, 0)
  }
})

t.test('units are named by partition, or by its label, and by what they do in a pose', async t => {
  t.equal(nameUnit({ partitions }, 0), 'shape[0]')
  t.equal(nameUnit({ partitions }, 5), 'tilt[1]')
  const labelled = [{ name: 'ball', size: 2, offset: 0, label: 'Ball position' }]
  t.equal(nameUnit({ partitions: labelled }, 1), 'Ball position[1]')
  t.equal(nameUnit({ partitions, training }, 3), 'shape[3]')
  t.equal(nameUnit({ partitions, training }, 5), 'tilt[height]')
  t.throws(() => nameUnit({ partitions }, 6), new RangeError('expected a unit below 6 but received 6'))
})
