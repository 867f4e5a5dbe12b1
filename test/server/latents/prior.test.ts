import t from 'tap'
import { samplePrior } from '../../../server/latents/prior.js'

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
