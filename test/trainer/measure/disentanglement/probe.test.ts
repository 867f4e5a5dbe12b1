import t from 'tap'
import { binsOf } from '../../../../trainer/measure/disentanglement/histogram.js'
import { normalCumulative } from '../../../../trainer/measure/disentanglement/predicted-mass.js'
import { predictBins, predictedInformation } from '../../../../trainer/measure/disentanglement/probe-information.js'
import {
  explainedVariance,
  type ProbePredictions,
} from '../../../../trainer/measure/disentanglement/probe-predictions.js'
import { probe } from '../../../../trainer/measure/disentanglement/probe.js'
import { mapRows, near, numbersOfTable, randomTable, targetsOfTable } from './data.js'

const rows = 2000
const factors = randomTable(rows, 3, 1)
const noise = randomTable(rows, 4, 2, 'normal')
const split = {
  train: Uint32Array.from({ length: 1500 }, (_, i) => i),
  test: Uint32Array.from({ length: 500 }, (_, i) => 1500 + i),
}
const inputs = [
  // A circle: the factor is its angle, which no linear map reads.
  mapRows(factors, ([a]) => [Math.cos(3 * a!), Math.sin(3 * a!)]),
  // a and b mixed with noise in four units, the noise as large as they.
  mapRows(factors, ([a, b], row) => [a! + b!, a! - b!, noise.values[row * 4]! / 3, noise.values[row * 4 + 1]! / 3]),
  // c through noise
  mapRows(factors, ([, , c], row) => [c! + 0.2 * noise.values[row * 4 + 2]!]),
  // a unit that is dead but for rounding
  mapRows(factors, ([a]) => [1e-5 * a!]),
]
/** Predictions of a single real factor, and what is known of it. */
function single (predicted: Float32Array, actual: Float32Array): ProbePredictions {
  const rows = actual.length
  return {
    rows,
    predicted,
    actual: { values: actual, rows, columns: 1 },
    mask: undefined,
    columnsOf: [[0]],
    scaling: [{ mean: 0, deviation: 1 }],
  }
}
/** Twenty even bins of a factor that is continuous. */
const continuous = (rows: number) => ({
  numbers: [{ codes: new Uint16Array(rows), count: 20, values: undefined }],
  kinds: undefined,
  heldOut: Uint32Array.from({ length: rows }, (_, i) => i),
})
/**
 * Share of the variance of a uniform factor that its posterior mean explains, seen through normal noise: by numerical
 * integration.
 */
function explainedThroughNoise (deviation: number): number {
  let explained = 0
  for (let x = -1; x < 2; x += 0.01) {
    let [mass, moment] = [0, 0]
    for (let c = 0.005; c < 1; c += 0.01) {
      const density = Math.exp(-(((x - c) / deviation) ** 2) / 2) / (deviation * Math.sqrt(2 * Math.PI)) * 0.01
      mass += density
      moment += (c - 0.5) * density
    }
    explained += moment ** 2 / mass * 0.01
  }
  return explained * 12
}

const predictions = probe({ inputs, targets: targetsOfTable(factors), seed: 0, split, steps: 200 })

t.test('R² is what each input knows of each factor', async t => {
  const explained = explainedVariance(await predictions)
  const expected = [[1, 0, 0], [1, 1, 0], [0, 0, explainedThroughNoise(0.2)], [0, 0, 0]]
  expected.forEach((row, p) =>
    row.forEach((value, k) =>
      t.ok(near(explained[p]![k]!, value, 0.05), `${p}, ${k}: ${explained[p]![k]} for ${value}`)
    )
  )
})

t.test('the same seed gives the same numbers, another seed others', async t => {
  const targets = targetsOfTable(factors)
  const again = (seed: number) => probe({ inputs: inputs.slice(0, 1), targets, seed, split, steps: 10 })
  const [first, second, other] = [await again(5), await again(5), await again(6)]
  t.same(first.predicted, second.predicted)
  t.not(first.predicted[0], other.predicted[0])
  t.equal(first.rows, 500)
  t.equal(
    (await probe({ inputs: inputs.slice(0, 1), targets, seed: 0, steps: 1 })).rows,
    500,
    'a quarter is held out'
  )
})

