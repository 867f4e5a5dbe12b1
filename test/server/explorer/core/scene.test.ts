import t from 'tap'
import {
  drawPrior, isMoved, isShown, partitionOf, startAt, titleOf, toggleHidden, toggleSolo, withPartition, withUnits,
} from '../../../../server/explorer/core/scene.js'

const partition = { name: 'p2', size: 2, offset: 1 }
const scene = startAt({ kind: 'mean', mean: [1, 2, 3] })

t.test('units and partitions are replaced, never changed', async t => {
  const next = withPartition(scene, partition, [7, 8])
  t.strictSame(next.latent, [1, 7, 8])
  t.strictSame(scene.latent, [1, 2, 3])
  t.strictSame(partitionOf(next.latent, partition), [7, 8])
  t.ok(isMoved(next, partition))
  t.notOk(isMoved(withUnits(scene, new Map([[0, 5]])), partition))
  t.equal(titleOf(partition), 'p2')
  t.equal(titleOf({ ...partition, label: 'ball' }), 'ball')
})

t.test('hidden, and alone', async t => {
  const hidden = toggleHidden(scene, 'p2')
  t.notOk(isShown(hidden, 'p2'))
  t.ok(isShown(toggleHidden(hidden, 'p2'), 'p2'))
  const alone = toggleSolo(hidden, 'p2')
  t.ok(isShown(alone, 'p2'))
  t.notOk(isShown(alone, 'p1'))
  t.ok(isShown(toggleSolo(alone, 'p2'), 'p1'))
})

t.test('the prior is a standard normal', async t => {
  let seed = 1
  const random = () => (seed = seed * 48271 % 2147483647) / 2147483647
  const values = drawPrior(4000, random)
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  t.ok(Math.abs(mean) < 0.06)
  t.ok(Math.abs(variance - 1) < 0.1)
})
