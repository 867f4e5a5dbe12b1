import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { layOutPartitions } from '@partition-vae/models'
import { minibatchTotalCorrelation } from '../../../trainer/objective/minibatch-total-correlation.js'
import { largestDifference, normal, runEagerly, uniform, type Input } from '../../helpers/compare-engines.js'

const partitions = layOutPartitions([{ name: 'a', size: 2 }, { name: 'b', size: 1 }])

const program = ({ latent, mean, logVariance }: Record<string, tf.Tensor>) => {
  const { between, within } = minibatchTotalCorrelation(latent!, { mean: mean!, logVariance: logVariance! }, partitions)
  return { between, within }
}

/** By definition, in plain loops and double precision. */
function reference (latent: Float32Array, mean: Float32Array, logVariance: Float32Array, count: number) {
  const logDensity = (i: number, j: number, units: readonly number[]) => units.reduce((sum, d) => {
    const variance = Math.exp(logVariance[3 * j + d]!)
    return sum - ((latent[3 * i + d]! - mean[3 * j + d]!) ** 2 / variance + Math.log(2 * Math.PI * variance)) / 2
  }, 0)
  const average = (units: readonly number[]) => {
    let total = 0
    for (let i = 0; i < count; i++) {
      let density = 0
      for (let j = 0; j < count; j++) density += Math.exp(logDensity(i, j, units)) / count
      total += Math.log(density) / count
    }
    return total
  }
  return {
    between: average([0, 1, 2]) - average([0, 1]) - average([2]),
    within: average([0, 1]) - average([0]) - average([1]),
  }
}

t.test('against plain loops', async t => {
  const [latent, mean, logVariance] = [normal(1, 9, 3), normal(2, 9, 3), uniform(3, -2, 0.5, 9, 3)]
  const { between, within } = await runEagerly(program, { latent, mean, logVariance })
  const expected = reference(latent.values, mean.values, logVariance.values, 9)
  t.ok(Math.abs(between!.values[0]! - expected.between) < 1e-5)
  t.ok(Math.abs(within!.values[0]! - expected.within) < 1e-5)
})

/**
 * Posteriors N(μ, .3) whose means are normal with variance .7, so that samples are standard normal; b repeats a unit of
 * `a` to the degree ρ.
 */
function posteriors (count: number, correlation: number, inside: number): Record<string, Input> {
  const mean = normal(4, count, 3)
  const noise = normal(5, count, 3).values
  for (let n = 0; n < count; n++) {
    const row = mean.values.subarray(3 * n, 3 * n + 3)
    const raw = Float64Array.from(row)
    row[0] = raw[0]!
    row[1] = inside * raw[0]! + Math.sqrt(1 - inside ** 2) * raw[1]!
    row[2] = correlation * raw[0]! + Math.sqrt(1 - correlation ** 2) * raw[2]!
    for (let d = 0; d < 3; d++) row[d]! *= Math.sqrt(0.7)
  }
  const logVariance = { shape: [count, 3], values: new Float32Array(3 * count).fill(Math.log(0.3)) }
  return {
    latent: { shape: [count, 3], values: mean.values.map((value, k) => value + Math.sqrt(0.3) * noise[k]!) },
    mean,
    logVariance,
  }
}

t.test('near 0 for independent partitions; near the closed form of what they share', async t => {
  const measure = async (correlation: number, inside: number) => {
    const { between, within } = await runEagerly(program, posteriors(300, correlation, inside))
    return { between: between!.values[0]!, within: within!.values[0]! }
  }
  // Samples are normal with variance 1 and correlation .7 ρ: TC = −½ log(1 − (.7 ρ)²).
  const closed = (correlation: number) => -Math.log(1 - (0.7 * correlation) ** 2) / 2
  const independent = await measure(0, 0)
  t.ok(Math.abs(independent.between) < 0.12, 'independent between partitions', independent)
  t.ok(Math.abs(independent.within) < 0.12, 'independent within them', independent)
  const repeated = await measure(1, 0)
  t.ok(Math.abs(repeated.between - closed(1)) < 0.12, 'a repeated unit in another partition', {
    ...repeated,
    expected: closed(1),
  })
  t.ok(Math.abs(repeated.within) < 0.12)
  const inside = await measure(0, 1)
  t.ok(Math.abs(inside.within - closed(1)) < 0.12, 'a repeated unit in the same partition', inside)
  t.ok(Math.abs(inside.between) < 0.12)
})

t.test('the gradients are slopes of the values', async t => {
  const inputs = { latent: normal(6, 5, 3), mean: normal(7, 5, 3), logVariance: uniform(8, -1, 0, 5, 3) }
  for (const kind of ['between', 'within'] as const) {
    const gradients = await runEagerly(tensors => {
      const [latent, mean, logVariance] = tf.grads((latent: tf.Tensor, mean: tf.Tensor, logVariance: tf.Tensor) =>
        program({ latent, mean, logVariance })[kind])([tensors.latent!, tensors.mean!, tensors.logVariance!])
      return { latent: latent!, mean: mean!, logVariance: logVariance! }
    }, inputs)
    for (const name of ['latent', 'mean', 'logVariance'] as const) {
      for (const i of [0, 4, 14]) {
        const moved = async (by: number) => (await runEagerly(program, {
          ...inputs, [name]: { ...inputs[name], values: inputs[name].values.map((x, k) => k === i ? x + by : x) },
        }))[kind]!.values[0]!
        const slope = (await moved(1e-2) - await moved(-1e-2)) / 2e-2
        t.ok(
          Math.abs(gradients[name]!.values[i]! - slope) < 2e-3,
          `${kind}, ${name}[${i}]: ${gradients[name]!.values[i]} for ${slope}`
        )
      }
    }
  }
})

t.test('traced and lowered it is the same', async t => {
  const difference = await largestDifference(program, {
    latent: normal(9, 6, 3),
    mean: normal(10, 6, 3),
    logVariance: uniform(11, -1, 0, 6, 3),
  })
  t.ok(difference < 1e-5, String(difference))
})
