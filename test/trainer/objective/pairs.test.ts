import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { layOutPartitions } from '@partition-vae/models'
import { disagreement, shareAlike } from '../../../trainer/objective/pairs.js'
import { largestDifference, normal, runEagerly, uniform } from '../../helpers/compare-engines.js'

const partitions = layOutPartitions([{ name: 'a', size: 2 }, { name: 'b', size: 1 }, { name: 'c', size: 3 }])
const D = 6

/** By definition, in plain loops. */
function reference (
  mean: Float32Array, logVariance: Float32Array, pairs: number, differing: 'far' | 'farthest' = 'far'
) {
  const [newMean, newLogVariance] = [Float64Array.from(mean), Float64Array.from(logVariance)]
  const shared: boolean[][] = []
  const kl = (m1: number, v1: number, m2: number, v2: number) =>
    (v1 / v2 + (m1 - m2) ** 2 / v2 - 1 - Math.log(v1 / v2)) / 2
  for (let n = 0; n < pairs; n++) {
    const distances = partitions.map(({ offset, size }) => {
      let total = 0
      for (let d = offset; d < offset + size; d++) {
        const [a, b] = [n * D + d, (n + pairs) * D + d]
        const [va, vb] = [Math.exp(logVariance[a]!), Math.exp(logVariance[b]!)]
        total += kl(mean[a]!, va, mean[b]!, vb) + kl(mean[b]!, vb, mean[a]!, va)
      }
      return total / size
    })
    const farthest = Math.max(...distances)
    const threshold = differing === 'farthest' ? farthest : (farthest + Math.min(...distances)) / 2
    shared.push(distances.map(distance => distance < threshold))
    partitions.forEach(({ offset, size }, p) => {
      if (distances[p]! >= threshold) return
      for (let d = offset; d < offset + size; d++) {
        const [a, b] = [n * D + d, (n + pairs) * D + d]
        newMean[a] = newMean[b] = (mean[a]! + mean[b]!) / 2
        newLogVariance[a] = newLogVariance[b] = Math.log((Math.exp(logVariance[a]!) + Math.exp(logVariance[b]!)) / 2)
      }
    })
  }
  return { mean: newMean, logVariance: newLogVariance, shared }
}

const inputs = { mean: normal(1, 12, D), logVariance: uniform(2, -3, 0, 12, D) }
const programOf = (differing: 'far' | 'farthest') => (inputs: Record<string, tf.Tensor>) => {
  const { mean, logVariance } = shareAlike(
    { mean: inputs.mean!, logVariance: inputs.logVariance! }, partitions, differing)
  return { newMean: mean, newLogVariance: logVariance }
}
const program = programOf('far')

t.test('against plain loops', async t => {
  const found = await runEagerly(program, inputs)
  const expected = reference(inputs.mean.values, inputs.logVariance.values, 6)
  t.ok(new Set(expected.shared.map(String)).size > 1, 'pairs differ in what they share')
  for (const name of ['mean', 'logVariance'] as const) {
    t.ok(
      found[name === 'mean' ? 'newMean' : 'newLogVariance']!.values.every(
        (value, i) => Math.abs(value - expected[name][i]!) < 1e-5
      ),
      name
    )
  }
})

t.test('the farthest alone: one partition of each pair keeps its two posteriors', async t => {
  const found = await runEagerly(programOf('farthest'), inputs)
  const expected = reference(inputs.mean.values, inputs.logVariance.values, 6, 'farthest')
  t.ok(expected.shared.every(shared => shared.filter(is => !is).length === 1))
  t.ok(found.newMean!.values.every((value, i) => Math.abs(value - expected.mean[i]!) < 1e-5))
  t.ok(found.newLogVariance!.values.every((value, i) => Math.abs(value - expected.logVariance[i]!) < 1e-5))
})

t.test('known: each image has its own posterior where it may differ, and the other\'s elsewhere', async t => {
  const chosen = [0, 1, 2, 2, 1, 0]
  const unshared = Float32Array.from({ length: 18 }, (_, i) => Number(chosen[Math.floor(i / 3)] === i % 3))
  const found = await runEagerly(({ mean, logVariance, unshared }) => {
    const shared = shareAlike({ mean: mean!, logVariance: logVariance! }, partitions, unshared!)
    return { newMean: shared.mean, newLogVariance: shared.logVariance }
  }, { ...inputs, unshared: { shape: [6, 3], values: unshared } })
  found.newMean!.values.forEach((value, i) => {
    const [row, d] = [Math.floor(i / D), i % D]
    const { offset, size } = partitions[chosen[row % 6]!]!
    const [mean, other] = [inputs.mean.values[i]!, inputs.mean.values[i + (row < 6 ? 6 : -6) * D]!]
    const isOwn = d >= offset && d < offset + size
    if (value !== (isOwn ? mean : other)) t.fail(`mean ${i}: ${value}, of ${mean} and ${other}`)
  })
  const [before, after] = [inputs.logVariance.values, found.newLogVariance!.values]
  t.strictSame([after[0], after[2]], [before[0], before[6 * D + 2]], 'variances, too')
})

