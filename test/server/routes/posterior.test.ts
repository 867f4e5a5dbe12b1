import t from 'tap'
import { layOutPartitions } from '@partition-vae/models'
import { describePosterior } from '../../../server/routes/posterior.js'
import { largestDifference } from '../service.js'

const card = {
  latentSize: 3,
  partitions: layOutPartitions([
    { name: 'shape', size: 2 },
    { name: 'style', size: 1 },
  ]),
} as Parameters<typeof describePosterior>[0]

t.test('outputs are told apart by image and partition', async t => {
  const mean = Float32Array.of(1, 2, 3, 4, 5, 6)
  const logVariance = Float32Array.of(0, 0, 0, -1, -1, -1)
  const encodings = describePosterior(card, mean, logVariance)
  t.strictSame(
    encodings.map(({ partitions }) => partitions.map(({ name, mean, logVariance }) => ({ name, mean, logVariance }))),
    [
      [
        { name: 'shape', mean: [1, 2], logVariance: [0, 0] },
        { name: 'style', mean: [3], logVariance: [0] },
      ],
      [
        { name: 'shape', mean: [4, 5], logVariance: [-1, -1] },
        { name: 'style', mean: [6], logVariance: [-1] },
      ],
    ]
  )
  t.ok(largestDifference(encodings[0]!.partitions.map(({ kl }) => kl), [2.5, 4.5]) < 1e-12)
  const rest = 0.5 * (Math.exp(-1) - 1 + 1)
  t.ok(largestDifference(encodings[1]!.partitions.map(({ kl }) => kl), [20.5 + 2 * rest, 18 + rest]) < 1e-6)
  for (const { kl, partitions } of encodings) t.equal(kl, partitions.reduce((sum, partition) => sum + partition.kl, 0))
})

t.test('numbers that are not finite are an error, not a null', async t => {
  for (const wrong of [NaN, Infinity, -Infinity]) {
    t.throws(() => describePosterior(card, Float32Array.of(0, wrong, 0), new Float32Array(3)), {
      code: 'PVAE_INFERENCE_FAILED',
      message: /image\[0\]/,
    })
    t.throws(() => describePosterior(card, new Float32Array(3), Float32Array.of(0, wrong, 0)), {
      code: 'PVAE_INFERENCE_FAILED',
    })
  }
})
