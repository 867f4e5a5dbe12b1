import t from 'tap'
import { Value } from '../../../models/foundation/typebox.js'
import { layOutPartitions } from '@partition-vae/models'
import { createMemoryDataset } from '../../../trainer/data/memory.js'
import { evaluateModel } from '../../../trainer/measure/metrics.js'
import { headlineMetrics, MetricsSchema } from '../../../trainer/measure/metrics-schema.js'
import { createLinearInference } from './linear-model.js'

/**
 * Four pixels, each 51 or 204 of 255 (0.2 or 0.8) in every combination: independent, of mean 0.5 and variance 0.09.
 * Units are u0 = p0, u1 = p1, u2 = ρ·p0 + √(1 − ρ²)·p2, each centred and × 10; p3 is lost and decoded as its mean.
 */
const shape = { height: 2, width: 2, channels: 1 }
const rho = 0.6
const rest = Math.sqrt(1 - rho ** 2)
const model = {
  shape,
  encoder: [[10, 0, 0, 0], [0, 10, 0, 0], [10 * rho, 0, 10 * rest, 0]],
  logVariance: [-2, -1, 0],
  decoder: [[0.1, 0, 0], [0, 0.1, 0], [-0.1 * rho / rest, 0, 0.1 / rest], [0, 0, 0]],
  centre: [0.5, 0.5, 0.5, 0.5],
}
const inference = createLinearInference(model)
const partitions = layOutPartitions([{ name: 'left', size: 2 }, { name: 'right', size: 1 }])
const pixelVariance = 0.09
const factorial = (copies: number) =>
  Uint8Array.from({ length: copies * 64 }, (_, i) => (((i >> 2) >> (i & 3)) & 1 ? 204 : 51))
const dataset = createMemoryDataset({ name: 'factorial', shape, images: factorial(64) })
const gaussian = { kind: 'gaussian', variance: 0.04 } as const
const near = (a: number, b: number, tolerance = 1e-5) => Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b))

t.test('metrics of a linear model are its closed forms', async t => {
  const seen: Array<[string, number, number, string]> = []
  const metrics = await evaluateModel({
    inference,
    dataset,
    partitions,
    likelihood: gaussian,
    batchSize: 100,
    swapLimit: 1024,
    progress: (...told) => seen.push(told),
  })
  t.equal(metrics.images, 1024)
  t.ok(near(metrics.mse, pixelVariance / 4), `mse ${metrics.mse}: one pixel of four is lost`)
  t.ok(near(metrics.reconstruction, 4 * (pixelVariance / 4 / 0.04 + Math.log(2 * Math.PI * 0.04)) / 2))
  t.same(metrics.likelihood, gaussian)

  const unitVariance = 100 * pixelVariance
  const kl = model.logVariance.map(l => (unitVariance + Math.exp(l) - 1 - l) / 2)
  t.ok(metrics.klByUnit.every((value, i) => near(value, kl[i]!)))
  t.ok(near(metrics.klByPartition['left']!, kl[0]! + kl[1]!))
  t.ok(near(metrics.klByPartition['right']!, kl[2]!))
  t.ok(near(metrics.kl, kl[0]! + kl[1]! + kl[2]!))

  t.equal(metrics.activeUnits, 3)
  t.same(metrics.deadPartitions, [])
  t.ok(near(metrics.totalCorrelation!.means, -0.5 * Math.log(1 - rho ** 2)))
  const diluted = rho * unitVariance / Math.sqrt((unitVariance + Math.exp(-2)) * (unitVariance + 1))
  t.ok(near(metrics.totalCorrelation!.samples, -0.5 * Math.log(1 - diluted ** 2)), 'noise dilutes the correlation')
  t.ok(metrics.latent.mean.every(mean => near(mean, 0)))
  t.ok(metrics.latent.standardDeviation.every(deviation => near(deviation, 3)))
  t.ok(near(metrics.latent.correlation[0]![2]!, rho))
  t.ok(near(metrics.latent.correlation[0]![1]!, 0))

  // Σ tr(W_g Σ_g W_gᵀ) over the total variance 4 · 0.09; the pairs are a sample, hence the wider tolerance.
  t.ok(
    Math.abs(metrics.swapEffect!['left']! - (2 + rho ** 2 / rest ** 2) / 4) < 0.04,
    `left ${metrics.swapEffect!['left']}`
  )
  t.ok(Math.abs(metrics.swapEffect!['right']! - (1 / rest ** 2) / 4) < 0.04, `right ${metrics.swapEffect!['right']}`)
  t.equal(metrics.swapImages, 1024)

  t.same(seen.find(([, done]) => done === 1024), ['reconstruction and KL', 1024, 1024, 'images'])
  t.same(seen.at(-1), ['swapped partitions', 1024, 1024, 'images'])
  t.ok(near(metrics.imageVariance!, pixelVariance))
  t.ok(Value.Check(MetricsSchema, JSON.parse(JSON.stringify(metrics))), 'metrics.json validates')
  t.notOk('latent' in headlineMetrics(metrics))
  t.equal(headlineMetrics(metrics).mse, metrics.mse)
})

