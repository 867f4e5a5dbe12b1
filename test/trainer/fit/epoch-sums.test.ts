import t from 'tap'
import { layOutPartitions } from '@partition-vae/models'
import { addStep, averagesOf, emptySums } from '../../../trainer/fit/epoch-sums.js'

const partitions = layOutPartitions([{ name: 'a', size: 1 }, { name: 'b', size: 2 }])
const metrics = (scale: number, terms?: Record<string, number>) => ({
  loss: 6 * scale,
  reconstruction: 4 * scale,
  mse: scale / 8,
  klByUnit: Float32Array.of(scale, 0, 2 * scale),
  ...(terms === undefined ? {} : { terms }),
})

t.test('averages of an epoch\'s steps, with the objective\'s terms where it has any', async t => {
  const expected = {
    loss: 9,
    reconstruction: 6,
    kl: 4.5,
    klByPartition: { a: 1.5, b: 3 },
    klByUnit: [1.5, 0, 3],
    mse: 0.1875,
  }
  t.strictSame(
    averagesOf(
      [1, 2].reduce((sums, scale) => addStep(sums, metrics(scale)), emptySums(3)),
      partitions
    ),
    expected
  )
  const sums = [1, 2].reduce(
    (sums, scale) => addStep(sums, metrics(scale, { capacity: 3 * scale, labels: 1 })),
    emptySums(3)
  )
  t.strictSame(averagesOf(sums, partitions), { ...expected, terms: { capacity: 4.5, labels: 1 } })
})
