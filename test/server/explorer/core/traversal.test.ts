import t from 'tap'
import { startAt } from '../../../../server/explorer/core/scene.js'
import { columnsOf, nearestOf, planRows, writeStep, type Space } from '../../../../server/explorer/core/traversal.js'

const space: Space = {
  partitions: [{ name: 'a', size: 2, offset: 0 }, { name: 'b', size: 1, offset: 2 }],
  latentStatistics: {
    mean: [1, 0, -1],
    standardDeviation: [2, 0, 0.5],
    principalDirections: [{ vector: [0.6, 0.8], standardDeviation: 2 }, { vector: [1], standardDeviation: 0.5 }],
  },
}
const scene = startAt({ kind: 'mean', mean: [2, 4, 0] })
const values = [-1, 0, 1]

t.test('columns are round and go to both ends, fewer where it is narrow', async t => {
  t.strictSame(columnsOf('unit', false), [-2.5, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 2.5])
  t.strictSame(columnsOf('scale', true), [-2, -1, 0, 1, 2])
  t.ok(columnsOf('scale', false).includes(1), 'the picture itself is among them')
  t.strictSame([-1.25, 0.1 + 0.2, 2].map(writeStep), ['−1.25', '0.3', '2'])
  t.equal(nearestOf([-1, 0, 1], 0.6), 2)
})

t.test('a unit goes to places on its track, all else stays', async t => {
  const rows = planRows(space, scene, 'unit', values)
  t.strictSame(rows.map(({ key }) => key), ['a.0', 'a.1', 'b.0'])
  t.strictSame(rows[0]!.latents, [[-1, 4, 0], [1, 4, 0], [3, 4, 0]])
  t.equal(rows[0]!.nearest, 1, 'half a deviation above the mean, the first of the two that are as near')
  t.strictSame(rows[2]!.latents, [[2, 4, -1.5], [2, 4, -1], [2, 4, -0.5]])
  t.equal(rows[2]!.nearest, 2, 'beyond the last column: the last')
  t.ok(rows[1]!.latents.flat().every(Number.isFinite), 'a unit that never varied')
})

t.test('a partition is scaled as a whole', async t => {
  const [first] = planRows(space, scene, 'scale', values)
  t.strictSame(first!.latents, [[-2, -4, 0], [0, 0, 0], [2, 4, 0]])
  t.equal(first!.nearest, 2, 'the picture itself: times 1')
})

t.test('along the principal direction only what lies along it changes', async t => {
  const [first, second] = planRows(space, scene, 'joint', [-1, 1.9])
  // From the mean: (1, 4), of which .6 · 1 + .8 · 4 = 3.8 lie along it.
  t.equal(first!.nearest, 1, '1.9 deviations')
  const [low, high] = first!.latents
  t.ok(high!.every((value, i) => Math.abs(value - scene.latent[i]!) < 1e-12), 'where it is')
  t.ok(Math.abs(low![0]! - (2 - 5.8 * 0.6)) < 1e-12)
  t.ok(Math.abs(low![1]! - (4 - 5.8 * 0.8)) < 1e-12)
  t.strictSame(second!.latents[0], [2, 4, -1.5], 'the next from its own mean')
})
