import t from 'tap'
import { latentSizeOf, layOutPartitions, nameUnit, slicePartition } from '@partition-vae/models'

const partitions = layOutPartitions([{ name: 'shape', size: 4 }, { name: 'ball', size: 3 }, { name: 'style', size: 3 }])

t.test('each partition starts where the one before it ends', async t => {
  t.strictSame(partitions, [
    { name: 'shape', size: 4, offset: 0 }, { name: 'ball', size: 3, offset: 4 }, { name: 'style', size: 3, offset: 7 },
  ])
  t.equal(latentSizeOf(partitions), 10)
  t.strictSame(layOutPartitions([]), [])
})

t.test('a partition is a view on the latent', async t => {
  const latent = Float32Array.from({ length: 10 }, (_, i) => i)
  const slice = slicePartition(latent, partitions[1]!)
  t.strictSame([...slice], [4, 5, 6])
  slice[0] = 40
  t.equal(latent[4], 40)
})

t.test('units are named by partition, or by its label', async t => {
  t.equal(nameUnit(partitions, 0), 'shape[0]')
  t.equal(nameUnit(partitions, 6), 'ball[2]')
  t.equal(nameUnit([{ name: 'ball', size: 2, offset: 0, label: 'Ball position' }], 1), 'Ball position[1]')
  t.throws(() => nameUnit(partitions, 10), new RangeError('expected a unit below 10 but received 10'))
})