t.test('information of partitions: that of discretised factors, from below', async t => {
  const bins = await predictBins(await predictions, {
    numbers: numbersOfTable(factors), kinds: undefined, heldOut: split.test,
  })
  const { information, entropy } = predictedInformation(bins)
  t.ok(entropy.every(value => near(value, Math.log(20), 0.05)))
  t.ok(information[0]![0]! > 0.7 * entropy[0]!, `${information[0]![0]} of ${entropy[0]}`)
  t.ok(information[0]![1]! < 0.02)
  t.ok(information[2]![0]! < 0.02)
  t.ok(information[3]![2]! < 0.02)
  // A uniform factor through noise of deviation σ = .2: I = h(c + n) − h(n), by integrating the density numerically.
  let entropyOfSum = 0
  for (let x = -2; x < 3; x += 0.001) {
    const density = normalCumulative(x / 0.2) - normalCumulative((x - 1) / 0.2)
    if (density > 1e-12) entropyOfSum -= density * Math.log(density) * 0.001
  }
  const exact = entropyOfSum - 0.5 * Math.log(2 * Math.PI * Math.E * 0.04)
  t.ok(information[2]![2]! < exact + 0.05, `${information[2]![2]} for ${exact}`)
  t.ok(information[2]![2]! > exact - 0.15, `${information[2]![2]} for ${exact}`)
  const some = predictedInformation(bins, Uint32Array.of(1, 2, 3, 4))
  t.ok(some.entropy[0]! <= Math.log(4) + 1e-12)
})

t.test('a factor that is constant over the images held out says nothing', async t => {
  const constant = single(Float32Array.of(0, 0, 0), Float32Array.of(2, 2, 2))
  t.same(explainedVariance(constant), [[0]])
  t.same(predictedInformation(await predictBins(constant, continuous(3))), { information: [[0]], entropy: [0] })
  t.equal(binsOf([2, 2]).width, 0)
})

t.test('nothing is learnt from the images that are held out', async t => {
  // There the factor is the opposite of what it is in all others: who has not seen them says the opposite, R² = 1 −
  // Σ(2y)²/Σy².
  const turned = mapRows(factors, ([a], row) => [row < 1500 ? a! - 0.5 : 0.5 - a!])
  const [[explained]] = explainedVariance(
    await probe({ inputs: [factors], targets: targetsOfTable(turned), seed: 0, split, steps: 100, hidden: 16 })
  ) as [[number]]
  t.ok(near(explained, -3, 0.2), String(explained))
})

t.test('how wide other inputs are does not change what a probe begins with', async t => {
  const deviationBeside = async (others: typeof inputs) => {
    const targets = targetsOfTable(factors)
    const { predicted } = await probe({ inputs: [factors, ...others], targets, seed: 0, split, steps: 1 })
    const own = predicted.subarray(0, 500 * 3)
    const mean = own.reduce((sum, value) => sum + value, 0) / own.length
    return Math.sqrt(own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / own.length)
  }
  const [alone, beside] = [await deviationBeside([]), await deviationBeside([randomTable(rows, 300, 3)])]
  t.ok(near(beside / alone, 1, 0.5), `${beside} for ${alone}`)
})

t.test('R² over chosen images is around their own mean', async t => {
  const some = single(Float32Array.of(0, 0, 1, 2), Float32Array.of(-9, -9, 1, 3))
  t.same(explainedVariance(some, Uint32Array.of(2, 3)), [[1 - 1 / 2]])
})

t.test('a few wild predictions do not hide that the others are exact', async t => {
  const count = 400
  const values = Float32Array.from({ length: count }, (_, i) => (i % 20 + 0.5) / 20)
  // One in a hundred is off by the whole range: the root mean squared error is two bins, but .1 of it is likeliest.
  const predicted = values.map((value, i) => i % 100 === 0 ? value + 1 : value)
  const { information, entropy } = predictedInformation(
    await predictBins(single(predicted, values), continuous(count))
  )
  t.ok(near(entropy[0]!, Math.log(20), 1e-6), `all bins are equally full: ${entropy[0]}`)
  t.ok(information[0]![0]! > entropy[0]! - 0.5, `${information[0]![0]} of ${entropy[0]}`)
})

t.test('who says the opposite tells no information, and no less than none', async t => {
  const values = Float32Array.from({ length: 400 }, (_, i) => (i % 20 + 0.5) / 20)
  const opposite = single(values.map(value => 1 - value), values)
  t.equal(predictedInformation(await predictBins(opposite, continuous(400))).information[0]![0], 0)
})

t.test('normal distribution', async t => {
  for (const [x, value] of [
    [0, 0.5],
    [1, 0.8413447],
    [-1.96, 0.0249979],
    [5, 0.9999997],
  ] as const) {
    t.ok(near(normalCumulative(x), value, 2e-7))
  }
})

t.test('bad input is named', async t => {
  const options = { inputs, targets: targetsOfTable(factors), seed: 0, split }
  await t.rejects(probe({ ...options, inputs: [] }), { code: 'PVAE_INVALID_PARAMETER', message: /at least 1 input/ })
  await t.rejects(probe({ ...options, steps: 0 }), {
    message: 'expected an integer of at least 1 for steps but received 0',
  })
  await t.rejects(probe({ ...options, inputs: [randomTable(7, 1, 1)] }), {
    message: 'expected 2000 rows for each input of the probes but received 7',
  })
  await t.rejects(probe({ inputs: [randomTable(5, 1, 1)], targets: targetsOfTable(randomTable(5, 1, 1)), seed: 0 }), {
    message: /2 images to learn from/,
  })
})