t.test('batches and the seed of the pairs', async t => {
  const measure = (batchSize: number, seed: number) =>
    evaluateModel({ inference, dataset, partitions, likelihood: gaussian, batchSize, seed, swapLimit: 64 })
  const [a, b, c] = [await measure(1024, 1), await measure(33, 1), await measure(1024, 2)]
  t.ok(near(a.mse, b.mse, 1e-12))
  t.ok(near(a.kl, b.kl, 1e-12))
  t.ok(near(a.swapEffect!['left']!, b.swapEffect!['left']!, 1e-12))
  t.not(a.swapEffect!['left'], c.swapEffect!['left'])
})

t.test('two images swap with each other: the exact swap effect', async t => {
  // Image 0 differs from image 1 in p0 only; so do u0 (by 6) and u2 (by 6ρ).
  const images = Uint8Array.of(51, 51, 51, 51, 204, 51, 51, 51)
  const pair = createMemoryDataset({ name: 'pair', shape, images })
  const { swapEffect } = await evaluateModel({ inference, dataset: pair, partitions, likelihood: gaussian })
  const changeLeft = 0.6 ** 2 + (0.6 * rho / rest) ** 2
  const changeRight = (0.6 * rho / rest) ** 2
  t.ok(near(swapEffect!['left']!, changeLeft / 2 / pixelVariance))
  t.ok(near(swapEffect!['right']!, changeRight / 2 / pixelVariance))
})

t.test('likelihoods', async t => {
  const calibrated = await evaluateModel({
    inference,
    dataset,
    partitions,
    likelihood: { kind: 'gaussian', variance: 'calibrated' },
  })
  t.ok(near(calibrated.likelihood.variance!, calibrated.mse))
  t.ok(near(calibrated.reconstruction, 4 * (1 + Math.log(2 * Math.PI * pixelVariance / 4)) / 2))
  const bernoulli = await evaluateModel({ inference, dataset, partitions, likelihood: { kind: 'bernoulli' } })
  const entropy = -(0.2 * Math.log(0.2) + 0.8 * Math.log(0.8))
  t.ok(
    near(bernoulli.reconstruction, 3 * entropy + Math.log(2)),
    'three pixels at their own entropy, the lost one at a guess'
  )
  t.same(bernoulli.likelihood, { kind: 'bernoulli' })
  const perfect = createLinearInference({
    shape: { height: 1, width: 1, channels: 1 }, encoder: [[1]], logVariance: [0], decoder: [[1]], centre: [0],
  })
  const exact = await evaluateModel({
    inference: perfect,
    dataset: createMemoryDataset({
      name: 'black and white',
      shape: { height: 1, width: 1, channels: 1 },
      images: Uint8Array.of(0, 255),
    }),
    partitions: layOutPartitions([{ name: 'all', size: 1 }]),
    likelihood: { kind: 'gaussian', variance: 'calibrated' },
  })
  t.equal(exact.mse, 0)
  t.ok(Number.isFinite(exact.reconstruction), 'a perfect reconstruction has a finite likelihood')
})

