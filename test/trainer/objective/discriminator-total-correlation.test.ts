import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-layers'
import { layOutPartitions } from '@partition-vae/models'
import { createRuntimeSession, type RuntimeArrays } from '../../../trainer/engine/runtime.js'
import { parametersFrom } from '../../../trainer/model/parameters.js'
import { initialState } from '../../../trainer/model/initial-state.js'
import { createNetwork } from '../../../trainer/model/create-network.js'
import {
  discriminatorParameters,
  discriminatorTotalCorrelation,
} from '../../../trainer/objective/discriminator-total-correlation.js'
import { lower } from '../../../trainer/onnx/lower.js'
import { trace, type Program, type Tensors } from '../../../trainer/onnx/trace.js'
import { adam } from '../../../trainer/optimizer/adam.js'
import { createRandom } from '../../../trainer/random/index.js'
import { normal, runEagerly } from '../../helpers/compare-engines.js'
import { imageShape, modelVariants } from '../../helpers/model-variants.js'

const partitions = layOutPartitions([{ name: 'a', size: 2 }, { name: 'b', size: 1 }])
const network = { layers: 2, units: 32 }
const specs = discriminatorParameters(partitions, network)

/** Weights of the discriminator before the first step. */
function drawWeights (seed: number) {
  const state = initialState(createNetwork(Object.values(modelVariants)[0]!, imageShape), seed, specs)
  return Object.fromEntries(specs.map(({ name }) => [name, state.weights[name]!]))
}

/** One step of Adam on the discriminator; it gives the weights, their moments and the total correlation before it. */
const program: Program = ({ latent, ...state }) => {
  const names = specs.map(({ name }) => name)
  const parts = (values: readonly tf.Tensor[]) => discriminatorTotalCorrelation(
    latent!, partitions, network, parametersFrom(Object.fromEntries(names.map((name, i) => [name, values[i]!])))
  )
  const weights = names.map(name => state[name]!)
  const gradients = tf.grads((...values: tf.Tensor[]) => parts(values).classification)(weights)
  const outputs: Tensors = { totalCorrelation: parts(weights).totalCorrelation }
  const inputs = { learningRate: tf.scalar(5e-3), corrections: { first: tf.scalar(1), second: tf.scalar(1) } }
  names.forEach((name, i) => {
    const moments = [state[`first/${name}`]!, state[`second/${name}`]!] as const
    const next = adam({ beta1: 0.9, beta2: 0.99, epsilon: 1e-8 }, inputs, weights[i]!, gradients[i]!, ...moments)
    outputs[`next/${name}`] = next.weight
    outputs[`next/first/${name}`] = next.firstMoment
    outputs[`next/second/${name}`] = next.secondMoment
  })
  return outputs
}

const BATCH = 512
const STEPS = 600

