import t from 'tap'
import { layOutPartitions } from '@partition-vae/models'
import { createMemoryDataset } from '../../../trainer/data/memory.js'
import { measureLatentStatistics } from '../../../trainer/measure/latent-statistics.js'
import { createLinearInference } from './linear-model.js'

/** Two independent pixels of mean 0.5 and variances 0.09 and 0.01, each combination once. */
const shape = { height: 1, width: 2, channels: 1 }
const images = Uint8Array.of(51, 102, 51, 153, 204, 102, 204, 153)
const dataset = createMemoryDataset({ name: 'rectangle', shape, images })
const near = (a: number, b: number) => Math.abs(a - b) < 1e-6

/** Two units are the pixels turned by 30°, the third is the second pixel, three times, off centre. */
const [cos, sin] = [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)]
const inference = createLinearInference({
  shape,
  encoder: [[-cos, sin], [-sin, -cos], [0, 3]],
  logVariance: [0, 0, 0],
  decoder: [[0, 0, 0], [0, 0, 0]],
  centre: [0.5, 0],
})
const partitions = layOutPartitions([{ name: 'turned', size: 2 }, { name: 'single', size: 1 }])

t.test('mean, deviation and principal directions', async t => {
  const seen: number[] = []
  const { mean, standardDeviation, principalDirections } = await measureLatentStatistics({
    inference, dataset, partitions, batchSize: 3, progress: (_, done) => seen.push(done),
  })
  t.same(seen, [3, 4])
  t.ok(near(mean[0]!, 0.5 * sin))
  t.ok(near(mean[1]!, -0.5 * cos))
  t.ok(near(mean[2]!, 1.5))
  t.ok(near(standardDeviation[0]! ** 2, 0.09 * cos ** 2 + 0.01 * sin ** 2))
  t.ok(near(standardDeviation[2]!, 0.3))
  const [turned, single] = principalDirections
  t.ok(near(turned!.standardDeviation, 0.3), 'the spread of the first pixel')
  t.ok(near(turned!.vector[0]!, cos), 'turned back by 30°, the larger element positive')
  t.ok(near(turned!.vector[1]!, sin), 'turned back by 30°, the larger element positive')
  t.same(single!.vector.map(Math.abs), [1])
  t.equal(single!.vector[0], 1)
  t.ok(near(single!.standardDeviation, 0.3))
})

t.test('the principal direction of several units is the first eigenvector of their covariance', async t => {
  const all = layOutPartitions([{ name: 'all', size: 3 }])
  const { principalDirections: [direction] } = await measureLatentStatistics({ inference, dataset, partitions: all })
  const { vector, standardDeviation } = direction!
  const encoder = [[-cos, sin], [-sin, -cos], [0, 3]]
  const covariance = encoder.map(a => encoder.map(b => a[0]! * b[0]! * 0.09 + a[1]! * b[1]! * 0.01))
  t.ok(near(Math.hypot(...vector), 1))
  t.ok(
    covariance.every((row, i) =>
      near(
        row.reduce((sum, value, j) => sum + value * vector[j]!, 0),
        standardDeviation ** 2 * vector[i]!
      )
    )
  )
  const trace = covariance.reduce((sum, row, i) => sum + row[i]!, 0)
  t.ok(standardDeviation ** 2 > trace / 2, 'the larger of the two variances')
  t.ok(Math.max(...vector) > -Math.min(...vector), 'the largest element is positive')
})

t.test('a limit, and a partition that never moves', async t => {
  const { standardDeviation, principalDirections } = await measureLatentStatistics({
    inference,
    dataset,
    partitions,
    limit: 1,
  })
  t.same(standardDeviation, [0, 0, 0])
  t.ok(principalDirections.every(({ vector }) => near(Math.hypot(...vector), 1)), 'of length 1')
  t.ok(principalDirections.every(({ standardDeviation }) => standardDeviation === 0), 'without a deviation')
})

t.test('no image', async t => {
  const empty = createMemoryDataset({ name: 'empty', shape, images: new Uint8Array(0) })
  await t.rejects(measureLatentStatistics({ inference, dataset: empty, partitions }), { code: 'PVAE_DATA_EMPTY' })
})