t.test('dead partitions, with the reasons', async t => {
  // "silent" is the prior itself; "deaf" has information that the decoder does not use.
  const dead = createLinearInference({
    shape,
    encoder: [[10, 0, 0, 0], [0, 0, 0, 0], [0, 0, 10, 0]],
    logVariance: [-2, 0, -2],
    decoder: [[0.1, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0]],
    centre: [0.5, 0.5, 0.5, 0.5],
  })
  const named = layOutPartitions([{ name: 'alive', size: 1 }, { name: 'silent', size: 1 }, { name: 'deaf', size: 1 }])
  const { deadPartitions, activeUnits, swapEffect } = await evaluateModel({
    inference: dead,
    dataset,
    partitions: named,
    likelihood: gaussian,
  })
  t.same(deadPartitions, [
    { name: 'silent', reasons: ['kl', 'swap-effect'] },
    { name: 'deaf', reasons: ['swap-effect'] },
  ])
  t.equal(activeUnits, 2)
  t.equal(swapEffect!['deaf'], 0)
})

t.test('images that are all alike have no variance to share', async t => {
  const flat = createMemoryDataset({ name: 'flat', shape, images: new Uint8Array(12).fill(7) })
  t.same((await evaluateModel({ inference, dataset: flat, partitions, likelihood: gaussian })).swapEffect, {
    left: 0,
    right: 0,
  })
})

t.test('what few images do not say is null, with the reason; all else is measured', async t => {
  for (const limit of [1, 2, 3, 5]) {
    const metrics = await evaluateModel({ inference, dataset, partitions, likelihood: gaussian, limit })
    t.ok(Value.Check(MetricsSchema, JSON.parse(JSON.stringify(metrics))), `${limit} images`)
    t.equal(metrics.images, limit)
    t.equal(metrics.totalCorrelation === null, limit <= 3, 'three units')
    t.equal(metrics.swapEffect === null, limit === 1)
    t.equal(metrics.activeUnits === null, limit === 1)
    t.strictSame(Object.keys(metrics.notMeasured ?? {}), [
      ...(limit === 1 ? ['swapEffect', 'activeUnits'] : []),
      ...(limit <= 3 ? ['totalCorrelation'] : []),
    ])
    t.notMatch(JSON.stringify(metrics), /null.*null.*null.*null/, 'no number became null on its way to JSON')
  }
})

t.test('a limit takes one image of each stretch of the data set', async t => {
  const read: number[] = []
  const watched = {
    ...dataset,
    read: async (indices: Uint32Array, out: Uint8Array) => {
      read.push(...indices)
      await dataset.read(indices, out)
    },
  }
  const { images } = await evaluateModel({ inference, dataset: watched, partitions, likelihood: gaussian, limit: 4 })
  t.equal(images, 4)
  t.same(read.map(index => Math.floor(index / 256)), [0, 1, 2, 3])
})

t.test('what can not be measured is refused', async t => {
  const options = { inference, dataset, partitions, likelihood: gaussian }
  const empty = createMemoryDataset({ name: 'empty', shape, images: new Uint8Array(0) })
  await t.rejects(evaluateModel({ ...options, dataset: empty }), {
    code: 'PVAE_DATA_EMPTY',
    message: 'expected at least 1 image to evaluate but found none',
  })
  await t.rejects(evaluateModel({ ...options, limit: 0 }), {
    code: 'PVAE_INVALID_PARAMETER',
    message: 'expected a limit of at least 1 image but received 0',
  })
  await t.rejects(evaluateModel({ ...options, batchSize: 0.5 }), {
    code: 'PVAE_INVALID_PARAMETER', message: 'expected an integer of at least 1 for batchSize but received 0.5',
  })
  await t.rejects(evaluateModel({ ...options, partitions: layOutPartitions([{ name: 'one', size: 5 }]) }), {
    code: 'PVAE_INVALID_PARAMETER', message: 'expected 256 × 5 values for posterior mean but received 768',
  })
  const broken = {
    ...inference,
    decode: async (latent: Float32Array) => (await inference.decode(latent)).fill(NaN, 5, 6),
  }
  await t.rejects(evaluateModel({ ...options, inference: broken }), {
    code: 'PVAE_DIVERGED', message: 'expected finite values for decoded image but received NaN at element 1',
  })
})