t.test('once trained, a normal distribution has −½ log(1 − ρ²), whatever happens inside partitions', async t => {
  let state: RuntimeArrays = drawWeights(2)
  for (const [name, { shape, values }] of Object.entries(state)) {
    for (const moment of ['first', 'second']) {
      state = { ...state, [`${moment}/${name}`]: { shape, values: new Float32Array(values.length) } }
    }
  }
  const types = Object.fromEntries(
    Object.entries({ ...state, latent: { shape: [BATCH, 3] } })
      .map(([name, { shape }]) => [name, { shape, dtype: 'float32' as const }])
  )
  const graph = lower(trace(program, types)).finish({ graphName: 'test', producerVersion: '0' })
  const session = await createRuntimeSession(graph, { threads: 1 })
  t.teardown(() => session.release())
  for (const correlation of [0, 0.8]) {
    const random = createRandom(1, 'samples', correlation * 10)
    let now = state
    let [sum, count] = [0, 0]
    for (let step = 0; step < STEPS; step++) {
      // Units of a depend on each other; b depends on the first of them.
      const values = random.fillNormal(new Float32Array(3 * BATCH))
      for (let n = 0; n < BATCH; n++) {
        const row = values.subarray(3 * n, 3 * n + 3)
        row[1] = 0.9 * row[0]! + Math.sqrt(1 - 0.81) * row[1]!
        row[2] = correlation * row[0]! + Math.sqrt(1 - correlation ** 2) * row[2]!
      }
      const { totalCorrelation, ...next } = await session.run({ ...now, latent: { shape: [BATCH, 3], values } })
      now = Object.fromEntries(Object.entries(next).map(([name, array]) => [name.replace(/^next\//, ''), array]))
      // Fresh samples each step: those of the last quarter judge.
      if (step >= STEPS * 3 / 4) [sum, count] = [sum + totalCorrelation!.values[0]!, count + 1]
    }
    const expected = -Math.log(1 - correlation ** 2) / 2
    t.ok(Math.abs(sum / count - expected) < 0.06, `ρ = ${correlation}: ${sum / count} for ${expected}`)
  }
})

t.test('the latent is moved by the total correlation alone, the discriminator by its classification alone', async t => {
  const inputs = { latent: normal(3, 16, 3), ...drawWeights(4) }
  const gradients = async (totalWeight: number, classificationWeight: number) => await runEagerly(tensors => {
    const { latent, ...weights } = tensors
    const names = Object.keys(weights)
    const all = tf.grads((latent: tf.Tensor, ...values: tf.Tensor[]) => {
      const parameters = parametersFrom(Object.fromEntries(names.map((name, i) => [name, values[i]!])))
      const { totalCorrelation, classification } =
        discriminatorTotalCorrelation(latent, partitions, network, parameters)
      return tf.add(tf.mul(totalCorrelation, totalWeight), tf.mul(classification, classificationWeight))
    })([latent!, ...Object.values(weights)])
    return Object.fromEntries(['latent', ...names].map((name, i) => [name, all[i]!]))
  }, inputs)
  const [both, ofTotal, ofClassification] = [await gradients(3, 1), await gradients(3, 0), await gradients(0, 1)]
  for (const name of Object.keys(both)) {
    const [own, other] = name === 'latent' ? [ofTotal, ofClassification] : [ofClassification, ofTotal]
    t.strictSame(both[name]!.values, own[name]!.values, `${name}: its own term's`)
    t.ok(other[name]!.values.every(value => value === 0), `${name}: nothing of the other`)
    t.ok(own[name]!.values.some(value => value !== 0), `${name}: is moved`)
  }
})

t.test('the other kind of latents has partitions of different images, whole ones', async t => {
  // A discriminator whose logit is the sum of a's first unit and b.
  const linear = { layers: 1, units: 1 }
  const latent = { shape: [3, 3], values: Float32Array.of(0, 0, 1, 0, 0, 2, 0, 0, 4) }
  const { tc, loss } = await runEagerly(({ latent }) => {
    const values = {
      'discriminator/hidden0/kernel': tf.tensor2d([1, 0, 1], [3, 1]),
      'discriminator/hidden0/bias': tf.zeros([1]),
      'discriminator/output/kernel': tf.tensor2d([1], [1, 1]),
      'discriminator/output/bias': tf.zeros([1]),
    }
    const first = tf.tensor2d([1, 0, 0, 10, 0, 0, 100, 0, 0], [3, 3])
    const { totalCorrelation, classification } =
      discriminatorTotalCorrelation(tf.add(latent!, first), partitions, linear, parametersFrom(values))
    return { tc: totalCorrelation, loss: classification }
  }, { latent })
  t.ok(Math.abs(tc!.values[0]! - (2 + 12 + 104) / 3) < 1e-4, 'a and b of each image')
  // a is 1, 10, 100, and b of the next image 2, 4, 1.
  const apart = [3, 14, 101].map(logit => Math.log1p(Math.exp(logit)))
  const together = [2, 12, 104].map(logit => Math.log1p(Math.exp(-logit)))
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / 3
  t.ok(Math.abs(loss!.values[0]! - (mean(apart) + mean(together)) / 2) < 1e-3, 'a of each image and b of the next')
})
