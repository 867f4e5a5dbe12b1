import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-layers'
import { layOutPartitions } from '@partition-vae/models'
import { parametersFrom } from '../../../trainer/model/parameters.js'
import { initialState } from '../../../trainer/model/initial-state.js'
import { createNetwork } from '../../../trainer/model/create-network.js'
import {
  discriminatorParameters,
  discriminatorTotalCorrelation,
} from '../../../trainer/objective/discriminator-total-correlation.js'
import { createRandom } from '../../../trainer/random/index.js'
import { normal, runEagerly } from '../../helpers/compare-engines.js'
import { imageShape, modelVariants } from '../../helpers/model-variants.js'

const partitions = layOutPartitions([{ name: 'a', size: 2 }, { name: 'b', size: 1 }])
const network = { layers: 2, units: 24 }
const specs = discriminatorParameters(partitions, network)

/** Weights of the discriminator before the first step. */
function drawWeights (seed: number) {
  const state = initialState(createNetwork(Object.values(modelVariants)[0]!, imageShape), seed, specs)
  return Object.fromEntries(specs.map(({ name }) => [name, state.weights[name]!]))
}

t.test('once trained, a normal distribution has −½ log(1 − ρ²), whatever happens inside partitions', async t => {
  await tf.setBackend('cpu')
  for (const [correlation, steps] of [[0, 100], [0.8, 350]] as const) {
    const random = createRandom(1, 'samples', correlation * 10)
    // Units of a depend on each other; b depends on the first of them.
    const draw = (count: number) => {
      const values = random.fillNormal(new Float32Array(3 * count))
      for (let n = 0; n < count; n++) {
        const row = values.subarray(3 * n, 3 * n + 3)
        row[1] = 0.9 * row[0]! + Math.sqrt(1 - 0.81) * row[1]!
        row[2] = correlation * row[0]! + Math.sqrt(1 - correlation ** 2) * row[2]!
      }
      return tf.tensor2d(values, [count, 3])
    }
    const weights = Object.fromEntries(
      Object.entries(drawWeights(2)).map(([name, { shape, values }]) =>
        [name, tf.variable(tf.tensor(values, [...shape]))])
    )
    const optimizer = tf.train.adam(1e-2)
    const parts = (latent: tf.Tensor) =>
      discriminatorTotalCorrelation(latent, partitions, network, parametersFrom(weights))
    for (let step = 0; step < steps; step++) {
      tf.tidy(() => {
        const latent = draw(160)
        optimizer.minimize(() => parts(latent).classification as tf.Scalar)
      })
    }
    const found = tf.tidy(() => parts(draw(8192)).totalCorrelation.dataSync()[0]!)
    const expected = -Math.log(1 - correlation ** 2) / 2
    t.ok(Math.abs(found - expected) < 0.1, `ρ = ${correlation}: ${found} for ${expected}`)
    tf.dispose(weights)
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