t.test('disagreement: the KL of each image from its partner in what they share, exchanged or not', async t => {
  const chosen = [0, 1, 2, 2, 1, 0]
  const unshared = Float32Array.from({ length: 18 }, (_, i) => Number(chosen[Math.floor(i / 3)] === i % 3))
  const { mean: { values: means }, logVariance: { values: logVariances } } = inputs
  let expected = 0
  for (let row = 0; row < 12; row++) {
    const { offset, size } = partitions[chosen[row % 6]!]!
    for (let d = 0; d < D; d++) {
      if (d >= offset && d < offset + size) continue
      const [a, b] = [row * D + d, (row + 6) % 12 * D + d]
      const [va, vb] = [Math.exp(logVariances[a]!), Math.exp(logVariances[b]!)]
      expected += (va / vb + (means[a]! - means[b]!) ** 2 / vb - 1 - Math.log(va / vb)) / 2 / 12
    }
  }
  const found = await runEagerly(({ mean, logVariance, unshared }) => {
    const posterior = { mean: mean!, logVariance: logVariance! }
    return {
      before: disagreement(posterior, partitions, unshared!),
      after: disagreement(shareAlike(posterior, partitions, unshared!), partitions, unshared!),
      same: disagreement({ mean: tf.ones([12, D]), logVariance: tf.zeros([12, D]) }, partitions, unshared!),
    }
  }, { ...inputs, unshared: { shape: [6, 3], values: unshared } })
  for (const when of ['before', 'after'] as const) {
    const value = found[when]!.values[0]!
    t.ok(Math.abs(value - expected) < 1e-5 * expected, `${when}: ${value} for ${expected}`)
  }
  t.equal(found.same!.values[0], 0, 'none between equal posteriors')
})

t.test('one partition differs and the others are shared; equal distances share nothing', async t => {
  const logVariance = { shape: [2, D], values: new Float32Array(2 * D) }
  const one = await runEagerly(program, {
    mean: { shape: [2, D], values: Float32Array.of(1, 1, 0, 0, 0, 0.1, 1, 1, 4, 0, 0, 0.3) },
    logVariance,
  })
  t.ok([1, 1, 0, 0, 0, 0.2, 1, 1, 4, 0, 0, 0.2].every((value, i) => Math.abs(one.newMean!.values[i]! - value) < 1e-6))
  const equal = Float32Array.of(0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1)
  t.strictSame(
    (await runEagerly(program, { mean: { shape: [2, D], values: equal }, logVariance })).newMean!.values,
    equal
  )
})

t.test('half way between the closest and the farthest partition is what parts the shared from the others', async t => {
  // At unit variance a unit's distance is the squared difference of its means: 0, t and 1 for a, b and c.
  const shares = async (middle: number) => {
    const mean = Float32Array.of(0, 0, 0, 0, 0, 0, 0, 0, Math.sqrt(middle), 1, 1, 1)
    const { newMean } = await runEagerly(program, {
      mean: { shape: [2, D], values: mean },
      logVariance: { shape: [2, D], values: new Float32Array(2 * D) },
    })
    return newMean!.values[2] !== 0
  }
  for (const [middle, shared] of [
    [0.1, true],
    [0.29, true],
    [0.31, true],
    [0.49, true],
    [0.51, false],
    [0.69, false],
    [0.9, false],
  ] as const) {
    t.equal(await shares(middle), shared, `a partition at ${middle} of the way`)
  }
})

t.test('shared posteriors learn together, others by themselves; lowered it is the same', async t => {
  const upstream = normal(3, 12, D)
  const gradient = ({ mean, logVariance, upstream }: Record<string, tf.Tensor>) => ({
    slope: tf.grad(mean =>
      tf.sum(tf.mul(shareAlike({ mean, logVariance: logVariance! }, partitions, 'far').mean, upstream!))
    )(mean!),
  })
  const { slope } = await runEagerly(gradient, { ...inputs, upstream })
  const { shared } = reference(inputs.mean.values, inputs.logVariance.values, 6)
  slope!.values.forEach((value, i) => {
    const [row, d] = [Math.floor(i / D), i % D]
    const p = partitions.findIndex(({ offset, size }) => d >= offset && d < offset + size)
    const other = i + (row < 6 ? 6 : -6) * D
    const expected = shared[row % 6]![p]! ? (upstream.values[i]! + upstream.values[other]!) / 2 : upstream.values[i]!
    if (Math.abs(value - expected) > 1e-5) t.fail(`slope ${i}: ${value} for ${expected}`)
  })
  t.ok(
    (await largestDifference(tensors => ({ ...program(tensors), ...gradient(tensors) }), { ...inputs, upstream })) <
      1e-5
  )
})
