import t from 'tap'
import { layOutPartitions } from '@partition-vae/models'
import { posteriorTotalCorrelation } from '../../../../trainer/measure/disentanglement/index.js'
import { mapRows, near, randomTable } from './data.js'

const count = 800
const partitions = layOutPartitions([{ name: 'p', size: 2 }, { name: 'q', size: 1 }])

/**
 * Posteriors N(μ, s²) whose means are normal with correlation `rho` between units 0 and 2: the aggregate is normal with
 * variance 1 + s².
 */
function posteriors (rho: number, deviation: number) {
  const noise = randomTable(count, 6, 2, 'normal')
  const means = mapRows(noise, ([a, b, c]) => [a!, b!, rho * a! + Math.sqrt(1 - rho ** 2) * c!]).values
  const samples = means.map((mean, i) => mean + deviation * noise.values[Math.floor(i / 3) * 6 + 3 + i % 3]!)
  return {
    means,
    samples,
    logVariances: new Float32Array(means.length).fill(2 * Math.log(deviation)),
    partitions,
    seed: 0,
  }
}

t.test('of a Gaussian aggregate: −½ log(1 − ρ²)', async t => {
  for (const [rho, deviation] of [[0, 1], [0.8, 0.7], [-0.9, 0.7]] as const) {
    const correlation = rho / (1 + deviation ** 2)
    const expected = -0.5 * Math.log(1 - correlation ** 2)
    const whole = await posteriorTotalCorrelation({ ...posteriors(rho, deviation), batchSize: count })
    t.ok(near(whole, expected, 0.07), `${whole} for ${expected}`)
    const batched = await posteriorTotalCorrelation({ ...posteriors(rho, deviation), batchSize: 400 })
    t.ok(near(batched, expected, 0.12), `${batched} for ${expected}`)
  }
})

t.test('sees dependence without correlation, which the Gaussian formula does not', async t => {
  const noise = randomTable(count, 2, 4, 'normal')
  const means = mapRows(noise, ([a, b]) => [a!, b!, (a! ** 2 - 1) / Math.SQRT2]).values
  const value = await posteriorTotalCorrelation({
    means,
    samples: means,
    logVariances: new Float32Array(means.length).fill(-3),
    partitions,
    seed: 0,
  })
  t.ok(value > 0.4, `${value}`)
})

t.test('weighted sampling is off by (P − 1) log N where posteriors are all alike', async t => {
  const { samples, ...rest } = posteriors(0, 1)
  const alike = { ...rest, samples, means: new Float32Array(samples.length) }
  t.ok(near(await posteriorTotalCorrelation({ ...alike, estimator: 'weighted' }), Math.log(count), 1e-9))
  t.ok(near(await posteriorTotalCorrelation(alike), 0, 1e-9))
})

t.test('bad input is named', async t => {
  const options = posteriors(0, 1)
  await t.rejects(posteriorTotalCorrelation({ ...options, samples: new Float32Array(3) }), {
    code: 'PVAE_INVALID_PARAMETER',
    message: 'expected 2400 values for samples but received 3',
  })
  await t.rejects(posteriorTotalCorrelation({ ...options, logVariances: new Float32Array(3) }), {
    message: /for logVariances/,
  })
  await t.rejects(posteriorTotalCorrelation({ ...options, means: new Float32Array(4) }), {
    message: /at least 2 images of 3 units/,
  })
  await t.rejects(posteriorTotalCorrelation({ ...options, batchSize: 1 }), {
    message: 'expected an integer of at least 2 for batchSize but received 1',
  })
})
