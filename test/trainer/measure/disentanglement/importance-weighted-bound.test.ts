import t from 'tap'
import { Value } from '../../../../models/foundation/typebox.js'
import {
  importanceWeightedBound,
  ImportanceWeightedBoundSchema,
  type PosteriorBatch,
} from '../../../../trainer/measure/disentanglement/index.js'
import { createLogSums } from '../../../../trainer/measure/disentanglement/importance-weighted-bound.js'
import { near, randomTable } from './data.js'

// x = w z + σ n with z ~ N(0, 1): log p(x) = log N(x; 0, w wᵀ + σ² I), posterior N(wᵀx / (wᵀw + σ²), σ² / (wᵀw + σ²)).
const w = [1, -0.5, 2]
const variance = 0.3
const squared = w.reduce((sum, value) => sum + value ** 2, 0)
const noise = randomTable(40, 4, 1, 'normal').values
const image = Float32Array.from(
  { length: 40 * 3 },
  (_, i) =>
    w[i % 3]! * noise[Math.floor(i / 3) * 4]! + Math.sqrt(variance) * noise[Math.floor(i / 3) * 4 + 1 + (i % 3)]!
)
const projection = Float32Array.from({ length: 40 }, (_, n) =>
  w.reduce((sum, value, i) => sum + value * image[n * 3 + i]!, 0)
)
const decode = (latent: Float32Array) => Float32Array.from([...latent].flatMap(z => w.map(value => value * z)))
const logLikelihood = projection.reduce((sum, projected, n) => {
  const square = image.subarray(n * 3, n * 3 + 3).reduce((total, x) => total + x ** 2, 0)
  // Woodbury: xᵀ(wwᵀ + σ²I)⁻¹x = (xᵀx − (wᵀx)² / (wᵀw + σ²)) / σ²; determinant σ⁴ (wᵀw + σ²).
  return (
    sum -
    ((square - projected ** 2 / (squared + variance)) / variance +
      Math.log(variance ** 2 * (squared + variance)) +
      3 * Math.log(2 * Math.PI)) /
      2
  )
}, 0) / 40

/** The exact posterior, moved and widened. */
const batch = (shift: number, widening: number): PosteriorBatch => ({
  image,
  mean: projection.map(projected => projected / (squared + variance) + shift),
  logVariance: new Float32Array(40).fill(Math.log(variance / (squared + variance) * widening)),
})
const options = { latentSize: 1, decode, likelihood: { kind: 'gaussian', variance }, seed: 0 } as const

t.test('with the exact posterior every sample gives log p(x)', async t => {
  const result = await importanceWeightedBound({ ...options, batches: [batch(0, 1)], samples: 3 })
  t.ok(Value.Check(ImportanceWeightedBoundSchema, result))
  t.ok(near(result.bound, logLikelihood, 1e-4), `${result.bound} for ${logLikelihood}`)
  t.ok(near(result.elbo, logLikelihood, 1e-4))
  t.ok(near(result.effectiveSamples, 3, 1e-3))
})

t.test('with another posterior it rises from the ELBO to log p(x)', async t => {
  const posterior = batch(0.15, 2)
  // ELBO = log p(x) − KL(q ‖ posterior).
  const elbo = logLikelihood - (0.15 ** 2 / (variance / (squared + variance)) + 2 - 1 - Math.log(2)) / 2
  const bounds = []
  for (const samples of [1, 5, 50, 1000]) {
    bounds.push(await importanceWeightedBound({ ...options, batches: [posterior], samples }))
  }
  t.ok(near(bounds[3]!.elbo, elbo, 0.02), `ELBO ${bounds[3]!.elbo} for ${elbo}`)
  t.ok(near(bounds[0]!.bound, bounds[0]!.elbo, 1e-9))
  t.ok(bounds[1]!.bound > bounds[1]!.elbo + 0.1)
  t.ok(bounds[2]!.bound > elbo + 0.2)
  t.ok(near(bounds[3]!.bound, logLikelihood, 0.01), `${bounds[3]!.bound} for ${logLikelihood}`)
  t.ok(bounds[3]!.effectiveSamples > 100)
  t.ok(bounds[3]!.effectiveSamples < 1000)
})

t.test('batches are averaged by their images, Bernoulli pixels by their probabilities', async t => {
  const pixels = (values: number[]): PosteriorBatch => ({
    image: Float32Array.from(values),
    mean: new Float32Array(values.length / 2),
    logVariance: new Float32Array(values.length / 2),
  })
  // The posterior is the prior and the decoder ignores the latent: log p(x) = log .8 + log .3 a pixel pair (1, 0), log
  // .8 + log .7 for (1, 1).
  const constant = (latent: Float32Array) => Float32Array.from([...latent].flatMap(() => [0.8, 0.7]))
  async function * stream () { yield pixels([1, 0, 1, 0]); yield pixels([1, 1]) }
  const { bound, images } = await importanceWeightedBound({
    latentSize: 1,
    decode: constant,
    likelihood: { kind: 'bernoulli' },
    seed: 0,
    batches: stream(),
  })
  t.equal(images, 3)
  t.ok(near(bound, Math.log(0.8) + (2 * Math.log(0.3) + Math.log(0.7)) / 3, 1e-6))
})

t.test('log Σ exp of numbers that exp alone can’t hold', async t => {
  const sums = createLogSums(1)
  for (const value of [-1e4, -1000, -1000, -1001]) sums.add(0, value)
  t.ok(near(sums.logSum(0), -1000 + Math.log(2 + Math.exp(-1)), 1e-12))
  t.ok(near(sums.effectiveSize(0), (2 + Math.exp(-1)) ** 2 / (2 + Math.exp(-2)), 1e-12))
})

t.test('bad input is named', async t => {
  const refused = (message: string, change: object) =>
    t.rejects(importanceWeightedBound({ ...options, batches: [batch(0, 1)], ...change }), {
      code: 'PVAE_INVALID_PARAMETER',
      message,
    })
  await refused('expected an integer of at least 1 for samples but received 0', { samples: 0 })
  await refused('expected a variance above 0 for the Gaussian likelihood but received 0', {
    likelihood: { kind: 'gaussian', variance: 0 },
  })
  await refused('expected at least 1 image for the importance weighted bound but received none', { batches: [] })
  await refused('expected a multiple of 7 values for the posterior mean but received 40', { latentSize: 7 })
  await refused('expected 40 values for log-variance but received 1', {
    batches: [{ ...batch(0, 1), logVariance: new Float32Array(1) }],
  })
  await refused('expected 120 values for decoded images but received 1', { decode: () => new Float32Array(1) })
})
