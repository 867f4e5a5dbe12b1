import t from 'tap'
import { copyPartition, labelOf, latentSizeOf, layOutPartitions } from '@partition-vae/models'

const partitions = layOutPartitions([{ name: 'shape', size: 4 }, { name: 'ball', size: 3 }, { name: 'style', size: 3 }])

t.test('each partition starts where the one before it ends', async t => {
  t.strictSame(partitions, [
    { name: 'shape', size: 4, offset: 0 }, { name: 'ball', size: 3, offset: 4 }, { name: 'style', size: 3, offset: 7 },
  ])
  t.equal(latentSizeOf(partitions), 10)
  t.strictSame(layOutPartitions([]), [])
})

t.test('a partition is copied from one latent among many to another, and nothing else with it', async t => {
  const source = Float32Array.from({ length: 20 }, (_, i) => i)
  const target = new Float32Array(30).fill(-1)
  copyPartition(partitions[1]!, source, 10, target, 20)
  t.strictSame([...target.subarray(24, 27)], [14, 15, 16])
  t.strictSame([...target].filter(value => value !== -1), [14, 15, 16])
})

t.test('a partition is called by its label, or else by its name', async t => {
  t.equal(labelOf({ name: 'p1', label: 'player A' }), 'player A')
  t.equal(labelOf({ name: 'p1' }), 'p1')
})
