import t from 'tap'
import { klToPrior, PRIOR_SEED_LIMITS, samplePrior } from '@partition-vae/models'

t.test('a seed always gives the same latent, another seed another one', async t => {
  t.strictSame(samplePrior(7, 5), samplePrior(7, 5))
  t.notSame(samplePrior(7, 5), samplePrior(8, 5))
  t.strictSame(samplePrior(7, 4), samplePrior(7, 5).subarray(0, 4), 'whatever the length')
})

t.test('the samples are standard normal: moments, tail and independence', async t => {
  const n = 100_000
  const sample = samplePrior(1, n)
  const moment = (k: number) => sample.reduce((sum, x) => sum + x ** k, 0) / n
  // Five standard errors each: √(var(x^k) / n) with var = 1, 2, 15, 96.
  for (const [k, value, variance] of [[1, 0, 1], [2, 1, 2], [3, 0, 15], [4, 3, 96]] as const) {
    t.ok(Math.abs(moment(k) - value) < 5 * Math.sqrt(variance / n), `moment ${k}: ${moment(k)}`)
  }
  const outside = sample.filter(x => Math.abs(x) > 1.959964).length / n
  t.ok(Math.abs(outside - 0.05) < 5 * Math.sqrt(0.05 * 0.95 / n), `5 % outside ±1.96: ${outside}`)
  const correlation = sample.subarray(1).reduce((sum, x, i) => sum + x * sample[i]!, 0) / n
  t.ok(Math.abs(correlation) < 5 / Math.sqrt(n), `neighbours: ${correlation}`)
})

t.test('neighbouring seeds are independent, the extremes work', async t => {
  const firsts = Float32Array.from({ length: 20_000 }, (_, seed) => samplePrior(seed, 1)[0]!)
  const mean = firsts.reduce((sum, x) => sum + x, 0) / firsts.length
  const correlation = firsts.subarray(1).reduce((sum, x, i) => sum + x * firsts[i]!, 0) / firsts.length
  t.ok(Math.abs(mean) < 5 / Math.sqrt(firsts.length), `mean: ${mean}`)
  t.ok(Math.abs(correlation) < 5 / Math.sqrt(firsts.length), `correlation: ${correlation}`)
  for (const seed of [0, 2 ** 32 - 1]) t.ok(samplePrior(seed, 64).every(x => Number.isFinite(x)))
})

t.test('the samples are part of the HTTP API: those of an implementation in Python, to float32', async t => {
  const expected: Array<[seed: number, latent: number[]]> = [
    [4, [0.6539644054671306, 1.3014881852372988, 0.3399698987187808, 2.2354859536726273]],
    [0, [0.08173211269919985, 1.0515092738873277]],
    [PRIOR_SEED_LIMITS[1], [1.7474309622340025, -0.16403736756182621]],
  ]
  for (const [seed, latent] of expected) {
    for (const [i, value] of samplePrior(seed, latent.length).entries()) {
      t.ok(Math.abs(value - latent[i]!) < 1e-6, `seed ${seed}, unit ${i}: ${value}`)
    }
  }
})

t.test('a seed that is none is refused', async t => {
  for (const seed of [-1, 0.5, 2 ** 32, NaN, Infinity]) {
    t.throws(() => samplePrior(seed, 2), {
      code: 'PVAE_INVALID_PARAMETER',
      field: 'seed',
      expected: 'an integer from 0 to 4294967295',
      found: String(seed),
    })
  }
})

t.test('the divergence agrees with numerical integration', async t => {
  for (const [mean, logVariance] of [[0, 0], [1, 0], [-0.5, -2], [2, 1]] as const) {
    const sigma = Math.exp(logVariance / 2)
    let integral = 0
    const step = sigma / 500
    for (let x = mean - 12 * sigma; x < mean + 12 * sigma; x += step) {
      const z = (x - mean) / sigma
      const logQ = -0.5 * z * z - Math.log(sigma)
      integral += Math.exp(logQ) / Math.sqrt(2 * Math.PI) * (logQ + 0.5 * x * x) * step
    }
    t.ok(
      Math.abs(klToPrior(Float32Array.of(mean), Float32Array.of(logVariance)) - integral) < 1e-5,
      `N(${mean}, e^${logVariance}): ${integral} nats`
    )
  }
})
