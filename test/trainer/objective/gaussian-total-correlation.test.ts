import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { layOutPartitions } from '@partition-vae/models'
import { totalCorrelation } from '../../../trainer/measure/total-correlation.js'
import { RunningMoments } from '../../../trainer/measure/moments.js'
import { COVARIANCE_RIDGE, gaussianTotalCorrelation } from '../../../trainer/objective/gaussian-total-correlation.js'
import { largestDifference, normal, runEagerly } from '../../helpers/compare-engines.js'

const partitions = layOutPartitions([{ name: 'a', size: 2 }, { name: 'b', size: 1 }, { name: 'c', size: 2 }])
const COUNT = 4000

/**
 * Normal samples [4000, 5], the first unit of `a` correlated with `b` by `correlation`, the units of `c` with each
 * other by .9.
 */
function samples (correlation: number) {
  const { shape, values } = normal(1, COUNT, 5)
  for (let n = 0; n < COUNT; n++) {
    const row = values.subarray(5 * n, 5 * n + 5)
    row[2] = correlation * row[0]! + Math.sqrt(1 - correlation ** 2) * row[2]!
    row[4] = 0.9 * row[3]! + Math.sqrt(1 - 0.81) * row[4]!
  }
  return { latent: { shape, values } }
}
const measure = async (input: ReturnType<typeof samples>) =>
  (await runEagerly(({ latent }) => ({ tc: gaussianTotalCorrelation(latent!, partitions) }), input)).tc!.values[0]!

t.test('of a known covariance: −½ log(1 − ρ²), whatever happens inside partitions', async t => {
  for (const correlation of [0, 0.3, 0.6, 0.9]) {
    const expected = -Math.log(1 - correlation ** 2) / 2
    // Sampling error of log(1 − r²)/2 is about ρ/√N; the ridge takes at most .01.
    t.ok(Math.abs(await measure(samples(correlation)) - expected) < 0.02, `ρ = ${correlation}: ${expected}`)
  }
})

t.test('agrees with what evaluation measures on the same samples', async t => {
  const input = samples(0.7)
  const moments = new RunningMoments(5)
  moments.add(input.latent.values)
  t.ok(Math.abs(await measure(input) - totalCorrelation(moments.covariance(), partitions)) < 3 * COVARIANCE_RIDGE)
})

t.test('a repeated unit gives a large, finite value', async t => {
  const input = samples(1)
  const found = await measure(input)
  // Variances 1, 1 with correlation 1 and the ridge r: det = (1 + r)² − 1.
  const expected = -Math.log(1 - 1 / (1 + COVARIANCE_RIDGE) ** 2) / 2
  t.ok(Math.abs(found - expected) < 0.05, `${found} for ${expected}`)
})

t.test('the gradient is the slope of the value', async t => {
  const latent = normal(2, 12, 5)
  const value = async (values: Float32Array) =>
    (
      await runEagerly(({ latent }) => ({ tc: gaussianTotalCorrelation(latent!, partitions) }), {
        latent: { ...latent, values },
      })
    ).tc!.values[0]!
  const { gradient } = await runEagerly(
    ({ latent }) => ({ gradient: tf.grad(x => gaussianTotalCorrelation(x, partitions))(latent!) }),
    { latent }
  )
  for (const i of [0, 7, 23, 59]) {
    const moved = (by: number) => value(latent.values.map((x, k) => k === i ? x + by : x))
    const slope = (await moved(1e-2) - await moved(-1e-2)) / 2e-2
    t.ok(Math.abs(gradient!.values[i]! - slope) < 2e-3, `${gradient!.values[i]} for ${slope}`)
  }
})

t.test('traced and lowered it is the same', async t => {
  const difference = await largestDifference(
    ({ latent }) => ({
      value: gaussianTotalCorrelation(latent!, partitions),
      gradient: tf.grad(x => gaussianTotalCorrelation(x, partitions))(latent!),
    }),
    { latent: normal(3, 16, 5) }
  )
  t.ok(difference < 1e-5, String(difference))
})
